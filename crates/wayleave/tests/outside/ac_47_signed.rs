//! AC-47 by signed asks, which nobody on the way can count: two hundred circles round one resting phone are twenty answers
//! a day, and no way of asking brings one more.

use serde_json::{Value, json};

use crate::chain::{BANK, RESELLER, Relay, Service, gateway};

const CIRCLES: usize = 200;
const ASKS_A_DAY: usize = 20;

#[test]
fn ac_47_two_hundred_signed_circles_are_twenty_answers() {
    let parts = gateway();
    let world = &parts.world;
    let relay = Relay::start(&parts, &RESELLER);
    let bank = Service::start(&parts, &BANK, &[&relay]);
    let phone = world.free_phone();
    bank.agree(&phone, &json!({}));
    let (latitude, longitude) = world.truth(&phone.number);
    let circle = |nth: usize| {
        // A spiral round the very place, wide enough to be answered.
        let (angle, reach) = (nth as f64 * 0.7, nth as f64 * 0.0005);
        let center = json!({"latitude": latitude + reach * angle.sin(), "longitude": longitude + reach * angle.cos()});
        let area = json!({"areaType": "CIRCLE", "center": center, "radius": 8000 + nth});
        json!({"number": phone.number, "question": {"type": "verify", "area": area}})
    };
    let mut outcomes: Vec<Value> = Vec::new();
    for batch in 0..2 {
        let asks: Vec<Value> = (batch * 100..(batch + 1) * 100).map(circle).collect();
        let answer = bank.does("batch", &json!({"asks": asks, "brief": true}));
        outcomes.extend(answer["outcomes"].as_array().expect("outcomes").iter().cloned());
    }
    assert_eq!(outcomes.len(), CIRCLES);
    let answered = outcomes.iter().filter(|one| one["outcome"] == "answered").count();
    assert!((1..=ASKS_A_DAY).contains(&answered), "{answered} answers");
    assert!(
        outcomes
            .iter()
            .all(|one| one["outcome"] == "answered" || one["outcome"] == "refused"),
        "{outcomes:?}"
    );
    assert_eq!(
        world.queries(&phone.number).len(),
        answered,
        "a query for each answer alone"
    );
    parts.verify_journal();
}
