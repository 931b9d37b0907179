//! PAUSE by text: whoever was agreed to meets a phone that is off, nobody else learns of it, and RESUME lifts it.

use serde_json::json;

use crate::http;
use crate::partner::{assert_answered, assert_refused};
use crate::world::World;

#[test]
fn a_pause_looks_like_a_phone_that_is_off() {
    let world = World::demo();
    let (plain, roadside) = (world.partner("plain"), world.partner("roadside"));
    let (paused, off) = (world.free_phone(), world.free_phone());
    let given = paused.agree_to(&plain, &json!({}));
    off.agree_to(&plain, &json!({}));
    let url = format!("{}/phones/{}", world.carrier, off.number);
    assert_eq!(http::send_json("PUT", &url, &json!({"state": "off"})).status, 200);
    assert_answered(&plain.retrieve(&paused.number));
    let before = world.queries(&paused.number).len();
    paused.reply("Pause");
    assert!(paused.text("Paused.", 0).contains("RESUME"));
    for max_age in [None, Some(60)] {
        let ask = |number: &str| {
            let mut body = json!({"device": {"phoneNumber": number}});
            if let Some(max_age) = max_age {
                body["maxAge"] = json!(max_age);
            }
            plain.call("POST", crate::world::RETRIEVE, &body)
        };
        let (seen, real) = (ask(&paused.number), ask(&off.number));
        assert_eq!(
            (seen.status, seen.code()),
            (real.status, real.code()),
            "{}",
            seen.text()
        );
        assert_eq!(seen.status, 422, "{}", seen.text());
        assert_eq!(seen.json()["message"], real.json()["message"]);
        assert_eq!(seen.reason(), "paused");
    }
    // Who was not agreed to learns nothing, and the consent stands.
    assert_refused(&roadside.retrieve(&paused.number), "no-permission");
    assert_eq!(plain.consent_state(&given.id), "GIVEN");
    assert_eq!(world.queries(&paused.number).len(), before, "the carrier was asked");
    paused.reply("RESUME");
    paused.text("Resumed.", 0);
    assert_answered(&plain.retrieve(&paused.number));
}

#[test]
fn a_pause_binds_what_is_under_way() {
    let world = World::demo();
    let plain = world.partner("plain");
    let phone = world.free_phone();
    phone.agree_to(&plain, &json!({}));
    world.carrier_behaves(&json!({"last_known_ms": 3000}));
    std::thread::scope(|scope| {
        let asked = scope.spawn(|| plain.retrieve(&phone.number));
        crate::program::until("the carrier to be asked", || {
            (!world.queries(&phone.number).is_empty()).then_some(())
        });
        phone.reply("PAUSE");
        let answer = asked.join().expect("an answer");
        assert_eq!(
            (answer.status, answer.reason().as_str()),
            (422, "paused"),
            "{}",
            answer.text()
        );
        assert!(!answer.tells_a_place());
    });
}
