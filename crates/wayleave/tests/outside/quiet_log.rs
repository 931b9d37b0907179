//! Whatever is logged, at the most talkative level: no number, position, code, link, token or key is in it.

use serde_json::json;

use crate::world::World;

#[test]
fn nothing_secret_is_logged_at_any_level() {
    let world = World::demo_with(&["--log", "trace"]);
    let (phone, partner) = (world.free_phone(), world.partner("plain"));
    let given = phone.agree_to(&partner, &json!({}));
    let answer = partner.retrieve(&phone.number);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let area = answer.json()["area"]["center"].clone();
    phone.reply("STOP");
    phone.text("Stopped", 0);
    partner.retrieve(&phone.number);

    let log = std::fs::read_to_string(world.folder.join("log/gateway.log")).expect("the gateway's log");
    assert!(log.contains("TRACE"), "the log is not at its most talkative");
    let (latitude, longitude) = world.truth(&phone.number);
    let degrees = |value: f64| format!("{value:.5}");
    let secrets = [
        phone.number.trim_start_matches('+').to_owned(),
        degrees(latitude),
        degrees(longitude),
        area["latitude"].to_string(),
        area["longitude"].to_string(),
        format!("YES {}", given.question.code),
        given.question.link.rsplit('/').next().expect("a token").to_owned(),
        partner.token(),
        "eyJ".to_owned(),
        "\"d\":".to_owned(),
    ];
    for secret in secrets {
        let told = log.lines().find(|line| line.contains(&secret));
        assert_eq!(told, None, "the log tells `{secret}`");
    }
}
