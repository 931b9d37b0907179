//! The board `/me`: signing in by a texted link, what it shows at that level, and stopping in one tap; all of it by plain
//! forms.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::http::{self, Request};
use crate::me::{Me, plain};
use crate::partner::{assert_answered, assert_refused};
use crate::phone::attribute;
use crate::world::World;

#[test]
fn a_link_signs_in_by_its_button_once_and_looking_does_not() {
    let world = World::shared();
    let phone = world.free_phone();
    let mut me = Me::nobody(world);
    let link = me.link(&phone);
    let path = http::split(&link).1;
    // A scanner looks, more than once and with other methods.
    for method in ["GET", "GET", "HEAD"] {
        let looked = Request::new(method, path).send(world.host());
        assert_eq!(looked.status, 200);
        assert!(looked.header("set-cookie").is_none(), "looking signs in");
    }
    assert!(me.board().contains("action=\"/me/link\""), "nobody is signed in yet");
    let foreign = Request::new("POST", path).header("origin", "https://evil.example.com");
    assert_eq!(foreign.send(world.host()).status, 403);
    let entered = me.post(path, "");
    assert_eq!(entered.status, 303);
    let cookie = entered.header("set-cookie").expect("a session");
    for flag in ["HttpOnly", "SameSite=Strict", "Max-Age=1800"] {
        assert!(cookie.contains(flag), "{cookie}");
    }
    assert_eq!(me.first_line(), "Nobody can see where you are");
    let again = Request::new("POST", path)
        .header("origin", &world.issuer)
        .send(world.host());
    assert_eq!(again.status, 404, "a link works once");
    assert!(again.header("set-cookie").is_none());
    let out = me.post("/me/leave", "");
    assert_eq!(out.status, 200);
    assert!(me.board().contains("action=\"/me/link\""), "signed out");
}

#[test]
fn every_number_gets_the_same_answer_and_no_number_many_texts() {
    let world = World::demo();
    let phone = world.free_phone();
    let mut me = Me::nobody(&world);
    let ask = |me: &mut Me<'_>, number: &str| {
        let answer = me.post("/me/link", &format!("number=%2B{number}"));
        (answer.status, answer.body)
    };
    let own = phone.number.trim_start_matches('+').to_owned();
    let first = ask(&mut me, &own);
    assert_eq!(first.0, 200);
    // Nobody's number, a number of no network that is here, a real one in a sandbox.
    for other in ["12025550199", "999123456789", "442079460000"] {
        assert_eq!(ask(&mut me, other), first, "{other}");
    }
    for _ in 0..4 {
        assert_eq!(ask(&mut me, &own), first);
    }
    phone.text("/me/l/", 2);
    std::thread::sleep(Duration::from_millis(1500));
    let links = phone.texts().iter().filter(|text| text.contains("/me/l/")).count();
    assert_eq!(links, 3, "three an hour");
    let malformed = me.post("/me/link", "number=12");
    assert_eq!(malformed.status, 400);
}

#[test]
fn a_line_says_who_why_how_exact_and_what_was_answered_and_stops_in_one_tap() {
    let world = World::shared();
    let plain_partner = world.partner("plain");
    let phone = world.free_phone();
    let given = phone.agree_to(&plain_partner, &json!({}));
    assert_answered(&plain_partner.retrieve(&phone.number));
    let mut me = Me::signed_in(world, &phone);
    let name = me.first_line().replace(" can ask where you are", "");
    assert!(!name.is_empty() && !name.contains("Nobody"), "{name}");
    let page = plain(&me.board());
    for words in [
        "Nobody else. They get the answer directly.",
        "For the help you requested",
        "Their reference:",
        "An area. Never finer than",
        "Until",
        "Once",
        "They were told an area of",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let before = Instant::now();
    let stopped = me.post("/me/stop", &format!("consent={}", given.id));
    assert_eq!((stopped.status, stopped.header("location")), (303, Some("/me")));
    assert!(
        before.elapsed() >= Duration::from_millis(500),
        "acknowledged after what was on its way"
    );
    assert_refused(&plain_partner.retrieve(&phone.number), "withdrawn");
    assert_eq!(me.first_line(), "Nobody can see where you are");
    assert_eq!(given.question.state(), "withdrawn");
}

#[test]
fn one_company_or_everything_is_paused_and_resumed() {
    let world = World::shared();
    let (plain_partner, roadside) = (world.partner("plain"), world.partner("roadside"));
    let phone = world.free_phone();
    phone.agree_to(&plain_partner, &json!({}));
    phone.agree_to(&roadside, &json!({}));
    let mut me = Me::signed_in(world, &phone);
    let company = {
        let page = me.board();
        assert_eq!(page.matches("<article").count(), 2);
        attribute(&page, "name=\"company\" value")
    };
    let paused = me.post("/me/pause-company", &format!("company={company}"));
    assert_eq!(paused.status, 303, "{}", paused.text());
    let answered = [&plain_partner, &roadside].map(|partner| partner.retrieve(&phone.number).status == 200);
    assert_eq!(
        answered.iter().filter(|answered| **answered).count(),
        1,
        "one company is paused"
    );
    assert!(plain(&me.board()).contains("Paused by you"));
    me.post("/me/resume-company", &format!("company={company}"));
    me.post("/me/pause", "");
    assert_eq!(me.first_line(), "Nobody can see where you are: you paused everything");
    for partner in [&plain_partner, &roadside] {
        assert_eq!(partner.retrieve(&phone.number).status, 422);
    }
    me.post("/me/resume", "");
    for partner in [&plain_partner, &roadside] {
        assert_answered(&partner.retrieve(&phone.number));
    }
    me.post("/me/stop-all", "");
    assert_refused(&plain_partner.retrieve(&phone.number), "withdrawn");
    assert_refused(&roadside.retrieve(&phone.number), "withdrawn");
}

#[test]
fn never_ends_everything_and_lifting_it_takes_its_time() {
    let world = World::shared();
    let partner = world.partner("plain");
    let phone = world.free_phone();
    phone.agree_to(&partner, &json!({}));
    let mut me = Me::signed_in(world, &phone);
    me.post("/me/never", "");
    assert_eq!(partner.retrieve(&phone.number).status, 403);
    assert!(plain(&me.board()).contains("Nobody may ask you."));
    let texts = phone.texts().len();
    let id = partner.ask_consent(&phone.number, &json!({}));
    assert_eq!(
        partner.consent_state(&id),
        "PENDING",
        "the company sees a question that nobody answers"
    );
    me.post("/me/allow", "");
    assert!(plain(&me.board()).contains("Nobody may ask you until"));
    std::thread::sleep(Duration::from_millis(1000));
    assert_eq!(phone.texts().len(), texts, "no question reached the phone");
}

#[test]
fn a_texted_link_does_not_open_the_past() {
    let world = World::shared();
    let phone = world.free_phone();
    let mut me = Me::signed_in(world, &phone);
    for path in ["/me/history", "/me/export", "/me/history?before=1"] {
        let answer = me.get(path);
        assert_eq!((answer.status, answer.header("location")), (303, Some("/me")), "{path}");
        let stranger = Me::nobody(world).get(path);
        assert_eq!(
            (stranger.status, stranger.header("location")),
            (303, Some("/me")),
            "{path}"
        );
    }
    assert_eq!(Me::nobody(world).get("/me/head?from=1").status, 403);
    let page = plain(&me.board());
    assert!(
        page.contains("The past is closed to whoever has only your number"),
        "{page}"
    );
    // Somebody else's session is of no use with an altered cookie, and a form of another site does nothing.
    let forged = Request::new("GET", "/me").header("cookie", "wayleave-me=AAAAAAAAAAAA");
    assert!(forged.send(world.host()).text().contains("action=\"/me/link\""));
    let foreign = Request::new("POST", "/me/never")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("origin", "https://evil.example.com");
    assert_eq!(me.send(foreign).status, 403);
    assert!(!plain(&me.board()).contains("Nobody may ask you."));
}

#[test]
fn the_board_speaks_the_persons_language() {
    let world = World::shared();
    let phone = world.free_phone();
    let mut me = Me::signed_in(world, &phone);
    let liked = Request::new("GET", "/me").header("accept-language", "es-MX,es;q=0.9,en;q=0.5");
    let page = me.send(liked).text();
    assert!(
        page.contains("<html lang=\"es\">") && page.contains("Nadie puede ver dónde está usted"),
        "{page}"
    );
    assert!(me.get("/me?lang=es").text().contains("<html lang=\"es\">"));
    assert!(me.board().contains("<html lang=\"es\">"), "the choice is kept");
    assert!(me.get("/me?lang=en").text().contains("<html lang=\"en\">"));
}
