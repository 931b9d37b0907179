//! AC-31: a YES counts only from the asked number, with the code of its question, in time (after expiry: see AC-26), and
//! only where a text is enough.

use serde_json::json;

use crate::partner::{assert_answered, assert_refused};
use crate::program::until;
use crate::world::World;

#[test]
fn ac_31_yes_without_the_code_is_no_consent() {
    let world = World::shared();
    let phone = world.free_phone();
    let partner = world.partner("plain");
    let id = partner.ask_consent(&phone.number, &json!({}));
    let question = phone.question(0);
    for reply in ["YES", "yes please", "Y", "OK", "YES ????", "YES 12345"] {
        phone.reply(reply);
    }
    phone.text("Not understood", 0);
    for step in 0..3 {
        phone.reply(&format!("YES {}", question.wrong_code(step)));
    }
    assert_eq!(partner.consent_state(&id), "PENDING");
    assert_refused(&partner.retrieve(&phone.number), "not-answered");
    assert!(world.queries(&phone.number).is_empty(), "the carrier was asked");
}

#[test]
fn ac_31_yes_from_another_number_is_no_consent() {
    let world = World::shared();
    let (phone, other) = (world.free_phone(), world.free_phone());
    let partner = world.partner("plain");
    let id = partner.ask_consent(&phone.number, &json!({}));
    let question = phone.question(0);
    other.reply(&format!("YES {}", question.code));
    other.text("not open any more", 0);
    assert_eq!(partner.consent_state(&id), "PENDING");
    for number in [&phone.number, &other.number] {
        assert_eq!(partner.retrieve(number).status, 403);
        assert!(world.queries(number).is_empty(), "the carrier was asked");
    }
}

#[test]
fn ac_31_guessing_closes_the_question() {
    let world = World::shared();
    let phone = world.free_phone();
    let partner = world.partner("plain");
    let id = partner.ask_consent(&phone.number, &json!({}));
    let question = phone.question(0);
    for step in 0..5 {
        phone.reply(&format!("YES {}", question.wrong_code(step)));
    }
    assert_eq!(question.state(), "lapsed");
    // Neither the right code nor the page opens it again.
    phone.reply(&format!("YES {}", question.code));
    assert!(phone.press("agree", &question).status >= 400);
    // To the partner it looks like one that nobody answers.
    assert_eq!(partner.consent_state(&id), "PENDING");
    assert_refused(&partner.retrieve(&phone.number), "lapsed");
    assert!(world.queries(&phone.number).is_empty(), "the carrier was asked");
}

#[test]
fn ac_31_the_right_code_from_the_right_number_agrees_to_help() {
    let world = World::shared();
    let phone = world.free_phone();
    let roadside = world.partner("roadside");
    let id = roadside.ask_consent(&phone.number, &json!({}));
    phone.reply(&format!("yes {}", phone.question(0).code));
    until("the consent", || (roadside.consent_state(&id) == "GIVEN").then_some(()));
    phone.text("You agreed", 0);
    assert_answered(&roadside.retrieve(&phone.number));
    assert_eq!(world.queries(&phone.number).len(), 1);
}

#[test]
fn ac_31_a_text_is_not_enough_for_the_bank() {
    let world = World::shared();
    let phone = world.free_phone();
    let bank = world.partner("bank");
    let id = bank.ask_consent(&phone.number, &json!({}));
    let question = phone.question(0);
    phone.reply(&format!("YES {}", question.code));
    phone.text("not enough alone", 0);
    assert_eq!(bank.consent_state(&id), "PENDING");
    assert_refused(&bank.verify(&phone.number, (12.0, -40.0), 5000.0), "not-answered");
    assert!(world.queries(&phone.number).is_empty(), "the carrier was asked");
    assert_eq!(phone.press("agree", &question).status, 200);
    assert_answered(&bank.verify(&phone.number, (12.0, -40.0), 5000.0));
}

#[test]
fn ac_31_no_is_no() {
    let world = World::shared();
    let phone = world.free_phone();
    let partner = world.partner("plain");
    let id = partner.ask_consent(&phone.number, &json!({}));
    let question = phone.question(0);
    phone.reply("No, thanks");
    phone.text("You said no", 0);
    assert_eq!(
        (partner.consent_state(&id).as_str(), question.state().as_str()),
        ("ENDED", "refused")
    );
    phone.reply(&format!("YES {}", question.code));
    phone.text("not open any more", 0);
    assert_refused(&partner.retrieve(&phone.number), "said-no");
}
