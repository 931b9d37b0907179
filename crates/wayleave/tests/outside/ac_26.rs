//! AC-26: consent that is only implied. A question that was delivered, opened or scanned, and not answered, is no consent,
//! and neither is silence until it lapses.

use serde_json::json;

use crate::http::Request;
use crate::partner::assert_refused;
use crate::parts::{Parts, Settings};
use crate::program::until;
use crate::world::World;

#[test]
fn ac_26_an_opened_link_is_no_consent() {
    let world = World::shared();
    let phone = world.free_phone();
    let partner = world.partner("plain");
    let id = partner.ask_consent(&phone.number, &json!({}));
    let question = phone.question(0);
    assert_refused(&partner.retrieve(&phone.number), "not-answered");
    let scanners = [
        ("user-agent", "Mozilla/5.0 (compatible; LinkPreview/1.0)"),
        ("sec-purpose", "prefetch;prerender"),
        ("purpose", "prefetch"),
        ("x-forwarded-for", "192.0.2.7"),
        ("cookie", "agreed=true"),
    ];
    for (name, value) in scanners {
        for method in ["GET", "HEAD", "OPTIONS"] {
            for suffix in [
                "",
                "?agree=1",
                "?state=given",
                "/agree",
                "/agree?confirm=yes",
                "/wanted",
            ] {
                let target = format!("{}{suffix}", question.path());
                let answer = Request::new(method, &target).header(name, value).send(world.host());
                assert!(answer.status < 500, "{method} {suffix}: {}", answer.text());
            }
        }
    }
    // What a browser that runs no script, or a person who presses a form by accident, could send.
    let form = Request::new("POST", &format!("{}/agree", question.path()))
        .header("content-type", "application/x-www-form-urlencoded")
        .body("agree=yes&terms=accepted");
    assert_eq!(form.send(world.host()).status, 415);
    assert_eq!(question.state(), "asked");
    assert_eq!(partner.consent_state(&id), "PENDING");
    assert_refused(&partner.retrieve(&phone.number), "not-answered");
    assert!(world.queries(&phone.number).is_empty(), "the carrier was asked");
}

#[test]
fn ac_26_silence_is_no_consent() {
    let parts = Parts::start(Settings {
        question_life_s: 30,
        ..Settings::default()
    });
    let world = &parts.world;
    let (phone, late) = (world.free_phone(), world.free_phone());
    let partner = world.partner("plain");
    let id = partner.ask_consent(&phone.number, &json!({}));
    let unread = partner.ask_consent(&late.number, &json!({}));
    let (question, other) = (phone.question(0), late.question(0));
    until("the question to lapse", || (question.state() == "lapsed").then_some(()));
    until("the other question to lapse", || {
        (other.state() == "lapsed").then_some(())
    });
    assert_refused(&partner.retrieve(&phone.number), "lapsed");
    assert_eq!(partner.consent_state(&id), "ENDED");
    // After its time neither the page nor the right code helps any more (AC-31).
    let agreed = phone.press("agree", &question);
    assert!((400..500).contains(&agreed.status), "{}", agreed.text());
    late.reply(&format!("YES {}", other.code));
    late.text("not open any more", 0);
    assert_eq!(partner.consent_state(&unread), "ENDED");
    for number in [&phone.number, &late.number] {
        assert_refused(&partner.retrieve(number), "lapsed");
        assert!(world.queries(number).is_empty(), "the carrier was asked");
    }
}
