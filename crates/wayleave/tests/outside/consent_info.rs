//! CAMARA's consent-info: whether a consent holds that names the caller, and an address at which the person can be asked.
//! Of a person it says what the table of its rule says, and the same for every number that did not answer this caller.

use serde_json::{Value, json};

use crate::browser::{Browser, Through, page_code, parameter, path_of, ticket_of};
use crate::http::Answer;
use crate::oauth::token_of;
use crate::partner::Partner;
use crate::parts::{Parts, Settings};
use crate::phone::Phone;
use crate::world::World;

const PATH: &str = "/consent-info/v0.2/retrieve";
const CALLBACK: &str = "https://plain.example.com/back";

fn wish(number: &str) -> Value {
    json!({
        "phoneNumber": number, "scopes": ["location-retrieval:read", "location-verification:verify"],
        "purpose": "dpv:RequestedServiceProvision", "requestCaptureUrl": false,
    })
}

fn ask(partner: &Partner, number: &str, change: &Value) -> Answer {
    let body = crate::oauth::changed(wish(number), change);
    partner.call("POST", PATH, &body)
}

/// `valid`, or the reason why not.
#[track_caller]
fn standing(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.text());
    let body = answer.json();
    let items = body["statusInfo"].as_array().expect("items");
    assert_eq!(items.len(), 1, "{body}");
    match items[0]["statusValidForProcessing"].as_bool().expect("whether") {
        true => {
            assert!(
                items[0]["expirationDate"].is_string() && items[0]["statusReason"].is_null(),
                "{body}"
            );
            "valid".to_owned()
        }
        false => items[0]["statusReason"].as_str().expect("a reason").to_owned(),
    }
}

fn capture(partner: &Partner, phone: &Phone<'_>) -> String {
    let answer = ask(
        partner,
        &phone.number,
        &json!({"requestCaptureUrl": true, "callbackUrl": CALLBACK}),
    );
    let body = answer.json();
    body["captureUrl"]
        .as_str()
        .unwrap_or_else(|| panic!("expected an address in {body}"))
        .to_owned()
}

/// Somebody opens a capture address and enters the code.
fn through(world: &World, phone: &Phone<'_>, url: &str, after: usize) -> Through {
    let browser = Browser(world);
    let ticket = browser.ask_for_text(&browser.open(path_of(url)), None);
    Through::of(&browser.enter(&ticket, &page_code(phone, after)))
}

#[test]
fn a_consent_is_captured_and_its_life_is_told() {
    let parts = Parts::start(Settings::default());
    let world = &parts.world;
    let (plain, bank, phone) = (world.partner("plain"), world.partner("bank"), world.free_phone());
    assert_eq!(standing(&ask(&plain, &phone.number, &json!({}))), "PENDING");
    let url = capture(&plain, &phone);
    assert!(
        url.starts_with(&format!("{}/consent-info/capture/", world.issuer)),
        "{url}"
    );
    assert!(!url.contains("2025550"), "{url}");
    assert!(phone.texts().is_empty());
    let through = through(world, &phone, &format!("{url}?state=s%201"), 0);
    assert_eq!(standing(&ask(&plain, &phone.number, &json!({}))), "REQUESTED");
    let browser = Browser(world);
    assert_eq!(browser.agree(&through.question.expect("a question")).status, 200);
    let back = browser.back(&through.proven);
    let back = back.header("location").expect("a way back");
    assert_eq!(back, format!("{CALLBACK}?capture_result=granted&state=s+1"));
    assert_eq!(standing(&ask(&plain, &phone.number, &json!({}))), "valid");
    // It speaks of consents that name the caller alone.
    let other = json!({"scopes": ["location-verification:verify"], "purpose": "dpv:FraudPreventionAndDetection"});
    assert_eq!(standing(&ask(&bank, &phone.number, &other)), "PENDING");
    // A token about the person needs no number, and takes none.
    let bearer = token_of(&plain.bear(&plain.bearer_claims(&phone.number)));
    let named = plain
        .with_token(&bearer, "POST", PATH)
        .json(&wish(&phone.number))
        .send(plain.host());
    assert_eq!((named.status, named.code().as_str()), (422, "UNNECESSARY_IDENTIFIER"));
    let bare = crate::oauth::changed(wish(""), &json!({"phoneNumber": null}));
    let bare = plain.with_token(&bearer, "POST", PATH).json(&bare).send(plain.host());
    assert_eq!(standing(&bare), "valid");
    // A pause is not told; a withdrawal is, and has no capture.
    phone.reply("PAUSE");
    assert_eq!(standing(&ask(&plain, &phone.number, &json!({}))), "valid");
    phone.reply("STOP");
    let denied = ask(
        &plain,
        &phone.number,
        &json!({"requestCaptureUrl": true, "callbackUrl": CALLBACK}),
    );
    assert_eq!(standing(&denied), "DENIED");
    assert!(denied.json()["captureUrl"].is_null());
    parts.verify_journal();
}

#[test]
fn a_no_at_a_capture_goes_back_as_denied() {
    let parts = Parts::start(Settings::default());
    let world = &parts.world;
    let (plain, phone, browser) = (world.partner("plain"), world.free_phone(), Browser(world));
    let through = through(world, &phone, &capture(&plain, &phone), 0);
    let question = through.question.expect("a question");
    let path = question.split('?').next().expect("a path");
    assert_eq!(browser.submit(&format!("{path}/refuse"), &[]).status, 303);
    let back = browser.back(&through.proven);
    let back = back.header("location").expect("a way back");
    assert_eq!(back, format!("{CALLBACK}?capture_result=denied"));
    assert_eq!(standing(&ask(&plain, &phone.number, &json!({}))), "DENIED");
    // Who leaves before anything is asked is no answer of the number's.
    let other = world.free_phone();
    let first = browser.open(path_of(&capture(&plain, &other)));
    let left = browser.leave(&ticket_of(&first));
    assert_eq!(
        parameter(left.header("location").expect("a way back"), "capture_result"),
        "denied"
    );
    assert_eq!(standing(&ask(&plain, &other.number, &json!({}))), "PENDING");
}

#[test]
fn nobodys_number_stands_as_one_that_was_not_asked() {
    let parts = Parts::start(Settings::default());
    let world = &parts.world;
    let (plain, phone) = (world.partner("plain"), world.free_phone());
    for number in [phone.number.as_str(), "+12025550112", concat!("+1202", "5551234")] {
        let answer = ask(
            &plain,
            number,
            &json!({"requestCaptureUrl": true, "callbackUrl": CALLBACK}),
        );
        assert_eq!(standing(&answer), "PENDING", "{number}");
        assert!(answer.json()["captureUrl"].is_string(), "{number}");
    }
}

#[test]
fn each_error_has_its_code() {
    let parts = Parts::start(Settings::default());
    let world = &parts.world;
    let (plain, bank, phone) = (world.partner("plain"), world.partner("bank"), world.free_phone());
    let not_allowed = "CONSENT_INFO.NOT_ALLOWED_SCOPES_PURPOSE";
    let callback = "CONSENT_INFO.INVALID_CALLBACK_URL";
    let rows = [
        (json!({"phoneNumber": "12025550100"}), 400, "INVALID_ARGUMENT"),
        (json!({"scopes": []}), 400, "INVALID_ARGUMENT"),
        (json!({"scopes": null}), 400, "INVALID_ARGUMENT"),
        (json!({"purpose": "RequestedServiceProvision"}), 400, "INVALID_ARGUMENT"),
        (json!({"requestCaptureUrl": "yes"}), 400, "INVALID_ARGUMENT"),
        (json!({"requestCaptureUrl": null}), 400, "INVALID_ARGUMENT"),
        (json!({"callbackUrl": "back"}), 400, "INVALID_ARGUMENT"),
        (json!({"status": "GRANTED"}), 400, "INVALID_ARGUMENT"),
        (json!({"phoneNumber": null}), 422, "MISSING_IDENTIFIER"),
        (json!({"purpose": "dpv:FraudPreventionAndDetection"}), 403, not_allowed),
        (json!({"purpose": "dpv:DirectMarketing"}), 403, not_allowed),
        (json!({"purpose": "dpv:Curiosity"}), 403, not_allowed),
        (json!({"scopes": ["sim-swap:check"]}), 403, not_allowed),
        (
            json!({"scopes": ["location-retrieval:read", "wayleave:consents"]}),
            403,
            not_allowed,
        ),
        (
            json!({"requestCaptureUrl": true, "callbackUrl": "https://other.example.com/back"}),
            403,
            callback,
        ),
        (
            json!({"requestCaptureUrl": true, "callbackUrl": "https://plain.example.com/back/"}),
            403,
            callback,
        ),
        (
            json!({"requestCaptureUrl": true, "callbackUrl": "javascript:alert(1)"}),
            403,
            callback,
        ),
    ];
    for (change, status, code) in rows {
        let answer = ask(&plain, &phone.number, &change);
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (status, code),
            "{change}: {}",
            answer.text()
        );
    }
    // Yes and no is all that the bank's purpose gives, so no place can ever be.
    let place = json!({"purpose": "dpv:FraudPreventionAndDetection"});
    assert_eq!(ask(&bank, &phone.number, &place).code(), not_allowed);
    let correlator = plain
        .signed("POST", PATH)
        .header("x-correlator", "a b")
        .json(&wish(&phone.number));
    let correlator = correlator.send(plain.host());
    assert_eq!(
        (correlator.status, correlator.code().as_str()),
        (400, "INVALID_ARGUMENT")
    );
    let nobody = crate::http::Request::new("POST", PATH)
        .json(&wish(&phone.number))
        .send(world.host());
    assert_eq!((nobody.status, nobody.code().as_str()), (401, "UNAUTHENTICATED"));
    let narrow = plain.ask_token("dpv:RequestedServiceProvision location-retrieval:read");
    let narrow = plain
        .with_token(&token_of(&narrow), "POST", PATH)
        .json(&wish(&phone.number))
        .send(plain.host());
    assert_eq!((narrow.status, narrow.code().as_str()), (403, "PERMISSION_DENIED"));
    assert_eq!(plain.signed("GET", PATH).send(plain.host()).status, 405);
    // So many addresses an hour for one number; counted alike whoever it is.
    for number in [phone.number.as_str(), "+12025550112"] {
        let wanted = json!({"requestCaptureUrl": true});
        let mut statuses: Vec<u16> = (0..12).map(|_| ask(&plain, number, &wanted).status).collect();
        let last = ask(&plain, number, &wanted);
        assert_eq!(
            (last.status, last.code().as_str()),
            (403, "CONSENT_INFO.CAPTURE_FREQUENCY_EXCEEDED")
        );
        statuses.dedup();
        assert_eq!(statuses, [200, 403], "{number}");
        assert_eq!(
            standing(&ask(&plain, number, &json!({}))),
            "PENDING",
            "the status itself is told on"
        );
    }
    assert!(phone.texts().is_empty());
}

#[test]
fn a_capture_address_is_for_one_thing_and_not_for_long() {
    let parts = Parts::start(Settings::default());
    let world = &parts.world;
    let (plain, phone, browser) = (world.partner("plain"), world.free_phone(), Browser(world));
    let url = capture(&plain, &phone);
    let path = path_of(&url);
    let ticket = path.rsplit('/').next().expect("a ticket");
    // It opens as nothing else, and nothing else opens as it.
    for path in ["/errand/code", "/errand/back", "/errand/leave"] {
        assert_eq!(browser.open(&format!("{path}?ticket={ticket}")).status, 400, "{path}");
    }
    let first = browser.open(path);
    assert_eq!(first.status, 200, "{}", first.text());
    let errand = ticket_of(&first);
    assert_eq!(browser.open(&format!("/consent-info/capture/{errand}")).status, 400);
    assert_eq!(
        browser
            .open(&format!("/consent-info/capture/{}", &ticket[..ticket.len() - 1]))
            .status,
        400
    );
    assert_eq!(browser.open(&format!("{path}?state=a&state=b")).status, 400);
    assert_eq!(browser.back(&errand).status, 400, "no step can be left out");
    assert_eq!(browser.enter(&errand, "000000").status, 400);
    // The number is the one that was asked about, whatever the browser says.
    let stranger = world.free_phone();
    browser.ask_for_text(&first, Some(&stranger.number));
    phone.text("tell it to nobody", 0);
    assert!(stranger.texts().is_empty());
}
