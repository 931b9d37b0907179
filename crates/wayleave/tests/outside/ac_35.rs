//! AC-35: a position that was fetched before a withdrawal is served to nobody after it, from no cache.

use serde_json::json;

use crate::http::Request;
use crate::partner::{assert_answered, assert_refused};
use crate::program::until;
use crate::world::{RETRIEVE, World, ledger, retrieval};

#[test]
fn ac_35_nothing_fetched_before_is_served_after() {
    let world = World::shared();
    let phone = world.free_phone();
    let (plain, roadside) = (world.partner("plain"), world.partner("roadside"));
    let given = phone.agree_to(&plain, &json!({}));
    let fresh = plain.retrieve(&phone.number);
    assert_answered(&fresh);
    assert_eq!(fresh.header("cache-control"), Some("no-store"));
    assert!(fresh.header("etag").is_none() && fresh.header("last-modified").is_none());
    assert_eq!(phone.press("stop", &given.question).status, 200);
    // However a client asks for what was there before.
    let receipt = fresh.header("wayleave-receipt").expect("a receipt").to_owned();
    for (name, value) in [
        ("cache-control", "only-if-cached"),
        ("cache-control", "max-stale=3600"),
        ("if-modified-since", "Sat, 01 Jan 2022 00:00:00 GMT"),
        ("if-none-match", "*"),
        ("range", "bytes=0-100"),
        ("wayleave-receipt", receipt.as_str()),
    ] {
        let request = plain.signed("POST", RETRIEVE).json(&retrieval(&phone.number));
        assert_refused(&request.header(name, value).send(world.host()), "withdrawn");
    }
    for age in [0, 60, 3600] {
        let mut ask = retrieval(&phone.number);
        ask["maxAge"] = age.into();
        assert_refused(&plain.call("POST", RETRIEVE, &ask), "withdrawn");
    }
    assert_eq!(world.queries(&phone.number).len(), 1);
    // Another partner's new consent does not revive it either: the carrier is asked anew.
    phone.agree_to(&roadside, &json!({}));
    assert_answered(&roadside.retrieve(&phone.number));
    assert_eq!(world.queries(&phone.number).len(), 2);
    assert_refused(&plain.retrieve(&phone.number), "withdrawn");
}

#[test]
fn ac_35_what_the_handset_gave_ends_with_the_consent() {
    let world = World::shared();
    let phone = world.free_phone();
    let plain = world.partner("plain");
    let given = phone.agree_to(&plain, &json!({"source": "HANDSET"}));
    // Whoever only looks at links is not told of an ask, and so takes none from the page.
    for method in ["GET", "HEAD"] {
        let look = Request::new(method, &format!("{}/wanted", given.question.path())).send(world.host());
        assert_eq!(look.status, 405, "{method}");
    }
    assert_answered(&plain.retrieve(&phone.number));
    let positions = || {
        let lines = ledger(&format!("{}/control", world.phones)).into_iter();
        lines
            .filter(|line| line["kind"] == "position-given" && line.to_string().contains(&phone.number))
            .count()
    };
    until("the phone's own note of its position", || {
        (positions() == 1).then_some(())
    });
    assert_eq!(phone.press("stop", &given.question).status, 200);
    assert_refused(&plain.retrieve(&phone.number), "withdrawn");
    // A page that still had something to give finds nobody who takes it.
    let late = json!({"request": "ask_00000000000000000000000000", "latitude": 12.0, "longitude": -40.0,
                      "accuracy": 20, "timestamp": crate::jose::now() * 1000});
    let position = Request::new("POST", &format!("{}/position", given.question.path())).json(&late);
    assert_eq!(position.send(world.host()).status, 409);
    let wanted = Request::new("POST", &format!("{}/wanted", given.question.path())).send(world.host());
    assert_eq!(wanted.status, 409);
    assert_refused(&plain.retrieve(&phone.number), "withdrawn");
    assert_eq!(positions(), 1);
    assert!(
        world.queries(&phone.number).is_empty(),
        "a handset's consent asks no carrier"
    );
}
