//! What relays, recipients and hubs send each other: bodies of asks, sealed texts, and what is inside an outcome.

use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::id::PartyId;
use domain::journal::checkpoint::VerifierKey;
use domain::journal::keys::Keys;
use serde_json::Value;
use wire::asks::body::{AsksBody, BATCH_MAX, parse_outcomes, print_outcomes};
use wire::asks::opened::{Expected, OpenedTold, Trusted, open};
use wire::asks::outcome::Apv;
use wire::asks::told::canonical;
use wire::jose::AgreementKey;
use wire::jose::jwe::{Envelope, Fresh, seal_outcome};

use crate::input::{Choices, has_only, other_reader};
use crate::json::repeats_no_value;

const ISSUER: &str = "https://gateway.example.com";
const JTI: &str = "a-1";

struct World {
    recipient: PartyId,
    keys: [AgreementKey; 1],
    /// Its seed signs nothing that is kept: no answer in any corpus has a receipt that holds.
    journal: VerifierKey,
}

fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| {
        let journal = Keys::new("gateway.example.com/journal", &[1; 32], &[2; 32]).expect("keys");
        World {
            recipient: PartyId::from_bytes([1; 16]),
            keys: [AgreementKey::from_chance([3; 32]).expect("a key")],
            journal: VerifierKey::of(&journal),
        }
    })
}

pub(crate) fn run(data: &[u8]) {
    body(data);
    sealed(data);
    outcome(data);
    altered(data);
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Some(apv) = Apv::parse(text) {
        assert_eq!(apv.to_string(), text, "an apv with two spellings");
    }
}

fn body(data: &[u8]) {
    match AsksBody::parse(data) {
        Ok(body) => {
            let other = other_reader(data);
            has_only(&other, &["ask", "key", "asks"]);
            let asks = other.get("asks").and_then(Value::as_array).map_or(1, Vec::len);
            assert!(asks == body.posted().len() && (1..=BATCH_MAX).contains(&asks));
            assert_eq!(AsksBody::parse(&body.print()), Ok(body));
        }
        Err(error) => repeats_no_value(&error),
    }
    for asks in 1..=3 {
        if let Ok(outcomes) = parse_outcomes(data, asks) {
            assert_eq!(outcomes.len(), asks);
            assert_eq!(parse_outcomes(&print_outcomes(&outcomes), asks), Ok(outcomes));
        }
    }
    let _ = canonical(data);
}

/// What is read as a sealed text has one meaning in its header; and nobody sealed it to this key.
fn sealed(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(envelope) = Envelope::parse(text) else { return };
    let header = text.split('.').next().expect("a part");
    let header = other_reader(&URL_SAFE_NO_PAD.decode(header).expect("base64url"));
    has_only(&header, &["alg", "enc", "epk", "apu", "apv", "kid"]);
    assert!(header["alg"] == "ECDH-ES" && header["enc"] == "A256GCM");
    has_only(&header["epk"], &["kty", "crv", "x", "y"]);
    let part = |name: &str| {
        header
            .get(name)
            .and_then(Value::as_str)
            .map(|text| URL_SAFE_NO_PAD.decode(text))
    };
    for (name, read) in [("apu", envelope.apu()), ("apv", envelope.apv())] {
        assert_eq!(part(name).map_or(Vec::new(), |bytes| bytes.expect("base64url")), read);
    }
    assert!(
        envelope.content_key_by_any(&world().keys).is_err(),
        "what nobody sealed was opened"
    );
}

fn fresh() -> Fresh {
    Fresh {
        secret: [7; 32],
        nonce: [8; 12],
    }
}

fn expected<'a>(trusted: &'a [Trusted<'static>]) -> Expected<'a> {
    Expected {
        trusted,
        recipient: world().recipient,
        jti: JTI,
    }
}

fn trusted() -> [Trusted<'static>; 1] {
    [Trusted {
        issuer: ISSUER,
        journal: &world().journal,
    }]
}

/// The input as what is inside an outcome that is rightly sealed.
fn outcome(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let apv = format!("{ISSUER} {} 2", world().recipient);
    let key = &world().keys[0].public().key;
    let jwe = seal_outcome(text, key, apv.as_bytes(), fresh()).expect("sealed");
    let Ok(opened) = open(&jwe, &world().keys, expected(&trusted())) else {
        return;
    };
    let other = other_reader(data);
    assert!(other["iss"] == ISSUER && other["aud"] == world().recipient.to_string().as_str());
    assert!(other["jti"] == JTI && other["leaf"] == 2 && opened.leaf == 2 && other["v"] == 1);
    let (word, members): (&str, &[&str]) = match &opened.told {
        OpenedTold::Answered { .. } => panic!("an answer without a receipt that holds was believed"),
        OpenedTold::Asked { consent, .. } => {
            assert_eq!(other["consent"], consent.to_string().as_str());
            ("asked", &["consent", "expiresAt"])
        }
        OpenedTold::State(state) => {
            assert_eq!(&other["consent"], state);
            ("state", &["consent"])
        }
        OpenedTold::Refused(problem) => {
            assert_eq!(other["problem"]["code"], problem.code.as_str());
            ("refused", &["problem", "reason", "nextStep"])
        }
        OpenedTold::Failed(problem) => {
            assert_eq!(other["problem"]["status"], problem.status);
            ("failed", &["problem", "reason", "nextStep"])
        }
    };
    assert_eq!(other["outcome"], word);
    has_only(
        &other,
        &[&["v", "iss", "aud", "jti", "leaf", "outcome"], members].concat(),
    );
}

/// A good outcome with one character replaced is not believed.
fn altered(data: &[u8]) {
    static GOOD: OnceLock<String> = OnceLock::new();
    let good = GOOD.get_or_init(|| {
        let recipient = world().recipient;
        let text = format!(
            r#"{{"v":1,"iss":"{ISSUER}","aud":"{recipient}","jti":"{JTI}","leaf":2,"outcome":"state","consent":{{}}}}"#
        );
        let apv = format!("{ISSUER} {recipient} 2");
        let key = &world().keys[0].public().key;
        let jwe = seal_outcome(&text, key, apv.as_bytes(), fresh()).expect("sealed");
        assert!(open(&jwe, &world().keys, expected(&trusted())).is_ok());
        jwe
    });
    let mut choices = Choices::new(data);
    let at = choices.u32() as usize % good.len();
    let replacement = choices.one_of(b"AQgw_-.09z=");
    let mut altered = good.clone().into_bytes();
    altered[at] = replacement;
    let altered = String::from_utf8(altered).expect("ASCII");
    let believed = open(&altered, &world().keys, expected(&trusted())).is_ok();
    assert_eq!(believed, altered == *good, "an altered outcome was believed");
}
