//! AC-33: the person withdraws between two polls. The next ask is refused, though the token is young, and what was on its
//! way when the withdrawal was acknowledged never arrives.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::http::Answer;
use crate::partner::{Partner, assert_answered, assert_refused};
use crate::phone::Phone;
use crate::program::until;
use crate::world::World;

#[test]
fn ac_33_stopped_on_the_page_between_two_polls() {
    let world = World::shared();
    let phone = world.free_phone();
    for (partner, stops) in [("roadside", 1), ("plain", 2)] {
        let partner = world.partner(partner);
        let given = phone.agree_to(&partner, &json!({}));
        assert_answered(&partner.retrieve(&phone.number));
        assert_eq!(phone.press("stop", &given.question).status, 200);
        assert_refused(&partner.retrieve(&phone.number), "withdrawn");
        assert_eq!(partner.consent_state(&given.id), "ENDED");
        assert_eq!(given.question.state(), "withdrawn");
        assert_eq!(
            world.queries(&phone.number).len(),
            stops,
            "the carrier was asked after the withdrawal"
        );
        // A page that was withdrawn cannot be agreed to again.
        assert!(phone.press("agree", &given.question).status >= 400);
    }
}

#[test]
fn ac_33_stopped_by_text_between_two_polls() {
    let world = World::shared();
    let phone = world.free_phone();
    let (plain, bank) = (world.partner("plain"), world.partner("bank"));
    phone.agree_to(&plain, &json!({}));
    phone.agree_to(&bank, &json!({}));
    assert_answered(&plain.retrieve(&phone.number));
    assert_answered(&bank.verify(&phone.number, (12.0, -40.0), 5000.0));
    phone.reply("please stop this");
    phone.text("All your permissions have ended", 0);
    assert_refused(&plain.retrieve(&phone.number), "withdrawn");
    assert_refused(&bank.verify(&phone.number, (12.0, -40.0), 5000.0), "withdrawn");
    assert_eq!(world.queries(&phone.number).len(), 2);
}

/// An ask in a thread of its own, stopped while it is under way: its answer, when that came, and when the stop was
/// acknowledged.
fn race(phone: &Phone<'_>, partner: &Partner, wait: Duration) -> (Answer, Instant, Instant) {
    let given = phone.agree_to(partner, &json!({}));
    let before = phone.world.queries(&phone.number).len();
    std::thread::scope(|scope| {
        let ask = scope.spawn(|| (partner.retrieve(&phone.number), Instant::now()));
        until("the query at the carrier", || {
            (phone.world.queries(&phone.number).len() > before).then_some(())
        });
        std::thread::sleep(wait);
        assert_eq!(phone.press("stop", &given.question).status, 200);
        let acknowledged = Instant::now();
        let (answer, came) = ask.join().expect("an answer");
        (answer, came, acknowledged)
    })
}

#[test]
fn ac_33_stopped_while_the_carrier_is_asked() {
    let world = World::demo();
    let (phone, other) = (world.free_phone(), world.free_phone());
    let partner = world.partner("plain");
    world.carrier_behaves(&json!({"last_known_ms": 3000}));
    let (answer, ..) = race(&phone, &partner, Duration::ZERO);
    assert_refused(&answer, "withdrawn");
    // By text: the carrier has been asked and has not answered when STOP comes.
    phone.agree_to(&partner, &json!({}));
    let before = world.queries(&phone.number).len();
    let answer = std::thread::scope(|scope| {
        let ask = scope.spawn(|| partner.retrieve(&phone.number));
        until("the query at the carrier", || {
            (world.queries(&phone.number).len() > before).then_some(())
        });
        phone.reply("STOP");
        ask.join().expect("an answer")
    });
    assert_refused(&answer, "withdrawn");
    // Wherever the stop meets the ask: once it is acknowledged, nothing arrives.
    world.carrier_behaves(&json!({"last_known_ms": 400}));
    for step in 0..8_u64 {
        let (answer, came, acknowledged) = race(&other, &partner, Duration::from_millis(60 * step));
        if answer.status == 200 {
            assert!(
                came <= acknowledged,
                "an answer came after the withdrawal was acknowledged"
            );
        } else {
            assert_refused(&answer, "withdrawn");
        }
    }
}
