//! What emergency centres send, and places as handsets report them.

use wire::held::confidence::{Density, Stated};
use wire::held::error::{Code, HeldError};
use wire::held::identity::{Device, IDENTIFIERS_MAX, Kind};
use wire::held::pidf::shape::Shape;
use wire::held::pidf::{self, Document, Entity, Place};
use wire::held::request::{self, Form, LocationRequest};

/// The same bytes, as a request about a device, as one to a location URI, and as a place.
pub(crate) fn run(data: &[u8]) {
    let asked = request::parse(data);
    let followed = request::parse_dereference(data);
    match &asked {
        Ok(asked) => {
            forms_are_told_once(asked);
            if let Some(device) = &asked.device {
                is_of_one_device(device);
            }
            assert_eq!(asked.device.is_none(), asked.number() == Err(HeldError::NoDevice));
        }
        Err(error) => says_what_is_wrong(*error),
    }
    match (&asked, &followed) {
        (Ok(asked), Ok(followed)) => {
            assert!(asked.device.is_none(), "a location URI and a device");
            assert_eq!(asked.location_type, followed.location_type);
            assert_eq!(asked.response_time, followed.response_time);
        }
        (_, Err(error)) => says_what_is_wrong(*error),
        (Err(_), Ok(_)) => panic!("a request only where it was sent to a location URI"),
    }
    match pidf::read(data) {
        Ok(document) => {
            assert!(asked.is_err(), "a place and a request");
            prints_back(&document);
        }
        Err(error) => says_what_is_wrong(error),
    }
}

fn forms_are_told_once(asked: &LocationRequest) {
    let wanted = |form| asked.location_type.wants(form);
    let all = [Form::Civic, Form::Geodetic, Form::LocationUri];
    match asked.location_type.forms() {
        None => assert!(all.into_iter().all(wanted)),
        Some(forms) => {
            assert!(!forms.is_empty());
            assert_eq!(all.into_iter().filter(|form| wanted(*form)).count(), forms.len());
        }
    }
}

fn is_of_one_device(device: &Device) {
    let identifiers = device.identifiers();
    assert!((1..=IDENTIFIERS_MAX).contains(&identifiers.len()));
    for kind in Kind::ALL {
        let count = identifiers
            .iter()
            .filter(|identifier| identifier.kind() == kind)
            .count();
        assert!(count <= 1, "two identifiers of one kind");
    }
    match device.number() {
        Ok(number) => {
            let alike = identifiers.iter().all(|identifier| identifier.number() == Some(number));
            assert!(alike, "an identifier of another number, or of none");
            assert!(
                !format!("{device:?}").contains(&number.to_digits()),
                "a number is printed"
            );
        }
        Err(error) => says_what_is_wrong(error),
    }
}

/// What is written of a place is read as the same, with as many digits as are written.
fn prints_back(document: &Document) {
    let Place {
        shape,
        confidence,
        usage,
        method,
        at,
    } = &document.place;
    let entity = Entity::new("pres:q7w2k9x4@example.com").expect("an entity");
    let again = pidf::read(&document.place.print(&entity))
        .expect("our own document")
        .place;
    assert_eq!(again.shape, shape.rounded());
    assert_eq!(again.shape.rounded(), again.shape, "digits get fewer each time");
    assert_eq!((again.usage, &again.method, again.at), (*usage, method, *at));
    is_no_surer(*confidence, again.confidence);
    if matches!(again.shape, Shape::Point(_)) {
        assert_eq!(again.confidence, Stated::UNKNOWN);
    }
}

fn is_no_surer(before: Stated, after: Stated) {
    match (before.percent, after.percent) {
        (Some(before), Some(after)) => {
            let lost = before.value() - after.value();
            assert!((-1e-9..0.01).contains(&lost), "another confidence");
        }
        (None, Some(_)) => panic!("a confidence that nobody stated"),
        (_, None) => assert_eq!(after.density, Density::Unknown),
    }
}

fn says_what_is_wrong(error: HeldError) {
    assert!(Code::ALL.contains(&error.code()) && error.to_string().starts_with("expected "));
    // The answer is well-formed, and no request.
    assert_eq!(request::parse(&error.print()), Err(HeldError::Root("locationRequest")));
}
