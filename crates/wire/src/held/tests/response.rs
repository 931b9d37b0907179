//! What is answered.

use super::*;
use crate::held::error::ErrorDocument;
use crate::held::identity::Kind;
use crate::held::pidf::Entity;
use crate::held::response::{LocationResponse, LocationUri, UriSet};
use crate::held::xml::{self, Space};
use domain::time::Timestamp;

use super::places::circle;

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("UTF-8")
}

fn uris(count: usize) -> Option<UriSet> {
    let expires = Timestamp::from_rfc3339("2026-11-22T09:30:00Z").expect("a time");
    let uri = |index| LocationUri::new(&format!("https://lis.example.com/held/u?t=q7{index}&v=1"));
    let uris: Option<Vec<_>> = (0..count).map(uri).collect();
    UriSet::new(expires, uris.expect("URIs"))
}

#[test]
fn an_error_tells_code_words_and_what_is_needed() {
    let plain = ErrorDocument::plain(Code::LocationUnknown);
    assert_eq!(
        text(plain.print()),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <error xmlns=\"urn:ietf:params:xml:ns:geopriv:held\" code=\"locationUnknown\">\
         <message xml:lang=\"en\">the location could not be determined</message></error>"
    );
    let full = ErrorDocument {
        code: Code::BadIdentifier,
        message: "\"<a> & b\"\n\u{1}",
        language: "de",
        required: &[Kind::Msisdn, Kind::Uri],
    };
    assert_eq!(
        text(full.print()),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <error xmlns=\"urn:ietf:params:xml:ns:geopriv:held\" code=\"badIdentifier\">\
         <message xml:lang=\"de\">&quot;&lt;a&gt; &amp; b&quot;&#10;\u{fffd}</message>\
         <requiredIdentifiers xmlns=\"urn:ietf:params:xml:ns:geopriv:held:id\">msisdn uri</requiredIdentifiers></error>"
    );
}

#[test]
fn every_refusal_becomes_an_error_that_repeats_nothing() {
    let refused = read(&device("<imsi>999990000000001</imsi>")).and_then(|request| request.number());
    let error = refused.expect_err("no number");
    let printed = text(error.print());
    assert!(printed.contains(" code=\"badIdentifier\"") && printed.contains(">msisdn</requiredIdentifiers>"));
    assert!(printed.contains("found the identifier `imsi`") && !printed.contains("99999"));
    let wrong = text(HeldError::Root("locationRequest").print());
    assert!(wrong.contains(" code=\"unsupportedMessage\"") && !wrong.contains("requiredIdentifiers"));
    let unreadable = text(HeldError::Malformed.print());
    assert!(unreadable.contains(" code=\"xmlError\""));
}

#[test]
fn codes_have_words_of_their_own() {
    let table: Vec<String> = Code::ALL
        .iter()
        .map(|code| format!("{}: {}", code.word(), code.message()))
        .collect();
    assert_eq!(
        table,
        [
            "requestError: the request is not one that can be answered",
            "xmlError: the request is not well-formed XML",
            "generalLisError: the server failed; the request may be sent again",
            "locationUnknown: the location could not be determined",
            "unsupportedMessage: only a locationRequest is answered",
            "timeout: the location could not be determined in time",
            "cannotProvideLiType: the location is not available in the requested form",
            "notLocatable: this device cannot be located here",
            "badIdentifier: the device identifier is wrong, not supported or not permitted",
        ]
    );
}

#[test]
fn uris_are_given_until_they_expire() {
    let set = uris(2).expect("a set");
    assert_eq!(
        text(LocationResponse::Uris(&set).print()),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <locationResponse xmlns=\"urn:ietf:params:xml:ns:geopriv:held\">\
         <locationUriSet expires=\"2026-11-22T09:30:00.000Z\">\
         <locationURI>https://lis.example.com/held/u?t=q70&amp;v=1</locationURI>\
         <locationURI>https://lis.example.com/held/u?t=q71&amp;v=1</locationURI>\
         </locationUriSet></locationResponse>"
    );
    assert!(uris(0).is_none() && uris(8).is_some() && uris(9).is_none());
    assert!(!format!("{set:?}").contains("example"));
}

#[test]
fn a_location_uri_is_one_over_tls() {
    for bad in [
        "http://lis.example.com/u",
        "https://",
        "https:///u",
        "lis.example.com/u",
        "https://lis.example.com/a b",
        "https://lis.example.com/<u>",
        "https://user@lis.example.com/u",
        "https://lis.example.com/ü",
    ] {
        assert_eq!(LocationUri::new(bad), None, "{bad}");
    }
    let long = |count: usize| LocationUri::new(&format!("https://h/{}", "u".repeat(count)));
    assert!(long(1014).is_some() && long(1015).is_none());
}

#[test]
fn a_place_comes_alone_or_with_uris() {
    let entity = Entity::new("pres:q7w2k9x4@example.com").expect("an entity");
    let (set, place) = (uris(1).expect("a set"), circle());
    let both = LocationResponse::Both(&set, &entity, &place).print();
    let root = xml::parse(&both).expect("XML");
    assert!(root.is(Space::Held, "locationResponse"));
    let inside: Vec<_> = root.holder("locationResponse", &[]).expect("elements").iter().collect();
    assert!(inside[0].is(Space::Held, "locationUriSet") && inside[1].is(Space::Pidf, "presence"));
    assert_eq!(inside.len(), 2);
    let alone = text(LocationResponse::Place(&entity, &place).print());
    assert!(!alone.contains("locationUriSet"));
    // The document of the place alone, and the element in the answer, are the same.
    let presence = text(place.print(&entity));
    let (_, element) = presence.split_once('\n').expect("a declaration");
    assert!(alone.contains(element) && text(both).contains(element));
}
