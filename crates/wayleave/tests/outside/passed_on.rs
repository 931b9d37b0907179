//! A hub passes signed asks on to the gateway that is home to the number. What comes back it cannot read; and what it is
//! told to stop, it stops.

use serde_json::{Value, json};

use crate::chain::{ROADSIDE, assert_told, assert_turned_down, entries};
use crate::http::Answer;
use crate::hub::Chain;
use crate::parts::Settings;
use crate::world::CONSENTS;

#[test]
fn a_hub_passes_on_what_it_cannot_read() {
    let chain = Chain::start();
    let (service, relay) = chain.service(&ROADSIDE);
    let phone = chain.home.world.free_phone();
    // Nobody agreed: the home refuses, and the hub cannot tell.
    let refused = service.asks(&phone.number);
    assert_turned_down(&refused, "no-permission");
    assert!(
        chain.home.world.queries(&phone.number).is_empty(),
        "the carrier was asked"
    );
    let looked_like = relay.last();
    // The home asks its own subscriber.
    service.agree(&phone, &json!({}));
    let answered = service.asks(&phone.number);
    assert_told(&answered);
    assert_eq!(answered["opened"]["iss"], json!(chain.home.world.issuer));
    assert_eq!(chain.home.world.queries(&phone.number).len(), 1);
    let looks_like = relay.last();
    for part in ["status", "contentType"] {
        assert_eq!(looked_like[part], looks_like[part]);
    }
    // Both wrote it down, each in its own journal: the hub that it passed something on, the home what came of it.
    let at_hub = entries(&chain.hub, &phone.number);
    let passed: Vec<&Value> = at_hub.iter().filter(|entry| entry["outcome"] == "sealed").collect();
    assert_eq!(passed.len(), 3, "{at_hub:?}");
    let at_home = entries(&chain.home, &phone.number);
    let told: Vec<&Value> = at_home.iter().filter(|entry| entry["outcome"] == "area").collect();
    assert_eq!(told.len(), 1, "{at_home:?}");
    let relays = json!([relay.party.id, chain.known_as.id]);
    assert_eq!(told[0]["relays"], relays);
    chain.hub.verify_journal();
    chain.home.verify_journal();
}

#[test]
fn only_signed_asks_travel() {
    let chain = Chain::start();
    let plain = chain.hub.world.partner("plain");
    let phone = chain.home.world.free_phone();
    let answer = plain.retrieve(&phone.number);
    assert_eq!(answer.status, 403, "{}", answer.text());
    assert!(answer.text().contains("not-home"), "{}", answer.text());
    // A question looks like one that nobody answers, in everything that its sender sees.
    let there = plain.call("POST", CONSENTS, &plain.wish(&phone.number));
    let (at_home, asked) = (chain.home.world.partner("plain"), chain.home.world.free_phone());
    let here = at_home.call("POST", CONSENTS, &at_home.wish(&asked.number));
    let names = |answer: &Answer| answer.headers.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!((there.status, here.status), (201, 201), "{}", there.text());
    assert_eq!(names(&there), names(&here), "it tells where the number is at home");
    let id = there.json()["id"].as_str().expect("an id").to_owned();
    assert_eq!(plain.consent_state(&id), "PENDING");
    asked.question(0);
    assert!(chain.hub.world.phone(&phone.number).texts().is_empty(), "the hub asked");
    assert!(phone.texts().is_empty(), "the home asked");
}

#[test]
fn a_home_says_its_own_word_before_its_hub_gives_up() {
    let hasty = Settings {
        policy: vec![("source_deadline_s = 15", "source_deadline_s = 4")],
        ..Settings::default()
    };
    let chain = Chain::under(hasty);
    let (service, _relay) = chain.service(&ROADSIDE);
    let phone = chain.home.world.free_phone();
    service.agree(&phone, &json!({}));
    chain.home.world.carrier_behaves(&json!({"misbehave": "hang"}));
    let asked = service.asks(&phone.number);
    assert_eq!(asked["opened"]["outcome"], "failed", "{asked}");
    // Who looked is an entry too.
    let of_an_ask = |entry: &Value| entry["kind"] != "staff-looked";
    let last = |parts| {
        entries(parts, &phone.number)
            .into_iter()
            .rfind(of_an_ask)
            .expect("an entry")
    };
    let (at_home, at_hub) = (last(&chain.home), last(&chain.hub));
    assert_eq!(
        (&at_home["kind"], &at_home["reason"]),
        (&json!("failed"), &json!("source-timeout")),
        "{at_home}"
    );
    // What the home said of it came through.
    assert_eq!(
        (&at_hub["kind"], &at_hub["outcome"]),
        (&json!("answered"), &json!("sealed")),
        "{at_hub}"
    );
}

#[test]
fn an_ask_may_name_its_home_and_no_other_gateway_takes_it() {
    let chain = Chain::start();
    let (service, _relay) = chain.service(&ROADSIDE);
    let phone = chain.home.world.free_phone();
    service.agree(&phone, &json!({}));
    let named = |issuer: &str| service.does("ask", &json!({"number": phone.number, "claims": {"aud": issuer}}));
    assert_told(&named(&chain.home.world.issuer));
    assert_turned_down(&named("https://another.example.com"), "wrong-audience");
    assert_eq!(chain.home.world.queries(&phone.number).len(), 1);
}
