//! The doors for what parties sign besides asks: events, notices, attestations. Whatever comes there is not taken, and the
//! answer says what was expected, and repeats nothing of it.

use serde_json::{Value, json};

use crate::http::{Answer, Request};
use crate::jose::{Key, jti, now};
use crate::operator::{Party, enrol};
use crate::partner::Partner;
use crate::parts::{Parts, Settings};

const PURPOSE: &str = "RequestedServiceProvision";
/// What no answer may repeat.
const SECRET: &str = "tell-nobody-4711";

/// One door: where it is, the member of its body, the type that it takes, and what a good statement says besides whose it
/// is and when.
struct Door {
    path: &'static str,
    field: &'static str,
    says: Value,
}

struct World {
    parts: Parts,
    party: Party,
    /// A token for the one door that wants one.
    token: String,
}

impl World {
    fn start() -> Self {
        let parts = Parts::start(Settings::default());
        let party = enrol(&parts, "peer", PURPOSE, &["wayleave:events", "wayleave:notices"], None);
        let file = std::fs::read(&party.file).expect("a file");
        let token = Partner::new(serde_json::from_slice(&file).expect("JSON")).token();
        Self { parts, party, token }
    }

    fn doors(&self) -> [Door; 3] {
        let about = self.parts.world.partner("plain").client_id;
        let event = json!({
            "id": "TOW-1", "kind": "ticket", "state": "live", "subject": SECRET, "recipient": about,
            "until": now() + 600, "count": 1,
        });
        let door = |path, field, says| Door { path, field, says };
        [
            door("/wayleave/v1/events", "event", event),
            door(
                "/wayleave/v1/notices",
                "notice",
                json!({"about": about, "kind": "misuse", "text": SECRET}),
            ),
            door(
                "/wayleave/v1/attestations",
                "attestation",
                json!({"until": now() - 60, "statement": SECRET}),
            ),
        ]
    }

    /// A statement with some claims otherwise (null: left out), under this header and key.
    fn sign(&self, door: &Door, change: &Value, kind: &str, algorithm: &str, key: &Key) -> String {
        let mut claims = door.says.clone();
        let common = json!({
            "iss": self.party.id, "aud": self.parts.world.issuer, "iat": now(), "exp": now() + 120, "jti": jti(),
        });
        for (name, value) in [common, change.clone()]
            .iter()
            .flat_map(|part| part.as_object().expect("claims"))
        {
            claims[name] = value.clone();
        }
        claims
            .as_object_mut()
            .expect("claims")
            .retain(|_, value| !value.is_null());
        key.jws(&json!({"alg": algorithm, "typ": kind}), &claims)
    }

    fn good(&self, door: &Door, change: &Value) -> String {
        self.sign(door, change, &kind(door), "ES256", &self.party.key)
    }

    fn post(&self, door: &Door, body: &str) -> Answer {
        let mut request = Request::new("POST", door.path).header("content-type", "application/json");
        if door.field == "event" {
            request = request.header("authorization", &format!("Bearer {}", self.token));
        }
        request.body(body).send(self.parts.world.host())
    }

    /// Stops the test unless that is not taken, for this reason, and nothing of it is repeated.
    #[track_caller]
    fn assert_says(&self, door: &Door, what: &str, body: &str, words: &str) {
        let answer = self.post(door, body);
        let problem = answer.json();
        let message = problem["message"].as_str().unwrap_or_default();
        let found = (answer.status, problem["code"].as_str().unwrap_or_default());
        assert_eq!(
            found,
            (400, "INVALID_ARGUMENT"),
            "{}: {what}: {}",
            door.path,
            answer.text()
        );
        assert!(message.contains(words), "{}: {what}: {message}", door.path);
        assert!(!answer.text().contains(SECRET), "{}: {what}: {message}", door.path);
    }
}

fn kind(door: &Door) -> String {
    let word = if door.field == "attestation" {
        "deletion"
    } else {
        door.field
    };
    format!("wayleave-{word}+jwt")
}

#[test]
fn a_body_that_is_no_signed_statement_is_told_what_is_wanted() {
    let world = World::start();
    for door in world.doors() {
        let field = door.field;
        let good = world.good(&door, &json!({}));
        let (head, rest) = good.split_once('.').expect("parts");
        for (what, body, words) in [
            ("nothing", String::new(), "JSON"),
            ("a list", "[]".to_owned(), "object"),
            ("no member", "{}".to_owned(), field),
            ("a number", json!({field: 7}).to_string(), field),
            (
                "one more member",
                json!({field: good, "more": SECRET}).to_string(),
                "more",
            ),
            (
                "twice",
                format!("{{\"{field}\":\"{good}\",\"{field}\":\"{good}\"}}"),
                "once",
            ),
            ("no JWS", json!({field: SECRET}).to_string(), field),
            ("a part missing", json!({field: head}).to_string(), field),
            (
                "a header that is none",
                json!({field: format!("e30.{rest}")}).to_string(),
                field,
            ),
        ] {
            world.assert_says(&door, what, &body, words);
        }
    }
    world.parts.verify_journal();
}

#[test]
fn a_statement_of_another_kind_maker_place_or_time_is_told_what_is_wanted() {
    let world = World::start();
    let (stranger, none) = (Key::generate(), json!({}));
    for door in world.doors() {
        let key = &world.party.key;
        let far = if door.field == "attestation" { 8 * 86_400 } else { 301 };
        for (what, signed, words) in [
            (
                "an ask",
                world.sign(&door, &none, "wayleave-ask+jwt", "ES256", key),
                "type",
            ),
            (
                "no signature",
                world.sign(&door, &none, &kind(&door), "none", key),
                "signature",
            ),
            (
                "another's key",
                world.sign(&door, &none, &kind(&door), "ES256", &stranger),
                "signature",
            ),
            (
                "elsewhere",
                world.good(&door, &json!({"aud": "https://hub.example.com"})),
                "`aud`",
            ),
            ("no name", world.good(&door, &json!({"jti": null})), "jti"),
            ("nobody", world.good(&door, &json!({"iss": SECRET})), "iss"),
            (
                "over",
                world.good(&door, &json!({"iat": now() - 600, "exp": now() - 301})),
                "not over",
            ),
            (
                "to come",
                world.good(&door, &json!({"iat": now() + 600, "exp": now() + 660})),
                "have come",
            ),
            (
                "for long",
                world.good(&door, &json!({"exp": now() + far})),
                "further ahead",
            ),
            ("one more claim", world.good(&door, &json!({"extra": SECRET})), "extra"),
        ] {
            world.assert_says(&door, what, &json!({door.field: signed}).to_string(), words);
        }
    }
    world.parts.verify_journal();
}

#[test]
fn claims_that_a_door_does_not_take_are_named() {
    let world = World::start();
    let [event, notice, attestation] = world.doors();
    let unknown = world.party.id.replace("pty_", "pty_X");
    for (door, change, words) in [
        (&event, json!({"subject": SECRET}), "sealed to this gateway"),
        (&event, json!({"kind": SECRET}), "kind"),
        (&event, json!({"state": SECRET}), "state"),
        (&event, json!({"id": "a b"}), "id"),
        (&event, json!({"count": 0}), "count"),
        (&event, json!({"count": 1001}), "count"),
        (&event, json!({"until": null}), "until"),
        (&event, json!({"kind": "call"}), "line"),
        (&event, json!({"line": "+12025550190"}), "line"),
        (&event, json!({"recipient": unknown}), "recipient"),
        (&notice, json!({"about": unknown}), "about"),
        (&notice, json!({"purpose": "DeliveryOfGoods"}), "purpose"),
        (&notice, json!({"kind": SECRET}), "kind"),
        (&notice, json!({"text": ""}), "text"),
        (&notice, json!({"documents": [{"name": "a", "sha256": "00"}]}), "sha256"),
        (&notice, json!({"on": "2026-12-01"}), "on"),
        (&attestation, json!({"statement": ""}), "statement"),
        (&attestation, json!({"until": "today"}), "until"),
        (&attestation, json!({"until": now() + 100}), "have come"),
    ] {
        let body = json!({door.field: world.good(door, &change)}).to_string();
        world.assert_says(door, &change.to_string(), &body, words);
    }
    // A name counts once, whatever is said under it.
    let once = json!({"jti": "once-and-no-more"});
    let first = world.post(&notice, &json!({"notice": world.good(&notice, &once)}).to_string());
    assert_eq!(first.status, 202, "{}", first.text());
    let again = world.good(&notice, &json!({"jti": "once-and-no-more", "kind": "suspended"}));
    world.assert_says(&notice, "again", &json!({"notice": again}).to_string(), "jti");
    let deleted = world.good(&attestation, &once);
    let deleted = json!({"attestation": deleted}).to_string();
    let first = world.post(&attestation, &deleted);
    assert_eq!(
        first.status,
        204,
        "what was used up at one door is not used up at another: {}",
        first.text()
    );
    world.assert_says(&attestation, "again", &deleted, "jti");
    // Whoever is not enrolled gets the one refusal.
    let nobody = world.good(&notice, &json!({"iss": "pty_00000000000000000000000000"}));
    let refused = world.post(&notice, &json!({"notice": nobody}).to_string());
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (403, "PERMISSION_DENIED"),
        "{}",
        refused.text()
    );
    world.parts.verify_journal();
}
