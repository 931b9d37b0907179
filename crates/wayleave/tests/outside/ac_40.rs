//! AC-40: a bail firm says that it verifies a loan. The person never applied for one, so there is no consent; another
//! purpose than it is approved for is no way round that, and neither is somebody else's consent.

use serde_json::json;

use crate::chain::{Member, RESELLER, ROADSIDE, Relay, Service, assert_turned_down, entries, gateway};
use crate::program::until;

const BAIL: Member = Member {
    client: "bail",
    name: "Lantern Bail Bonds",
    purposes: &["FraudPreventionAndDetection"],
    seals: true,
};

#[test]
fn ac_40_a_declared_purpose_is_no_consent() {
    let parts = gateway();
    let world = &parts.world;
    let relay = Relay::start(&parts, &RESELLER);
    let bail = Service::start(&parts, &BAIL, &[&relay]);
    let roadside = Service::start(&parts, &ROADSIDE, &[&relay]);
    let phone = world.free_phone();
    let verify = json!({"number": phone.number, "question": "verify"});
    assert_turned_down(&bail.does("ask", &verify), "no-permission");
    // What the person agreed to for somebody else, through the same relay, is nothing to it.
    let consent = roadside.agree(&phone, &json!({}));
    let other = json!({"number": phone.number, "purpose": "RequestedServiceProvision"});
    assert_turned_down(&bail.does("ask", &other), "purpose-not-approved");
    assert_turned_down(&bail.does("ask", &verify), "no-permission");
    let foreign = bail.does("status", &json!({"number": phone.number, "consent": consent}));
    assert_eq!(foreign["opened"]["outcome"], "refused", "another's consent was told");
    // It may ask the person, who is told who asks and what for, and says no.
    let before = phone.count("/c/");
    let asked = bail.does("consent", &json!({"number": phone.number}));
    assert_eq!(asked["opened"]["outcome"], "asked");
    let text = phone.text("/c/", before);
    assert!(text.contains(BAIL.name), "{text}");
    assert_eq!(phone.press("refuse", &phone.question(before)).status, 200);
    assert_turned_down(&bail.does("ask", &verify), "said-no");
    assert!(world.queries(&phone.number).is_empty(), "the carrier was asked");
    let refused = until("the entries", || {
        let entries = entries(&parts, &phone.number);
        let own = entries
            .into_iter()
            .filter(|entry| entry["recipient"] == json!(bail.party.id));
        let refused: Vec<_> = own.filter(|entry| entry["kind"] == "refused").collect();
        (refused.len() == 4).then_some(refused)
    });
    assert!(
        refused.iter().all(|entry| entry["relays"] == json!([relay.party.id])),
        "{refused:?}"
    );
    parts.verify_journal();
}
