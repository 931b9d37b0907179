//! Who carries asks and answers stands where the person reads: on the question's page before they agree, and on their
//! board after.

use serde_json::json;

use crate::chain::{HUB, Member, RESELLER, ROADSIDE, Relay, Service, assert_told, assert_turned_down, enrol, gateway};
use crate::http::fetch;
use crate::me::{Me, plain};
use crate::partner::assert_refused;
use crate::world::CONSENTS;

/// A relay in good standing, of which nobody told the person.
const STRANGER: Member = Member {
    client: "stranger",
    name: "Breakwater Data",
    purposes: &["RequestedServiceProvision"],
    seals: false,
};

#[test]
fn a_person_reads_through_whom_an_answer_goes() {
    let parts = gateway();
    let world = &parts.world;
    let hub = Relay::start(&parts, &HUB);
    let reseller = Relay::start_before(&parts, &RESELLER, &hub);
    let service = Service::start(&parts, &ROADSIDE, &[&reseller, &hub]);
    let phone = world.free_phone();
    let asked = service.does("consent", &json!({"number": phone.number}));
    assert_eq!(asked["opened"]["outcome"], "asked");
    let question = phone.question(0);
    let page = plain(&fetch(&question.link).text());
    for name in [ROADSIDE.name, RESELLER.name, HUB.name] {
        assert!(page.contains(name), "{name}: {page}");
    }
    assert_eq!(phone.press("agree", &question).status, 200);
    assert_told(&service.asks(&phone.number));
    let board = plain(&Me::signed_in(world, &phone).board());
    let through = format!(
        "{}, then {}. They carry the answers, and cannot read them.",
        RESELLER.name, HUB.name
    );
    assert!(board.contains(&through), "{board}");
    // A shorter way than the one that they read is fine; one with anybody else on it is not.
    let shorter = json!({"number": phone.number, "relays": [hub.party.id]});
    assert_told(&service.does("ask", &shorter));
    let stranger = enrol(&parts, &STRANGER).id;
    let longer = json!({"number": phone.number, "relays": [reseller.party.id, stranger, hub.party.id]});
    assert_turned_down(&service.does("ask", &longer), "relay-not-agreed");
    assert_eq!(world.queries(&phone.number).len(), 2);
    parts.verify_journal();
}

#[test]
fn a_question_of_the_common_kind_names_relays_too() {
    let parts = gateway();
    let world = &parts.world;
    let (hub, partner, phone) = (Relay::start(&parts, &HUB), world.partner("plain"), world.free_phone());
    let mut wish = partner.wish(&phone.number);
    for (relays, status) in [
        (json!([hub.party.id, hub.party.id]), 400),
        (json!(["hub"]), 400),
        (json!(vec![&hub.party.id; 5]), 400),
    ] {
        wish["relays"] = relays;
        assert_eq!(
            partner.call("POST", CONSENTS, &wish).status,
            status,
            "{}",
            wish["relays"]
        );
    }
    wish["relays"] = json!(["pty_00000000000000000000000000"]);
    assert_refused(&partner.call("POST", CONSENTS, &wish), "relay-unknown");
    partner.ask_consent(&phone.number, &json!({"relays": [hub.party.id]}));
    let page = plain(&fetch(&phone.question(0).link).text());
    assert!(page.contains(HUB.name), "{page}");
}
