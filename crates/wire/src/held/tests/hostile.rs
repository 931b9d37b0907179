//! Documents that want to be read wrongly, or for too long.

use super::*;
use crate::held::BYTES_MAX;
use proptest::prelude::*;

#[test]
fn a_doctype_ends_the_reading() {
    let good = request("");
    for doctype in [
        "<!DOCTYPE locationRequest>",
        "<!DOCTYPE locationRequest SYSTEM \"http://example.com/held.dtd\">",
        "<!DOCTYPE locationRequest [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>",
        "<!DOCTYPE locationRequest [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>",
    ] {
        assert_eq!(read(&[doctype, &good].concat()), Err(HeldError::Doctype), "{doctype}");
        assert_eq!(code(&[doctype, &good].concat()), Some(Code::XmlError));
    }
}

#[test]
fn only_the_entities_of_xml_stand_for_anything() {
    assert_eq!(
        read(&device("<uri>tel:&#43;1202555&#x30;100</uri>")),
        read(&device("<uri>tel:+12025550100</uri>"))
    );
    assert_eq!(read(&device("<uri>&plus;12025550100</uri>")), Err(HeldError::Entity));
    assert_eq!(
        read(&request("").replace(" xmlns", " responseTime=\"&eight;\" xmlns")),
        Err(HeldError::Entity)
    );
    for reference in ["&#0;", "&#x1;", "&#xFFFE;", "&#x110000;", "&;", "&", "&amp"] {
        let document = device(&format!("<uri>{reference}</uri>"));
        assert_eq!(code(&document), Some(Code::XmlError), "{reference}");
    }
}

#[test]
fn bounds_hold() {
    let nested = |depth: usize| {
        let (open, close) = ("<x:a>".repeat(depth), "</x:a>".repeat(depth));
        request(&[open, close].concat()).replace(" xmlns", " xmlns:x=\"urn:example:x\" xmlns")
    };
    assert!(read(&nested(31)).is_ok());
    assert_eq!(read(&nested(32)), Err(HeldError::TooDeep));
    assert_eq!(read(&nested(5000)), Err(HeldError::TooDeep));
    let wide = |count: usize| {
        let foreign = format!("<x:a xmlns:x=\"urn:example:x\">{}</x:a>", "<x:b/>".repeat(count));
        read(&request(&foreign))
    };
    assert!(wide(498).is_ok());
    assert_eq!(wide(499), Err(HeldError::TooMany));
    let attributes = |count: usize| {
        let many: String = (0..count).map(|index| format!(" x:a{index}=\"\"")).collect();
        request("").replace(" xmlns", &format!("{many} xmlns:x=\"urn:example:x\" xmlns"))
    };
    assert!(read(&attributes(30)).is_ok());
    assert_eq!(read(&attributes(31)), Err(HeldError::TooMany));
    let declarations: String = (0..70)
        .map(|index| format!(" xmlns:x{index}=\"urn:example:x\""))
        .collect();
    let declared = request("").replace(" xmlns", &[&declarations, " xmlns"].concat());
    assert_eq!(code(&declared), Some(Code::XmlError));
    let padded = |length: usize| {
        let mut document = request("");
        document.push_str(&" ".repeat(length - document.len()));
        read(&document)
    };
    assert!(padded(BYTES_MAX).is_ok());
    assert_eq!(padded(BYTES_MAX + 1), Err(HeldError::TooLong));
}

#[test]
fn another_root_is_another_message() {
    let other = Err(HeldError::Root("locationRequest"));
    for document in [
        "<locationRequest/>".to_owned(),
        request("").replace("geopriv:held", "geopriv:held2"),
        request("").replace("geopriv:held", "geopriv:held:id"),
        request("").replace("locationRequest", "locationResponse"),
        request("").replace("locationRequest", "LocationRequest"),
        "<x:locationRequest xmlns:x=\"urn:example:x\"/>".to_owned(),
    ] {
        assert_eq!(read(&document), other, "{document}");
        assert_eq!(code(&document), Some(Code::UnsupportedMessage));
    }
}

#[test]
fn only_utf8_is_read() {
    let good = request("");
    let with_mark = [b"\xef\xbb\xbf".as_slice(), good.as_bytes()].concat();
    assert!(parse(&with_mark).is_ok());
    let declared = |encoding: &str| {
        let declaration = format!("<?xml version=\"1.0\" encoding=\"{encoding}\"?>");
        read(&[&declaration, good.as_str()].concat())
    };
    assert!(declared("UTF-8").is_ok() && declared("utf-8").is_ok() && declared("US-ASCII").is_ok());
    for encoding in ["ISO-8859-1", "UTF-16", "UTF-7", ""] {
        assert_eq!(declared(encoding), Err(HeldError::Encoding), "{encoding}");
    }
    let latin = [good.as_bytes(), b"<!--\xe9-->"].concat();
    assert_eq!(parse(&latin), Err(HeldError::Encoding));
    let wide: Vec<u8> = good.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(parse(&wide), Err(HeldError::Malformed));
    let marked = [b"\xff\xfe".as_slice(), &wide].concat();
    assert_eq!(parse(&marked), Err(HeldError::Encoding));
    assert_eq!(HeldError::Encoding.code(), Code::XmlError);
}

#[test]
fn what_is_not_well_formed_is_no_request() {
    let good = device("<msisdn>12025550100</msisdn>");
    assert!(read(&good).is_ok());
    for document in [
        String::new(),
        "no markup".to_owned(),
        good.replace("</locationRequest>", ""),
        good.replace("</locationRequest>", "</other>"),
        [&good, "<again/>"].concat(),
        [&good, "text"].concat(),
        [&good, "<?xml version=\"1.0\"?>"].concat(),
        [" ", "<?xml version=\"1.0\"?>", &good].concat(),
        good.replace("<msisdn", "<y:msisdn").replace("</msisdn", "</y:msisdn"),
        good.replace("<msisdn>", "<msisdn y:a=\"1\">"),
        good.replace("<msisdn>", "<msisdn a=\"1\" a=\"2\">"),
        good.replace(
            "<msisdn>",
            "<msisdn xmlns:p=\"urn:x\" xmlns:q=\"urn:x\" p:a=\"1\" q:a=\"2\">",
        ),
        good.replace("<msisdn>", "<msisdn a=\"<\">"),
        good.replace("<msisdn>", "<msisdn a=1>"),
        good.replace("<msisdn>", "<msisdn xmlns:xml=\"urn:x\">"),
        good.replace("<msisdn>", "<msisdn>]]>"),
        good.replace("<msisdn>", "<msisdn>\u{1}"),
        good.replace("<msisdn>", "<msisdn><!-- a -- b -->"),
    ] {
        assert_eq!(read(&document), Err(HeldError::Malformed), "{document}");
    }
    assert_eq!(HeldError::Malformed.code(), Code::XmlError);
}

#[test]
fn a_number_cut_by_markup_is_still_one_number() {
    // A reader that took only the first piece of text would ask about somebody else.
    let whole = read(&device("<msisdn>12025550100</msisdn>"));
    for inside in [
        "120255501<!-- -->00",
        "120255501<![CDATA[00]]>",
        "<?x y?>12025550100",
        "1202555&#48;100",
    ] {
        assert_eq!(read(&device(&format!("<msisdn>{inside}</msisdn>"))), whole, "{inside}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(parse(&bytes).is_err());
        prop_assert!(crate::held::pidf::read(&bytes).is_err());
    }

    #[test]
    fn a_request_with_a_byte_changed_is_about_the_same_number_or_refused(at in 0..400_usize, byte: u8) {
        let text = device("<msisdn>12025550100</msisdn><uri>tel:+12025550100</uri>");
        let mut bytes = text.into_bytes();
        let at = at % bytes.len();
        bytes[at] = byte;
        if let Ok(number) = parse(&bytes).and_then(|request| request.number()) {
            // Two identifiers name it, so one changed byte cannot make it another.
            prop_assert_eq!(number.to_e164(), "+12025550100");
        }
    }
}
