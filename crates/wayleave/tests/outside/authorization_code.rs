//! The authorization code: a browser comes, whoever holds it shows that they hold the phone, answers the ordinary
//! question, and goes back with a code that its own client alone can use, once.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::browser::{
    Browser, Through, VERIFIER, address, back_of, come_back, member, page_code, parameter, request, ticket_of,
};
use crate::jose::unbase64url;
use crate::oauth::{assert_oauth_error, token_of};
use crate::partner::{assert_answered, assert_refused};
use crate::parts::{Parts, Settings};
use crate::world::{RETRIEVE, World};

fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).expect("a payload");
    serde_json::from_slice(&unbase64url(payload)).expect("claims")
}

#[test]
fn whoever_holds_the_phone_comes_back_with_a_code() {
    let parts = Parts::start(Settings::default());
    let world = &parts.world;
    let (plain, phone, browser) = (world.partner("plain"), world.free_phone(), Browser(world));
    let scope = format!("openid {}", plain.scope());
    let good = request(&plain, &scope, "");
    // The first page texts nothing by itself: scanners open pages too.
    let first = browser.open(&address(&good, &[]));
    assert_eq!(first.header("referrer-policy"), Some("same-origin"));
    assert!(
        first
            .header("content-security-policy")
            .is_some_and(|policy| !policy.contains("unsafe"))
    );
    assert!(phone.texts().is_empty());
    let malformed = browser.submit("/errand/text", &[("ticket", &ticket_of(&first)), ("number", "12")]);
    assert_eq!(malformed.status, 422, "{}", malformed.text());
    let ticket = browser.ask_for_text(&first, Some("+1 (202) 555-").map(|_| phone.number.as_str()));
    let text = phone.text("tell it to nobody", 0);
    for part in [
        "Plainfield Towing",
        "50 m",
        "2 hours",
        "at most 12 times",
        "also not to the company",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("/c/") && !text.contains("YES"), "{text}");
    let through = Through::of(&browser.enter(&ticket, &page_code(&phone, 0)));
    let question = through.question.expect("a question");
    // Not answered yet: the way back leads to the question.
    let early = browser.back(&through.proven);
    assert_eq!((early.status, early.header("location")), (303, Some(question.as_str())));
    assert_refused(&plain.retrieve(&phone.number), "not-answered");
    assert_eq!(browser.agree(&question).status, 200);
    let answered = browser.open(&question).text();
    assert!(
        answered.contains(&format!("/errand/back?ticket={}", through.proven)),
        "{answered}"
    );
    let back = browser.back(&through.proven);
    let back = back.header("location").expect("a way back");
    assert!(back.starts_with(&format!("{}?code=", back_of(&plain))), "{back}");
    assert_eq!(parameter(back, "state"), "a state&more");
    assert_eq!(parameter(back, "iss"), plain.issuer);
    assert!(!back.contains("2025550"), "no number: {back}");
    let answer = plain.redeem(&parameter(back, "code"), &back_of(&plain), VERIFIER);
    let token = token_of(&answer);
    assert!(answer.json()["refresh_token"].is_null());
    let identity = claims(&member(&answer, "id_token"));
    assert_eq!(
        (&identity["nonce"], &identity["aud"]),
        (&json!("a nonce"), &json!(plain.client_id))
    );
    let located = plain.with_token(&token, "POST", RETRIEVE).json(&json!({}));
    assert_answered(&located.send(plain.host()));
    // Who agreed before is only asked for the code.
    again_without_a_question(
        world,
        &address(&good, &[("login_hint", &format!("tel:{}", phone.number))]),
    );
    phone.reply("STOP");
    assert_refused(
        &plain
            .with_token(&token, "POST", RETRIEVE)
            .json(&json!({}))
            .send(plain.host()),
        "withdrawn",
    );
    parts.verify_journal();
}

fn again_without_a_question(world: &World, start: &str) {
    let (plain, browser) = (world.partner("plain"), Browser(world));
    let phone = world.phone(parameter(start, "login_hint").trim_start_matches("tel:"));
    let ticket = browser.ask_for_text(&browser.open(start), None);
    let text = phone.text("tell it to nobody", 1);
    assert!(text.contains("You agreed before"), "{text}");
    let wrong = browser.enter(&ticket, "000000");
    assert_eq!(wrong.status, 403, "{}", wrong.text());
    let through = Through::of(&browser.enter(&ticket, &page_code(&phone, 1)));
    assert!(through.question.is_none());
    let back = browser.back(&through.proven);
    let code = parameter(back.header("location").expect("a way back"), "code");
    token_of(&plain.redeem(&code, &back_of(&plain), VERIFIER));
}

/// A consent that also needs a reply from the number: the way back waits for it.
#[test]
fn what_also_needs_a_reply_is_not_yet() {
    let parts = Parts::start(Settings::default());
    let world = &parts.world;
    let (bank, phone, browser) = (world.partner("bank"), world.free_phone(), Browser(world));
    let scope = bank.scope().replace("location-retrieval:read ", "");
    let start = address(&request(&bank, &scope, &phone.number), &[]);
    let ticket = browser.ask_for_text(&browser.open(&start), None);
    let text = phone.text("tell it to nobody", 0);
    let reply = text.split("YES ").nth(1).expect("YES and a code")[..4].to_owned();
    let through = Through::of(&browser.enter(&ticket, &page_code(&phone, 0)));
    assert_eq!(browser.agree(&through.question.expect("a question")).status, 200);
    for _ in 0..2 {
        let waiting = browser.back(&through.proven);
        assert_eq!(waiting.status, 200, "{}", waiting.text());
        assert!(waiting.text().contains("One step is left") && waiting.text().contains("http-equiv=\"refresh\""));
    }
    phone.reply(&format!("YES {reply}"));
    let back = browser.back(&through.proven);
    let code = parameter(back.header("location").expect("a way back"), "code");
    token_of(&bank.redeem(&code, &back_of(&bank), VERIFIER));
}

#[test]
fn a_code_is_good_once_for_its_client_address_and_verifier() {
    let parts = Parts::start(Settings::default());
    let world = &parts.world;
    let (plain, bank, browser) = (world.partner("plain"), world.partner("bank"), Browser(world));
    let scope = format!("offline_access {}", plain.scope());
    let code = |phone: &crate::phone::Phone<'_>| {
        let start = address(&request(&plain, &scope, &phone.number), &[]);
        parameter(&come_back(&browser, phone, &start).0, "code")
    };
    let (one, two, three) = (world.free_phone(), world.free_phone(), world.free_phone());
    let (first, second, third) = (code(&one), code(&two), code(&three));
    let grant = |what: &str, answer| assert_oauth_error(what, &answer, 400, "invalid_grant");
    let back = back_of(&plain);
    // A code that another client got hold of is worth nothing to it, and stays good for its own.
    grant("mixed up", bank.redeem(&first, &back, VERIFIER));
    grant("mixed up, own address", bank.redeem(&first, &back_of(&bank), VERIFIER));
    let good = plain.redeem(&first, &back, VERIFIER);
    let refresh = member(&good, "refresh_token");
    // A second use ends what the first one gave.
    grant("again", plain.redeem(&first, &back, VERIFIER));
    grant("refresh after that", plain.refresh(&refresh));
    // A wrong verifier uses the code up, so that nobody tries another.
    grant(
        "another verifier",
        plain.redeem(&second, &back, &VERIFIER.replace('d', "e")),
    );
    grant("too late with the right one", plain.redeem(&second, &back, VERIFIER));
    grant(
        "another address",
        plain.redeem(&third, "http://127.0.0.1/back", VERIFIER),
    );
    for text in ["garbage", "", &first[..first.len() - 2]] {
        let answer = plain.redeem(text, &back, VERIFIER);
        assert_eq!(answer.status, 400, "{text}");
    }
    let bare = plain.post_as_client(
        crate::oauth::TOKEN,
        &[
            ("grant_type", "authorization_code"),
            ("code", &third),
            ("redirect_uri", &back),
        ],
    );
    assert_oauth_error("no verifier", &bare, 400, "invalid_request");
}

#[test]
fn a_no_and_a_lapse_look_alike_but_for_the_time() {
    let parts = Parts::start(Settings {
        question_life_s: 30,
        ..Settings::default()
    });
    let world = &parts.world;
    let (plain, browser) = (world.partner("plain"), Browser(world));
    let scope = plain.scope();
    let start = |number: &str| address(&request(&plain, &scope, number), &[]);
    let begun = Instant::now();
    let (silent, refusing) = (world.free_phone(), world.free_phone());
    // A number that nobody has, one that is no reserved one, and a person who does nothing.
    let numbers = [
        "+12025550112".to_owned(),
        concat!("+1202", "5551234").to_owned(),
        silent.number.clone(),
    ];
    let waiting = numbers.map(|number| browser.ask_for_text(&browser.open(&start(&number)), None));
    for ticket in &waiting {
        let page = browser.open(&format!("/errand/code?ticket={ticket}"));
        assert_eq!(page.status, 200, "{}", page.text());
        assert!(page.text().contains("http-equiv=\"refresh\""));
        assert_eq!(browser.enter(ticket, "12345").status, 403);
    }
    let ticket = browser.ask_for_text(&browser.open(&start(&refusing.number)), None);
    let through = Through::of(&browser.enter(&ticket, &page_code(&refusing, 0)));
    let question = through.question.expect("a question");
    let path = question.split('?').next().expect("a path");
    assert_eq!(browser.submit(&format!("{path}/refuse"), &[]).status, 303);
    let denied = |location: &str| {
        assert_eq!(parameter(location, "error"), "access_denied", "{location}");
        assert_eq!(parameter(location, "state"), "a state&more");
        assert_eq!(parameter(location, "iss"), plain.issuer);
    };
    denied(browser.back(&through.proven).header("location").expect("a way back"));
    assert!(
        begun.elapsed() < Duration::from_secs(29),
        "the machine is too slow for this test"
    );
    std::thread::sleep(Duration::from_secs(31));
    for ticket in &waiting {
        let over = browser.open(&format!("/errand/code?ticket={ticket}"));
        assert_eq!(over.status, 303, "{}", over.text());
        let left = browser.open(over.header("location").expect("a way"));
        denied(left.header("location").expect("a way back"));
    }
}

#[test]
fn whoever_guesses_has_five_tries_and_one_number_gets_few_texts() {
    let parts = Parts::start(Settings::default());
    let world = &parts.world;
    let (plain, phone, browser) = (world.partner("plain"), world.free_phone(), Browser(world));
    let scope = plain.scope();
    let start = address(&request(&plain, &scope, &phone.number), &[]);
    let ticket = browser.ask_for_text(&browser.open(&start), None);
    let code = page_code(&phone, 0);
    let wrong = |step: u32| format!("{:06}", (code.parse::<u32>().expect("digits") + step) % 1_000_000);
    for step in 1..=5 {
        assert_eq!(browser.enter(&ticket, &wrong(step)).status, 403);
    }
    let right = browser.enter(&ticket, &code);
    assert_eq!(right.status, 403, "even the right one: {}", right.text());
    assert_eq!(ticketless(&right), None, "{}", right.text());
    // A page sends three texts at most, and a number gets five of them in a day.
    let first = browser.open(&start);
    for _ in 0..3 {
        browser.ask_for_text(&first, None);
    }
    assert_eq!(
        browser.submit("/errand/text", &[("ticket", &ticket_of(&first))]).status,
        400
    );
    for _ in 0..4 {
        browser.ask_for_text(&browser.open(&start), None);
    }
    std::thread::sleep(Duration::from_millis(1500));
    let texts = phone.texts().len();
    assert!(texts <= 5, "{texts}");
}

/// The ticket of a page's form, if it has one.
fn ticketless(page: &crate::http::Answer) -> Option<String> {
    page.text().contains("name=\"ticket\"").then(|| ticket_of(page))
}
