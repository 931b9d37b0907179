//! A ticket that a party of its own tells of: where a programme wants one, an ask rests on it, as often as it allows and
//! while it is open, and nobody else's ask does.

use serde_json::{Value, json};

use crate::chain::{BANK, ROADSIDE, Relay, Service, assert_told, assert_turned_down, enrol};
use crate::operator::{self, done};
use crate::parts::{Parts, Settings};

/// A roadside service whose asks must rest on tickets, and its ticket system.
pub fn roadside(parts: &Parts, relays: &[&Relay]) -> Service {
    let party = enrol(parts, &ROADSIDE);
    let purpose = ROADSIDE.purposes[0];
    let desk = operator::enrol(parts, "desk", purpose, &["wayleave:events"], None);
    let programme = ["party", "programme", ROADSIDE.client, purpose];
    let bounds = ["--event", "ticket", "--source", "desk"];
    done(parts, &[programme, bounds].concat());
    Service::with_tickets(parts, &ROADSIDE, party, relays, &desk.file)
}

/// Has the ticket system tell of a ticket; what the gateway said.
pub fn tell(service: &Service, what: &str, about: &Value) -> u64 {
    let told = service.does(what, about);
    told["status"].as_u64().unwrap_or_else(|| panic!("{told}"))
}

#[test]
fn an_ask_rests_on_an_open_ticket_or_is_refused() {
    let parts = Parts::start(Settings::default());
    let (world, service) = (&parts.world, roadside(&parts, &[]));
    let phone = world.free_phone();
    service.agree(&phone, &json!({}));
    let ask = |ticket: &str| service.does("ask", &json!({"number": phone.number, "event": ticket}));
    assert_turned_down(&service.asks(&phone.number), "no-event");
    assert_turned_down(&ask("TOW-1"), "no-event");
    // Another phone's ticket is none, and of another party's this source tells nothing.
    let other = world.free_phone();
    assert_eq!(
        tell(&service, "ticket", &json!({"number": other.number, "id": "TOW-9"})),
        204
    );
    let lender = enrol(&parts, &BANK);
    let foreign = json!({"number": phone.number, "id": "LOAN-1", "recipient": lender.id});
    assert_eq!(
        tell(&service, "ticket", &foreign),
        400,
        "nobody named it as the lender's source"
    );
    assert_turned_down(&ask("TOW-9"), "no-event");
    assert_turned_down(&ask("LOAN-1"), "no-event");
    assert!(world.queries(&phone.number).is_empty(), "the carrier was asked");
    let ticket = json!({"number": phone.number, "id": "TOW-1", "count": 2});
    assert_eq!(tell(&service, "ticket", &ticket), 204);
    assert_told(&ask("TOW-1"));
    assert_turned_down(&ask("TOW-2"), "no-event");
    assert_told(&service.asks(&phone.number));
    assert_turned_down(&ask("TOW-1"), "event-spent");
    // Its own source may allow more of it; what was used stays used.
    let more = json!({"number": phone.number, "id": "TOW-1", "count": 3});
    assert_eq!(tell(&service, "ticket", &more), 204);
    assert_told(&ask("TOW-1"));
    assert_turned_down(&ask("TOW-1"), "event-spent");
    let next = json!({"number": phone.number, "id": "TOW-2"});
    assert_eq!(tell(&service, "ticket", &next), 204);
    assert_told(&ask("TOW-2"));
    assert_eq!(tell(&service, "ticket/end", &next), 204);
    assert_turned_down(&ask("TOW-2"), "no-event");
    assert_eq!(world.queries(&phone.number).len(), 4);
    parts.verify_journal();
}
