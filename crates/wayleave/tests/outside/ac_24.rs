//! AC-24: the subscriber said no, and the partner does not take it for an answer. It cannot turn it, and it cannot ask
//! again and again: a no cools off, and nobody is asked more than three questions a day, over all partners. What the
//! partner sees of a question that was held back is one that nobody answers.

use serde_json::{Value, json};

use crate::partner::{Partner, assert_refused};
use crate::parts::{Parts, Settings};
use crate::phone::Phone;
use crate::program::until;
use crate::world::CONSENTS;

/// How many texts with a question came to a phone.
fn questions(phone: &Phone<'_>) -> usize {
    phone.texts().iter().filter(|text| text.contains("/c/")).count()
}

/// Asks, and waits for the text.
fn asked(partner: &Partner, phone: &Phone<'_>) -> String {
    let before = questions(phone);
    let id = partner.ask_consent(&phone.number, &json!({}));
    until("the question", || (questions(phone) > before).then_some(()));
    id
}

/// Asks for a consent that is held back: the partner sees what it sees of any other.
fn held_back(partner: &Partner, phone: &Phone<'_>) -> String {
    let before = questions(phone);
    let id = partner.ask_consent(&phone.number, &json!({}));
    assert_eq!(partner.consent_state(&id), "PENDING");
    // A question for another phone that is put later comes first: this one was not put.
    assert_eq!(questions(phone), before);
    id
}

#[test]
fn ac_24_a_no_is_not_turned_into_a_yes() {
    let parts = Parts::start(Settings::default());
    let world = &parts.world;
    let (phone, partner) = (world.free_phone(), world.partner("plain"));
    let id = asked(&partner, &phone);
    let question = phone.question(0);
    assert_eq!(phone.press("refuse", &question).status, 200);
    assert_eq!(partner.consent_state(&id), "ENDED");
    let flip = json!({"id": id, "status": "GRANTED", "consentStatus": "GRANTED", "phoneNumber": phone.number});
    for method in ["PUT", "PATCH", "POST", "DELETE"] {
        for path in [
            format!("{CONSENTS}/{id}"),
            format!("{CONSENTS}/{id}/status"),
            CONSENTS.to_owned(),
        ] {
            let answer = partner.call(method, &path, &flip);
            assert!(
                (400..500).contains(&answer.status),
                "{method} {path}: {}",
                answer.status
            );
        }
    }
    // The link that the person refused by is no way back either, nor is the code.
    assert!(phone.press("agree", &question).status >= 400);
    phone.reply(&format!("YES {}", question.code));
    assert_eq!(partner.consent_state(&id), "ENDED");
    assert_refused(&partner.retrieve(&phone.number), "said-no");
    assert!(world.queries(&phone.number).is_empty(), "the carrier was asked");
}

#[test]
fn ac_24_a_no_cools_off_and_nobody_is_asked_all_day() {
    let parts = Parts::start(Settings::default());
    let world = &parts.world;
    let (plain, bank) = (world.partner("plain"), world.partner("bank"));
    let (phone, other) = (world.free_phone(), world.free_phone());
    asked(&plain, &phone);
    phone.reply("NO");
    until("the no", || (phone.question(0).state() == "refused").then_some(()));
    // The same partner may not come back; another may, and each phone counts for itself.
    let again = held_back(&plain, &phone);
    asked(&bank, &phone);
    asked(&plain, &other);
    assert_eq!(questions(&phone), 2, "the one that was held back never came");
    // Two questions were put today. Agreeing to the second makes room; the fourth of the day finds none.
    let given = phone.question(1);
    assert_eq!(phone.press("agree", &given).status, 200);
    assert_eq!(phone.press("stop", &given).status, 200);
    asked(&bank, &phone);
    let third = phone.question(2);
    assert_eq!(phone.press("agree", &third).status, 200);
    assert_eq!(phone.press("stop", &third).status, 200);
    held_back(&bank, &phone);
    assert_eq!(questions(&phone), 3);
    // In a sandbox the developer sees why an ask is refused; the question itself says nothing.
    assert_eq!(plain.consent_state(&again), "PENDING");
    let seen: Value = plain
        .signed("GET", &format!("{CONSENTS}/{again}"))
        .send(plain.host())
        .json();
    assert!(!seen.to_string().contains("cooling"), "{seen}");
}

#[test]
fn ac_24_never_is_lifted_by_the_phone_alone() {
    let parts = Parts::start(Settings::default());
    let world = &parts.world;
    let (phone, partner) = (world.free_phone(), world.partner("plain"));
    phone.agree_to(&partner, &json!({}));
    phone.reply("NEVER");
    until("the never", || {
        (partner.retrieve(&phone.number).reason() == "never").then_some(())
    });
    let before = questions(&phone);
    let id = held_back(&partner, &phone);
    for body in [json!({"never": false}), json!({"allow": true})] {
        let answer = partner.call("POST", &format!("{CONSENTS}/{id}/allow"), &body);
        assert!((400..500).contains(&answer.status));
    }
    // The phone lifts it, and it still stands: the delay is a day.
    phone.reply("ALLOW");
    held_back(&partner, &phone);
    assert_eq!(questions(&phone), before);
    assert_refused(&partner.retrieve(&phone.number), "never");
}
