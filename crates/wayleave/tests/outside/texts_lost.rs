//! Texts that do not arrive: a question whose text is lost is closed, and a message centre that is gone is waited for.

use serde_json::json;

use crate::partner::{Partner, assert_refused};
use crate::parts::{Parts, Settings};
use crate::program::until;

/// Waits until the question that was put to a number is closed: then nothing can make it a consent.
pub fn closed(partner: &Partner, number: &str) {
    until("the question's end", || {
        (partner.retrieve(number).reason() == "lapsed").then_some(())
    });
}

#[test]
fn a_question_that_cannot_be_delivered_is_closed() {
    let parts = Parts::start(Settings::default());
    let (plain, phone) = (parts.world.partner("plain"), parts.world.free_phone());
    parts.world.smsc_behaves(&json!({"receipt": "UNDELIV"}));
    let id = plain.ask_consent(&phone.number, &json!({}));
    closed(&plain, &phone.number);
    // To the partner it looks like a question that nobody has answered yet.
    assert_eq!(plain.consent_state(&id), "PENDING");
    assert!(parts.world.queries(&phone.number).is_empty(), "the carrier was asked");
    assert!(parts.verify_journal().contains("entries"));
}

#[test]
fn a_receipt_that_comes_after_a_restart_finds_its_question() {
    let mut parts = Parts::start(Settings::default());
    let number = {
        let (plain, phone) = (parts.world.partner("plain"), parts.world.free_phone());
        parts
            .world
            .smsc_behaves(&json!({"receipt": "UNDELIV", "receipt_ms": 6_000}));
        let id = plain.ask_consent(&phone.number, &json!({}));
        until("the text to be taken", || {
            (parts
                .world
                .measure("wayleave_texts_total{direction=\"out\",outcome=\"accepted\"}")
                > 0)
            .then_some(())
        });
        assert_eq!(plain.consent_state(&id), "PENDING");
        assert_refused(&plain.retrieve(&phone.number), "not-answered");
        phone.number.clone()
    };
    drop(parts.gateway.take());
    parts.start_gateway();
    closed(&parts.world.partner("plain"), &number);
}

#[test]
fn a_centre_that_is_gone_is_waited_for() {
    let parts = Parts::start(Settings::default());
    let (plain, phone) = (parts.world.partner("plain"), parts.world.free_phone());
    parts.world.smsc_behaves(&json!({"down": true}));
    let id = plain.ask_consent(&phone.number, &json!({}));
    assert_eq!(plain.consent_state(&id), "PENDING");
    parts.world.smsc_behaves(&json!({"down": false, "throttle": true}));
    until("a throttled attempt", || {
        let lines = crate::world::ledger(&parts.world.smsc);
        lines
            .iter()
            .any(|line| line["kind"] == "submit_sm" && line["status"] == 0x58)
            .then_some(())
    });
    parts.world.smsc_behaves(&json!({"throttle": false}));
    let question = phone.question(0);
    phone.reply(&format!("YES {}", question.code));
    until("the consent", || (plain.consent_state(&id) == "GIVEN").then_some(()));
    assert_eq!(phone.count("You agreed"), 1);
}
