//! Texts that do not arrive: a question whose text is lost is closed, a message centre that is gone is waited for, and the
//! second address takes over.

use serde_json::json;

use crate::partner::assert_refused;
use crate::parts::{Parts, Settings};
use crate::program::until;

#[test]
fn a_question_that_cannot_be_delivered_is_closed() {
    let parts = Parts::start(Settings::default());
    let (plain, phone) = (parts.world.partner("plain"), parts.world.free_phone());
    parts.world.smsc_behaves(&json!({"receipt": "UNDELIV"}));
    let id = plain.ask_consent(&phone.number, &json!({}));
    until("the question's end", || {
        (plain.consent_state(&id) == "ENDED").then_some(())
    });
    assert_refused(&plain.retrieve(&phone.number), "lapsed");
    assert!(parts.world.queries(&phone.number).is_empty(), "the carrier was asked");
    assert!(parts.verify_journal().contains("entries"));
}

#[test]
fn a_receipt_that_comes_after_a_restart_finds_its_question() {
    let mut parts = Parts::start(Settings::default());
    let id = {
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
        id
    };
    drop(parts.gateway.take());
    parts.start_gateway();
    let plain = parts.world.partner("plain");
    until("the question's end", || {
        (plain.consent_state(&id) == "ENDED").then_some(())
    });
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
