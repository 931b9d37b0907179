//! What is read, what is refused, and how it is printed.

use domain::id::PartyId;
use domain::purpose::Purpose;
use proptest::prelude::*;

use super::*;

const GOOD: &str = r#"{"phoneNumber":"+12025550101","precision":{"type":"AREA","metres":200},"count":12,
    "durationSeconds":7200,"caseReference":"TOW-8841"}"#;

#[test]
fn a_request_is_read() {
    let request = ConsentRequest::parse(GOOD.as_bytes()).expect("valid");
    assert_eq!(request.precision, Precision::Area { metres: 200 });
    assert_eq!((request.count, request.per_hour), (Some(12), None));
    assert_eq!((request.lasts, request.origin), (Span::seconds(7200), Origin::Network));
    for (from, to, at) in [
        ("+1202", "1202", "phoneNumber"),
        ("AREA", "area", "precision.type"),
        ("200}", "0}", "precision.metres"),
        ("200}", "200,\"x\":1}", "precision.x"),
        (":12,", ":0,", "count"),
        (":12,", ":1.5,", "count"),
        (":12,", ":null,", "count"),
        ("7200", "-1", "durationSeconds"),
        ("TOW-8841", "<b>", "caseReference"),
        ("TOW-8841", "", "caseReference"),
        ("\"count\"", "\"source\":\"SKY\",\"count\"", "source"),
        ("\"count\"", "\"status\":\"GIVEN\",\"count\"", "status"),
        ("\"count\"", "\"perHour\":0,\"count\"", "perHour"),
        ("\"count\"", "\"locale\":\"xx\",\"count\"", "locale"),
    ] {
        let body = GOOD.replacen(from, to, 1);
        assert_eq!(
            ConsentRequest::parse(body.as_bytes()).expect_err(&body).at,
            at,
            "{body}"
        );
    }
    let handset = GOOD.replacen("\"count\"", "\"source\":\"HANDSET\",\"count\"", 1);
    assert_eq!(
        ConsentRequest::parse(handset.as_bytes()).expect("valid").origin,
        Origin::Handset
    );
}

#[test]
fn a_state_is_printed() {
    let terms = Terms {
        consent: ConsentId::from_bytes([0; 16]),
        recipient: PartyId::from_bytes([2; 16]),
        recipient_name: "Aster Roadside Help".to_owned(),
        purpose: Purpose::RequestedServiceProvision,
        precision: Precision::Area { metres: 200 },
        origin: Origin::Network,
        count: Some(12),
        per_hour: None,
        lasts: Span::seconds(7200),
        within: None,
        case: CaseReference::new("TOW-8841").expect("valid"),
        locale: "en".to_owned(),
        text_hash: [7; 32],
        gateway: "https://gateway.example.com".to_owned(),
        chain: domain::permission::chain::Chain::default(),
    };
    assert_eq!(
        String::from_utf8(print_state(&terms, Status::Given)).expect("text"),
        r#"{"caseReference":"TOW-8841","count":12,"durationSeconds":7200,"id":"con_00000000000000000000000000","precision":{"metres":200,"type":"AREA"},"purpose":"RequestedServiceProvision","source":"NETWORK","status":"GIVEN"}"#
    );
    assert_eq!(
        String::from_utf8(print_asked(terms.consent, Timestamp::from_unix_ms(0))).expect("text"),
        r#"{"id":"con_00000000000000000000000000","questionExpiresAt":"1970-01-01T00:00:00.000Z","status":"PENDING"}"#
    );
}

#[test]
fn an_agreement_carries_a_public_key() {
    let key = crate::jose::SigningKey::from_chance([3; 32]).expect("a key");
    let signature = URL_SAFE_NO_PAD.encode([5; 64]);
    let body = |key: &str| format!(r#"{{"key":{key},"signature":"{signature}"}}"#);
    let public = key.public().key.print().to_string();
    let agreement = Agreement::parse(body(&public).as_bytes()).expect("valid");
    assert_eq!(
        (agreement.key.x, agreement.signature),
        (*key.public().key.p256().expect("on P-256").x(), [5; 64])
    );
    let private = key.print_private_jwk(crate::jose::KeyUse::Signing);
    assert_eq!(
        Agreement::parse(body(private.expose()).as_bytes())
            .expect_err("private")
            .at,
        "key.d"
    );
    let short = body(&public).replace(&signature, "AAAA");
    assert_eq!(Agreement::parse(short.as_bytes()).expect_err("short").at, "signature");
}

#[test]
fn a_position_is_read() {
    let ask = AskId::from_bytes([1; 16]);
    let body =
        format!(r#"{{"request":"{ask}","latitude":12.5,"longitude":-40,"accuracy":0.2,"timestamp":1800000000000}}"#);
    let position = HandsetPosition::parse(body.as_bytes()).expect("valid");
    assert_eq!((position.ask, position.circle.radius), (ask, Metres::whole(1)));
    assert_eq!(position.at, Timestamp::from_unix_seconds(1_800_000_000));
    for (from, to, at) in [
        ("ask_", "con_", "request"),
        ("12.5", "90.5", "latitude"),
        ("-40", "\"-40\"", "longitude"),
        ("0.2", "-1", "accuracy"),
        ("1800000000000", "1.5", "timestamp"),
    ] {
        let bad = body.replacen(from, to, 1);
        assert_eq!(HandsetPosition::parse(bad.as_bytes()).expect_err(&bad).at, at, "{bad}");
    }
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = ConsentRequest::parse(&bytes);
        let _ = Agreement::parse(&bytes);
        let _ = HandsetPosition::parse(&bytes);
    }
}
