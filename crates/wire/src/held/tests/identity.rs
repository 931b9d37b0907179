//! Whom it is about.

use super::*;
use crate::held::identity::{Identifier, Kind};
use domain::number::Msisdn;
use proptest::prelude::*;

/// What names the device.
fn identifiers(inside: &str) -> Result<Vec<Identifier>, HeldError> {
    let device = read(&device(inside))?.device.ok_or(HeldError::NoDevice)?;
    Ok(device.identifiers().to_vec())
}

fn number(inside: &str) -> Result<Msisdn, HeldError> {
    read(&device(inside)).and_then(|request| request.number())
}

#[test]
fn identifiers_of_every_kind_are_read() {
    let (four, six) = (
        "192.0.2.5".parse().expect("an address"),
        "2001:db8::5".parse().expect("an address"),
    );
    let text = str::to_owned;
    for (inside, wanted) in [
        ("<ip v=\"4\">192.0.2.5</ip>", Identifier::Ip(four)),
        ("<ip v=\"6\">2001:db8::5</ip>", Identifier::Ip(six)),
        (
            "<mac>A0-12-34-56-78-9f</mac>",
            Identifier::Mac([0xa0, 0x12, 0x34, 0x56, 0x78, 0x9f]),
        ),
        ("<udpport>51393</udpport>", Identifier::UdpPort(51393)),
        ("<tcpport>0</tcpport>", Identifier::TcpPort(0)),
        ("<sctpport>65535</sctpport>", Identifier::SctpPort(65535)),
        ("<dccpport> 5 </dccpport>", Identifier::DccpPort(5)),
        ("<nai>user@example.com</nai>", Identifier::Nai(text("user@example.com"))),
        (
            "<uri>sip:user@example.com</uri>",
            Identifier::Uri(text("sip:user@example.com")),
        ),
        (
            "<fqdn>host-1.example.com</fqdn>",
            Identifier::Fqdn(text("host-1.example.com")),
        ),
        ("<duid>00Ff10</duid>", Identifier::Duid(vec![0, 0xff, 0x10])),
        (
            "<imsi>999990000000001</imsi>",
            Identifier::Imsi(text("999990000000001")),
        ),
        (
            "<imei>000000000000000</imei>",
            Identifier::Imei(text("000000000000000")),
        ),
        ("<min>2025550100</min>", Identifier::Min(text("2025550100"))),
        ("<mdn>2025550100</mdn>", Identifier::Mdn(text("2025550100"))),
    ] {
        let kind = wanted.kind();
        assert_eq!(identifiers(inside), Ok(vec![wanted]), "{inside}");
        // None of them is a number, and the answer says what would be one.
        let error = HeldError::NoNumber(kind);
        assert_eq!(number(inside), Err(error), "{inside}");
        assert_eq!(
            (error.code(), error.required()),
            (Code::BadIdentifier, [Kind::Msisdn].as_slice())
        );
    }
}

#[test]
fn badly_written_identifiers_are_bad() {
    for (kind, bad) in [
        (Kind::Ip, "<ip>192.0.2.5</ip>"),
        (Kind::Ip, "<ip v=\"6\">192.0.2.5</ip>"),
        (Kind::Ip, "<ip v=\"4\">192.0.2</ip>"),
        (Kind::Mac, "<mac>A0123456789f</mac>"),
        (Kind::Mac, "<mac>A0-12-34-56-78</mac>"),
        (Kind::Mac, "<mac>A-01-23-45-67-89f</mac>"),
        (Kind::UdpPort, "<udpport>65536</udpport>"),
        (Kind::TcpPort, "<tcpport>+5</tcpport>"),
        (Kind::Fqdn, "<fqdn>host_1.example.com</fqdn>"),
        (Kind::Fqdn, "<fqdn>example..com</fqdn>"),
        (Kind::Duid, "<duid>abc</duid>"),
        (Kind::Duid, "<duid>+f</duid>"),
        (Kind::Nai, "<nai></nai>"),
        (Kind::Nai, "<nai>a b</nai>"),
        (Kind::Msisdn, "<msisdn>+12025550100</msisdn>"),
        (Kind::Msisdn, "<msisdn>99900</msisdn>"),
        (Kind::Msisdn, "<msisdn>9990000000000001</msisdn>"),
        (Kind::Msisdn, "<msisdn>0012025550100</msisdn>"),
        (Kind::Msisdn, "<msisdn>1 202 555 0100</msisdn>"),
        (Kind::Msisdn, "<msisdn>١٢٠٢٥٥٥٠١٠٠</msisdn>"),
        (Kind::Imsi, "<imsi>99999</imsi>"),
        (Kind::Imei, "<imei>0000000000000000</imei>"),
        (Kind::Min, "<min>202555010</min>"),
        (Kind::Mdn, "<mdn>a</mdn>"),
    ] {
        assert_eq!(identifiers(bad), Err(HeldError::Identifier(kind)), "{bad}");
        assert_eq!(code(&device(bad)), Some(Code::BadIdentifier), "{bad}");
    }
    let long = format!("<nai>{}</nai>", "a".repeat(256));
    assert_eq!(identifiers(&long), Err(HeldError::Identifier(Kind::Nai)));
}

#[test]
fn a_number_is_found_by_msisdn_and_by_uris_that_say_it_is_international() {
    let wanted = Msisdn::parse("+12025550100").expect("a number");
    for inside in [
        "<msisdn>12025550100</msisdn>",
        "<uri>tel:+12025550100</uri>",
        "<uri>TEL:+1-202-555-0100</uri>",
        "<uri>tel:+1(202)555.0100</uri>",
        "<uri>sip:+12025550100@example.com</uri>",
        "<uri>sips:+12025550100@example.com:5061;transport=tls;user=phone</uri>",
        "<uri>sip:+12025550100@[2001:db8::5]:5060</uri>",
        "<uri>sip:+12025550100@192.0.2.5</uri>",
        "<uri>+12025550100</uri>",
        "<msisdn>12025550100</msisdn><uri>tel:+12025550100</uri>",
    ] {
        assert_eq!(number(inside), Ok(wanted), "{inside}");
    }
}

#[test]
fn a_uri_that_may_mean_somebody_else_is_no_number() {
    for uri in [
        "2025550100",
        "12025550100",
        "tel:12025550100",
        "tel:2025550100;phone-context=%2B1",
        "tel:+12025550100;ext=7",
        "tel:+12025550100;isub=7",
        "sip:12025550100@example.com",
        "sip:+12025550100",
        "sip:+12025550100@",
        "sip:+12025550100@exa_mple.com",
        "sip:+12025550100@example.com:port",
        "sip:+12025550100@example.com?Replaces=1",
        "sip:+12025550100@example.com@example.com",
        "sip:+12025550100;ext=7@example.com",
        "sip:+12025550100:secret@example.com",
        "sip:+1-202-555-0100@example.com",
        "mailto:+12025550100@example.com",
        "pres:+12025550100@example.com",
        "tel:++12025550100",
        "urn:uuid:12025550100",
    ] {
        let inside = format!("<uri>{uri}</uri>");
        assert_eq!(number(&inside), Err(HeldError::NoNumber(Kind::Uri)), "{uri}");
    }
}

#[test]
fn identifiers_are_of_one_device_and_understood() {
    let one = "<msisdn>12025550100</msisdn>";
    let other = "<uri>tel:+12025550101</uri>";
    assert_eq!(number(&[one, other].concat()), Err(HeldError::NumbersDiffer));
    assert_eq!(HeldError::NumbersDiffer.code(), Code::BadIdentifier);
    assert_eq!(
        identifiers(&one.repeat(2)),
        Err(HeldError::IdentifierTwice(Kind::Msisdn))
    );
    assert_eq!(HeldError::IdentifierTwice(Kind::Msisdn).code(), Code::BadIdentifier);
    let with_ip = [one, "<ip v=\"4\">192.0.2.5</ip>"].concat();
    assert_eq!(number(&with_ip), Err(HeldError::NoNumber(Kind::Ip)));
    for unknown in [
        "<esn>1</esn>",
        "<x:id xmlns:x=\"urn:example:id\">1</x:id>",
        "<msisdn xmlns=\"\">1</msisdn>",
    ] {
        let inside = [one, unknown].concat();
        assert_eq!(identifiers(&inside), Err(HeldError::IdentifierUnknown), "{unknown}");
    }
    assert_eq!(identifiers(""), Err(HeldError::NoDevice));
    let many = "<ip v=\"4\">192.0.2.5</ip><mac>A0-12-34-56-78-9f</mac><udpport>1</udpport><tcpport>1</tcpport>\
                <sctpport>1</sctpport><dccpport>1</dccpport><duid>00</duid><min>2025550100</min>";
    assert!(identifiers(many).is_ok());
    assert_eq!(identifiers(&[many, one].concat()), Err(HeldError::List("device")));
}

#[test]
fn nothing_that_was_read_is_printed() {
    let asked = read(&device("<uri>tel:+12025550100</uri><mdn>2025550100</mdn>")).expect("a request");
    let printed = format!("{asked:?} {:?}", asked.number());
    assert!(!printed.contains("2025550100"), "{printed}");
}

proptest! {
    #[test]
    fn every_number_is_found_alike_in_all_its_spellings(digits in "999[0-9]{3,12}") {
        let wanted = Msisdn::from_digits(&digits).expect("a number");
        for inside in [
            format!("<msisdn>{digits}</msisdn>"),
            format!("<uri>tel:+{digits}</uri>"),
            format!("<uri>sip:+{digits}@example.com;user=phone</uri>"),
            format!("<uri>+{digits}</uri>"),
        ] {
            prop_assert_eq!(number(&inside), Ok(wanted));
        }
    }

    #[test]
    fn whatever_an_identifier_holds_is_read_or_refused(kind in 0..15_usize, text in "\\PC{0,40}") {
        let name = Kind::ALL[kind].name();
        let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        match identifiers(&format!("<{name}>{escaped}</{name}>")) {
            Ok(read) => prop_assert_eq!(read[0].kind(), Kind::ALL[kind]),
            Err(error) => prop_assert_eq!(error, HeldError::Identifier(Kind::ALL[kind])),
        }
    }
}
