//! AC-37: a prison telephony platform learns where a phone is during a live call alone, one that the carrier of the phone
//! confirms, on the called person's own yes to that call.

use serde_json::json;

use crate::http::send_json;
use crate::parts::Settings;
use crate::prison::{OTHER_LINE, Prison, assert_told, assert_turned_down};
use crate::program::until;

#[test]
fn only_a_live_call_and_the_called_persons_yes_open_anything() {
    let prison = Prison::start(Settings::default());
    let world = &prison.parts.world;
    let phone = world.free_phone();
    let number = phone.number.as_str();
    // No call at all, and one of which only the platform says that it goes on.
    assert_turned_down(&prison.asks(number, "call-of-nobody"), "no-permission");
    let invented = prison.call(&json!({"to": number, "invented": true}));
    let asked = prison.does("consent", &json!({"number": number, "event": invented}));
    assert_turned_down(&asked, "event-unconfirmed");
    assert_turned_down(&prison.asks(number, &invented), "no-permission");
    prison.does("hangup", &json!({"id": invented}));
    assert_eq!(phone.count("/c/"), 0, "nobody was asked");
    // A real call, from a number that nobody listed.
    let unlisted = prison.call(&json!({"to": number, "line": OTHER_LINE}));
    let asked = prison.does("consent", &json!({"number": number, "event": unlisted}));
    assert_turned_down(&asked, "event-unconfirmed");
    prison.does("hangup", &json!({"id": unlisted}));
    // A real one: without the person's yes it opens nothing, with it that call alone.
    let call = prison.call(&json!({"to": number}));
    assert_turned_down(&prison.asks(number, &call), "no-permission");
    assert!(world.queries(number).is_empty(), "the carrier was asked");
    prison.says_yes(&phone, &call, &json!({}));
    until("the yes to count", || {
        (prison.asks(number, &call)["opened"]["outcome"] == "answered").then_some(())
    });
    assert_told(&prison.asks(number, &call));
    let told = world.queries(number).len();
    assert_turned_down(&prison.asks(number, &invented), "event-over");
    // The carrier says that it is over, whatever the platform says, and whatever else it tells of.
    prison.call(&json!({"to": number, "invented": true}));
    let end = send_json("POST", &format!("{}/call/end", prison.switch), &json!({"call": call}));
    assert_eq!(end.json()["status"], 202, "{}", end.text());
    let after = prison.asks(number, &call);
    assert_eq!(after["opened"]["outcome"], "refused", "{}", after["opened"]["problem"]);
    assert_eq!(world.queries(number).len(), told, "the carrier was asked");
    prison.parts.verify_journal();
}

#[test]
fn a_call_that_ends_takes_back_what_is_under_way() {
    let prison = Prison::start(Settings::default());
    let world = &prison.parts.world;
    let phone = world.free_phone();
    let call = prison.call(&json!({"to": phone.number}));
    prison.says_yes(&phone, &call, &json!({}));
    until("the yes to count", || {
        (prison.asks(&phone.number, &call)["opened"]["outcome"] == "answered").then_some(())
    });
    world.carrier_behaves(&json!({"last_known_ms": 3000}));
    let before = world.queries(&phone.number).len();
    std::thread::scope(|scope| {
        let asked = scope.spawn(|| prison.asks(&phone.number, &call));
        until("the carrier to be asked", || {
            (world.queries(&phone.number).len() > before).then_some(())
        });
        prison.does("hangup", &json!({"id": call}));
        let outcome = asked.join().expect("an outcome");
        assert_eq!(
            outcome["opened"]["outcome"], "refused",
            "{}",
            outcome["opened"]["problem"]
        );
    });
    prison.parts.verify_journal();
}
