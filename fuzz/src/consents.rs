//! What a recipient sends to ask for a consent, and what the question's page sends.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::permission::terms::Precision;
use serde_json::{Map, Value, json};
use wire::consents::{Agreement, ConsentRequest, HandsetPosition};
use wire::jose::jwk::PublicKey;

use crate::input::{has_only, other_reader};
use crate::json::repeats_no_value;

pub(crate) fn request(data: &[u8]) {
    let request = match ConsentRequest::parse(data) {
        Ok(request) => request,
        Err(error) => return repeats_no_value(&error),
    };
    let known = [
        "phoneNumber",
        "precision",
        "count",
        "perHour",
        "durationSeconds",
        "caseReference",
        "source",
    ];
    has_only(&other_reader(data), &known);
    assert!(request.precision.metres() > 0 && request.lasts.as_seconds() > 0);
    let word = match request.precision {
        Precision::Area { .. } => "AREA",
        Precision::YesNo { .. } => "YES_NO",
    };
    let mut body = Map::new();
    let mut put = |name: &str, value: Value| body.insert(name.to_owned(), value);
    put("phoneNumber", Value::from(request.number.to_e164()));
    put(
        "precision",
        json!({ "type": word, "metres": request.precision.metres() }),
    );
    put("durationSeconds", Value::from(request.lasts.as_seconds()));
    put("caseReference", Value::from(request.case.as_str()));
    put("source", Value::from(request.origin.word()));
    for (name, limit) in [("count", request.count), ("perHour", request.per_hour)] {
        if let Some(limit) = limit {
            assert!(limit > 0);
            put(name, Value::from(limit));
        }
    }
    let printed = Value::Object(body).to_string();
    assert_eq!(ConsentRequest::parse(printed.as_bytes()), Ok(request));
}

pub(crate) fn agreement(data: &[u8]) {
    match Agreement::parse(data) {
        Ok(agreement) => {
            has_only(&other_reader(data), &["key", "signature"]);
            let key = PublicKey::new(agreement.key.x, agreement.key.y).expect("a point on the curve");
            let signature = URL_SAFE_NO_PAD.encode(agreement.signature);
            let printed = json!({ "key": key.print(), "signature": signature }).to_string();
            assert_eq!(Agreement::parse(printed.as_bytes()), Ok(agreement));
        }
        Err(error) => repeats_no_value(&error),
    }
    match HandsetPosition::parse(data) {
        Ok(position) => {
            let known = ["request", "latitude", "longitude", "accuracy", "timestamp"];
            has_only(&other_reader(data), &known);
            assert!(position.circle.radius.value() >= 1.0);
            let printed = json!({
                "request": position.ask.to_string(),
                "latitude": position.circle.centre.latitude(),
                "longitude": position.circle.centre.longitude(),
                "accuracy": position.circle.radius.value(),
                "timestamp": position.at.unix_ms(),
            });
            assert_eq!(HandsetPosition::parse(printed.to_string().as_bytes()), Ok(position));
        }
        Err(error) => repeats_no_value(&error),
    }
}
