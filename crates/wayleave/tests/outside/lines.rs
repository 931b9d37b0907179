//! Machine lines: the holder of an account agrees once, by passkey, over a list; only lines that the carrier calls machines
//! of that account are given. A person who is on the list is asked on their own phone, as everybody is.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};

use crate::http::{Answer, Request, split};
use crate::jose::base64url;
use crate::me::Me;
use crate::partner::{Partner, assert_answered, assert_refused};
use crate::parts::{Parts, Settings};
use crate::phone::attribute;
use crate::program::{said, wayleave};

const LINES: &str = "/wayleave/v1/consents/lines";

fn parts() -> Parts {
    Parts::start(Settings {
        ports: true,
        host: "localhost",
        ..Settings::default()
    })
}

/// The holder of an account at its page, with a passkey.
struct Holder<'a> {
    parts: &'a Parts,
    browser: Me<'a>,
    account: String,
    page: String,
    pair: EcdsaKeyPair,
}

impl<'a> Holder<'a> {
    /// Adds an account with the operator's command.
    fn invited(parts: &'a Parts, name: &str) -> Self {
        let config = parts.config.to_str().expect("a path");
        let output = wayleave(&["account", "add", "--config", config, name]);
        assert!(output.status.success(), "{}", said(&output));
        let text = String::from_utf8(output.stdout).expect("text");
        let (account, link) = text.trim().split_once('\n').expect("an account and a link");
        Self {
            parts,
            browser: Me::nobody(&parts.world),
            account: account.to_owned(),
            page: split(link).1.to_owned(),
            pair: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key"),
        }
    }

    /// The same, with the passkey made and the holder signed in.
    fn enrolled(parts: &'a Parts, name: &str) -> Self {
        let mut holder = Self::invited(parts, name);
        let drawn = holder.post("challenge", &json!({"aim": "enrol"})).json();
        let point = holder.pair.public_key().as_ref();
        // An authenticator's data: who it is for, flags, counter, model, credential, and the key as COSE has it.
        let head = [&holder.party()[..], &[0x45, 0, 0, 0, 0], &[9; 16], &[0, 4], b"cred"].concat();
        let cose: [&[u8]; 4] = [
            &[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 0x20],
            &point[1..33],
            &[0x22, 0x58, 0x20],
            &point[33..],
        ];
        let data = [head, cose.concat()].concat();
        let client = holder.client("webauthn.create", drawn["challenge"].as_str().expect("a challenge"));
        let made = json!({"ticket": drawn["ticket"], "kind": "new-passkey",
            "authenticatorData": base64url(data), "clientData": base64url(client)});
        let answer = holder.post("enrol", &made);
        assert_eq!(answer.status, 200, "{}", answer.text());
        holder
    }

    fn party(&self) -> Vec<u8> {
        digest(&SHA256, b"localhost").as_ref().to_vec()
    }

    fn client(&self, kind: &str, challenge: &str) -> String {
        let origin = &self.parts.world.issuer;
        format!(r#"{{"type":"{kind}","challenge":"{challenge}","origin":"{origin}","crossOrigin":false}}"#)
    }

    /// What this holder's passkey makes of a challenge.
    fn assertion(&self, challenge: &str) -> Value {
        let data = [&self.party()[..], &[0x05, 0, 0, 0, 1]].concat();
        let client = self.client("webauthn.get", challenge);
        let signed = [&data[..], digest(&SHA256, client.as_bytes()).as_ref()].concat();
        let signature = self.pair.sign(&SystemRandom::new(), &signed).expect("a signature");
        json!({"credential": base64url("cred"), "authenticatorData": base64url(data),
            "clientData": base64url(client), "signature": base64url(signature)})
    }

    fn post(&mut self, what: &str, body: &Value) -> Answer {
        let request = Request::new("POST", &format!("{}/{what}", self.page));
        let request = request.header("origin", &self.parts.world.issuer).json(body);
        self.browser.send(request)
    }

    fn show(&mut self) -> String {
        let page = self.page.clone();
        self.browser.get(&page).text()
    }

    fn stop(&mut self, request: &str, form: &str) {
        let path = format!("{}/stop/{request}", self.page);
        assert_eq!(self.browser.post(&path, form).status, 303);
    }

    /// The carrier says that a line is a machine of this account.
    fn holds(&self, number: &str) {
        let told = json!({"number": number, "line": "machine", "account": self.account});
        assert_eq!(self.parts.happens("attest", &told)["status"], 202);
    }
}

fn wish(account: &str, numbers: &[&str]) -> Value {
    json!({"account": account, "lines": numbers, "precision": {"type": "AREA", "metres": 500},
        "durationSeconds": 86_400, "caseReference": "ROUTE-7"})
}

/// Asks for lines; the request's id.
fn ask(fleet: &Partner, account: &str, numbers: &[&str]) -> String {
    let answer = fleet.call("POST", LINES, &wish(account, numbers));
    assert_eq!(answer.status, 201, "{}", answer.text());
    let asked = answer.json();
    for line in asked["lines"].as_array().expect("lines") {
        assert_eq!(line["status"], "PENDING");
    }
    asked["id"].as_str().expect("an id").to_owned()
}

/// What the recipient is told of each line, in order; and the consent of the first.
fn states(fleet: &Partner, id: &str) -> (Vec<String>, String) {
    let answer = fleet.signed("GET", &format!("{LINES}/{id}")).send(fleet.host());
    assert_eq!(answer.status, 200, "{}", answer.text());
    let document = answer.json();
    let lines = document["lines"].as_array().expect("lines").clone();
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    (
        lines.iter().map(|line| text(&line["status"])).collect(),
        text(&lines[0]["id"]),
    )
}

#[test]
fn an_account_holder_agrees_over_a_list_and_a_person_on_it_is_not_given_away() {
    let mut parts = parts();
    let fleet = parts.enrol("fleet");
    let mut holder = Holder::enrolled(&parts, "Aster Parcels");
    let other = Holder::enrolled(&parts, "Birch Parcels");
    let (tracker, trailer) = (parts.world.free_phone(), parts.world.free_phone());
    let (person, foreign) = (parts.world.free_phone(), parts.world.free_phone());
    holder.holds(&tracker.number);
    holder.holds(&trailer.number);
    other.holds(&foreign.number);
    let numbers = [
        &*tracker.number,
        &*trailer.number,
        &*person.number,
        &*foreign.number,
        "+99912345678",
    ];
    let id = ask(&fleet, &holder.account, &numbers);
    assert_refused(&fleet.retrieve(&tracker.number), "no-permission");

    // The link alone shows nothing of it; the passkey does.
    let stranger = Me::nobody(&parts.world).get(&holder.page).text();
    assert!(!stranger.contains(&tracker.number) && !stranger.contains("Copper Freight"));
    let page = holder.show();
    assert!(
        page.contains(&tracker.number) && page.contains("Copper Freight"),
        "{page}"
    );
    let challenge = attribute(&page, "data-challenge");

    // Another account's passkey, and a signature over something else, give nothing.
    let agree = format!("agree/{id}");
    assert_eq!(holder.post(&agree, &other.assertion(&challenge)).status, 403);
    let elsewhere = holder.assertion(&base64url([7; 32]));
    assert_eq!(holder.post(&agree, &elsewhere).status, 403);
    let yes = holder.assertion(&challenge);
    let mut unsigned = Me::nobody(&parts.world);
    let path = format!("{}/{agree}", holder.page);
    assert_eq!(unsigned.send(Request::new("POST", &path).json(&yes)).status, 403);
    assert_eq!(states(&fleet, &id).0, ["PENDING"; 5]);

    let agreed = holder.post(&agree, &yes);
    assert_eq!((agreed.status, agreed.json()), (200, json!({"given": 2, "lines": 5})));
    let (now, consent) = states(&fleet, &id);
    assert_eq!(now, ["GIVEN", "GIVEN", "PENDING", "PENDING", "PENDING"]);
    assert_answered(&fleet.retrieve(&tracker.number));
    for number in &numbers[2..4] {
        assert_refused(&fleet.retrieve(number), "no-permission");
    }
    // The person's own yes is another thing, and works as ever.
    person.agree_to(&fleet, &json!({}));
    assert_answered(&fleet.retrieve(&person.number));
    assert_eq!(states(&fleet, &id).0, now);

    // What was stopped stays so, whoever sends the same signature again.
    assert_eq!(holder.post(&agree, &yes).status, 409);
    holder.stop(&id, &format!("consent={consent}"));
    assert_refused(&fleet.retrieve(&tracker.number), "withdrawn");
    assert_answered(&fleet.retrieve(&trailer.number));
    assert_eq!(holder.post(&agree, &yes).status, 409);
    assert_eq!(states(&fleet, &id).0[..2], ["ENDED", "GIVEN"]);

    // The trailer's line is given to a driver: what the account agreed to is void.
    let personal = json!({"number": trailer.number, "line": "personal"});
    assert_eq!(parts.happens("attest", &personal)["status"], 202);
    assert_refused(&fleet.retrieve(&trailer.number), "void");
    assert_eq!(states(&fleet, &id).0[..2], ["ENDED", "ENDED"]);

    // The same lines in a new list: the old signature is not over it. All of a list is stopped at one time.
    let next = ask(&fleet, &holder.account, &numbers[..2]);
    let page = holder.show();
    assert_eq!(holder.post(&format!("agree/{next}"), &yes).status, 403);
    let yes = holder.assertion(&attribute(&page, "data-challenge"));
    let agreed = holder.post(&format!("agree/{next}"), &yes).json();
    assert_eq!(agreed, json!({"given": 1, "lines": 2}));
    holder.stop(&next, "");
    assert_eq!(states(&fleet, &next).0, ["ENDED", "PENDING"]);
    drop((holder, other));
    parts.gateway = None;
    parts.verify_journal();
}

#[test]
fn a_list_is_asked_for_by_those_who_may_and_read_by_whoever_asked() {
    let parts = parts();
    let (fleet, plain) = (parts.enrol("fleet"), parts.world.partner("plain"));
    let mut holder = Holder::enrolled(&parts, "Aster Parcels");
    let number = parts.world.free_phone().number;
    let good = wish(&holder.account, &[&number]);
    assert_refused(&plain.call("POST", LINES, &good), "purpose-unavailable");
    let mut wide = good.clone();
    wide["durationSeconds"] = json!(91 * 86_400);
    assert_refused(&fleet.call("POST", LINES, &wide), "terms-too-wide");
    let nobody = format!("acc_{:026}", 1);
    assert_eq!(fleet.call("POST", LINES, &wish(&nobody, &[&number])).status, 404);
    let twice = fleet.call("POST", LINES, &wish(&holder.account, &[&number, &number]));
    assert_eq!((twice.status, twice.code().as_str()), (400, "INVALID_ARGUMENT"));
    assert!(twice.text().contains("each line once"), "{}", twice.text());
    let many: Vec<String> = (0..1000).map(|n| format!("+9991234{n:04}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let id = ask(&fleet, &holder.account, &many);
    let path = format!("{LINES}/{id}");
    assert_eq!(plain.signed("GET", &path).send(plain.host()).status, 404);
    // An invitation makes one passkey, and the page of an account is not another's.
    assert_eq!(holder.post("challenge", &json!({"aim": "enrol"})).status, 409);
    let drawn = holder.post("challenge", &json!({"aim": "sign-in"})).json();
    let mut signed = holder.assertion(drawn["challenge"].as_str().expect("a challenge"));
    signed["ticket"] = drawn["ticket"].clone();
    signed["kind"] = "passkey".into();
    let mut other = Holder::enrolled(&parts, "Birch Parcels");
    assert_eq!(
        other.post("sign-in", &signed).status,
        410,
        "another account's challenge"
    );
    assert_eq!(holder.post("sign-in", &signed).status, 200);
    assert_eq!(holder.post("sign-in", &signed).status, 410, "once");
    assert_eq!(other.post(&format!("agree/{id}"), &other.assertion("AA")).status, 404);
}

#[test]
fn without_a_name_the_page_says_that_nobody_can_agree() {
    let parts = Parts::start(Settings::default());
    let mut holder = Holder::invited(&parts, "Aster Parcels");
    let page = holder.show();
    assert!(page.contains("IP address") && !page.contains("id=\"enrol\""), "{page}");
}
