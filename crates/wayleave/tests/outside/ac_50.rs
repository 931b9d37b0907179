//! AC-50: an anonymous or unapproved caller learns nothing of a number: not whether it exists, not its carrier, not its
//! state, not whether its owner agreed to others.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::http::{Answer, Request};
use crate::parts::{Parts, Settings};
use crate::program::{said, wayleave};
use crate::world::{CONSENTS, RETRIEVE, VERIFY, World, retrieval, verification};

/// One number of each state: agreed (to the sandbox's partners), on, off, unlocatable, unknown to the carrier, ported,
/// recycled, of no carrier at all.
const NUMBERS: [&str; 8] = [
    "+12025550100",
    "+12025550109",
    "+12025550110",
    "+12025550111",
    "+12025550112",
    "+12025550113",
    "+12025550114",
    "+99900000001",
];

/// The floor of the shipped configuration.
const FLOOR: Duration = Duration::from_millis(25);

/// What a caller sees: everything but the date.
fn seen(answer: &Answer) -> (u16, Vec<(String, String)>, String) {
    let headers = answer
        .headers
        .iter()
        .filter(|(name, _)| !name.eq_ignore_ascii_case("date"));
    (answer.status, headers.cloned().collect(), answer.text())
}

/// The three ways to name a number.
fn asks(number: &str) -> [(&'static str, Value); 3] {
    let consent = json!({"phoneNumber": number, "precision": {"type": "AREA", "metres": 500}, "count": 12,
                         "durationSeconds": 7200, "caseReference": "TOW-1"});
    [
        (RETRIEVE, retrieval(number)),
        (VERIFY, verification(number, (12.0, -40.0), 5000.0)),
        (CONSENTS, consent),
    ]
}

#[test]
fn ac_50_an_anonymous_caller_sees_the_same_bytes() {
    let world = World::shared();
    let strangers: [(&str, Option<&str>); 5] = [
        ("nobody", None),
        ("a made-up token", Some("Bearer eyJhbGciOiJFUzI1NiJ9.e30.AAAA")),
        ("no token", Some("Bearer ")),
        ("a password", Some("Basic cGxhaW46cGxhaW4=")),
        ("a made-up bound token", Some("DPoP eyJhbGciOiJFUzI1NiJ9.e30.AAAA")),
    ];
    for (who, credentials) in strangers {
        for index in 0..3 {
            let answers = NUMBERS.map(|number| {
                let (path, body) = &asks(number)[index];
                let request = Request::new("POST", path).json(body);
                let request = credentials
                    .into_iter()
                    .fold(request, |request, text| request.header("authorization", text));
                seen(&request.send(world.host()))
            });
            assert_eq!(answers[0].0, 401, "{who}: {}", answers[0].2);
            assert!(answers.iter().all(|answer| *answer == answers[0]), "{who}: {answers:?}");
        }
    }
    for path in [
        "/wayleave/v1/numbers/+12025550112",
        "/status?number=+12025550112",
        "/carrier/+12025550112",
    ] {
        assert_eq!(world.get(path).status, 404);
    }
}

#[test]
fn ac_50_a_caller_whom_nobody_agreed_to_sees_the_same_bytes() {
    let world = World::shared();
    // The first number agreed to this partner too, so it is not among them.
    let plain = world.partner("plain");
    let strangers = &NUMBERS[1..];
    for index in 0..2 {
        let mut first = None;
        for number in strangers {
            let (path, body) = &asks(number)[index];
            let request = plain.signed("POST", path).json(body);
            let sent = Instant::now();
            let answer = request.send(world.host());
            assert!(sent.elapsed() >= FLOOR, "{number}: refused before the floor");
            assert_eq!(answer.status, 403, "{number}: {}", answer.text());
            let seen = seen(&answer);
            assert_eq!(&seen, first.get_or_insert_with(|| seen.clone()), "{number}");
        }
    }
    strangers
        .iter()
        .for_each(|number| assert!(world.queries(number).is_empty(), "{number}"));
}

#[test]
fn ac_50_a_partner_without_the_scope_sees_the_same_bytes() {
    let world = World::shared();
    let (bank, roadside) = (world.partner("bank"), world.partner("roadside"));
    for (partner, index) in [(&bank, 0), (&roadside, 1)] {
        let answers = NUMBERS.map(|number| {
            let (path, body) = &asks(number)[index];
            seen(&partner.call("POST", path, body))
        });
        assert_eq!(answers[0].0, 403, "{}", answers[0].2);
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    }
}

#[test]
fn ac_50_a_question_tells_nothing_of_the_number() {
    let world = World::shared();
    let plain = world.partner("plain");
    for number in &NUMBERS[1..] {
        let id = plain.ask_consent(number, &json!({}));
        assert_eq!(plain.consent_state(&id), "PENDING", "{number}");
    }
    // Somebody else's consent is as if it were not there, and so is one that never was.
    let id = plain.ask_consent(&world.free_phone().number, &json!({}));
    let roadside = world.partner("roadside");
    let theirs = roadside.signed("GET", &format!("{CONSENTS}/{id}")).send(world.host());
    let nobodys = format!("{CONSENTS}/con_00000000000000000000000000");
    let nobodys = roadside.signed("GET", &nobodys).send(world.host());
    assert_eq!(theirs.status, 404);
    assert_eq!(seen(&theirs), seen(&nobodys));
}

#[test]
fn ac_50_a_question_that_is_held_back_looks_unanswered() {
    // The shipped policy: the demo lets a visitor ask the same phone more often.
    let parts = Parts::start(Settings::default());
    let world = &parts.world;
    let (plain, phone) = (world.partner("plain"), world.free_phone());
    let ask = || plain.call("POST", CONSENTS, &plain.wish(&phone.number));
    let asked = [ask(), ask(), ask(), ask()];
    for answer in &asked {
        assert_eq!(answer.status, 201, "{}", answer.text());
        let names = |answer: &Answer| answer.headers.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        assert_eq!(
            names(answer),
            names(&asked[0]),
            "a question that is held back has other headers"
        );
        let id = answer.json()["id"].as_str().expect("an id").to_owned();
        assert_eq!(plain.consent_state(&id), "PENDING");
    }
    phone.question(1);
    assert_eq!(
        phone.texts().len(),
        2,
        "the person is asked two things at a time: {:?}",
        phone.texts()
    );
}

#[test]
fn ac_50_a_suspended_partner_is_like_one_whom_nobody_agreed_to() {
    let parts = Parts::start(Settings::default());
    let (world, plain) = (&parts.world, parts.world.partner("plain"));
    let (agreed, stranger) = (world.free_phone(), world.free_phone());
    let given = agreed.agree_to(&plain, &json!({}));
    let config = parts.config.to_str().expect("a path");
    let suspend = |more: &[&str]| {
        let output = wayleave(&[&["party", "suspend", "--config", config, "plain"], more].concat());
        assert!(output.status.success(), "{}", said(&output));
    };
    suspend(&[]);
    let answers = [&agreed, &stranger].map(|phone| seen(&plain.retrieve(&phone.number)));
    assert_eq!(answers[0].0, 403, "{}", answers[0].2);
    assert_eq!(answers[0], answers[1]);
    assert_eq!(plain.ask_token(&plain.scope()).status, 401);
    let state = plain
        .signed("GET", &format!("{CONSENTS}/{}", given.id))
        .send(world.host());
    assert!(matches!(state.status, 401 | 403 | 404), "{}", state.text());
    assert!(world.queries(&agreed.number).is_empty(), "the carrier was asked");
    suspend(&["--lift"]);
    assert_eq!(plain.retrieve(&agreed.number).status, 200);
}
