//! Messages that are made to hurt: each ends in a refusal, or means what any other reader of XML finds in it.

use super::samples::*;
use crate::hi1::BYTES_MAX;
use crate::hi1::fault::{ErrorCode, Fault};
use crate::hi1::message::Message;
use crate::hi1::xml::{ATTRIBUTES_MAX, DEPTH_MAX, ELEMENTS_MAX};

/// Puts markup between the declaration and the root.
fn before_root(markup: &str) -> String {
    request(&["<LIST/>"]).replacen("?>\n", &format!("?>\n{markup}"), 1)
}

#[test]
fn document_types_and_instructions_are_refused() {
    for markup in [
        "<!DOCTYPE HI1Message>",
        "<!DOCTYPE HI1Message SYSTEM \"http://attacker.example.com/x.dtd\">",
        "<!DOCTYPE HI1Message [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>",
    ] {
        assert_eq!(fault(&before_root(markup)), Fault::Markup("document type"), "{markup}");
    }
    let instruction = before_root("<?xml-stylesheet href=\"http://attacker.example.com/x.xsl\"?>");
    assert_eq!(fault(&instruction), Fault::Markup("processing instruction"));
    assert_eq!(fault(&instruction).code(), ErrorCode::Encoding);
}

#[test]
fn entities_are_those_of_xml() {
    let with = |text: &str| {
        let members = format!("<task:ManualInformation>{text}</task:ManualInformation>");
        creating("task:LDTaskObject", &members)
    };
    read(&with("&lt;&gt;&amp;&quot;&apos;&#9;&#x1F600;"));
    assert_eq!(fault(&with("&e;")), Fault::Entity);
    for bad in [
        "&#0;", "&#x1;", "&#xD800;", "&#xFFFF;", "&lt", "&", "\u{1}", "\u{ffff}", "]]&gt;<",
    ] {
        assert_eq!(fault(&with(bad)), Fault::Malformed, "{bad:?}");
    }
    let kind = with("").replace("xsi:type=\"task:", "xsi:type=\"&e;");
    assert_eq!(fault(&kind), Fault::Malformed);
}

#[test]
fn size_depth_and_number_are_bounded() {
    let padding = " ".repeat(BYTES_MAX);
    assert_eq!(fault(&before_root(&padding)), Fault::TooLong);
    let deep = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
    assert_eq!(fault(&deep(DEPTH_MAX)), Fault::NotAMessage);
    assert_eq!(fault(&deep(DEPTH_MAX + 1)), Fault::TooDeep);
    let unclosed = "<a>".repeat(BYTES_MAX / 3);
    assert_eq!(fault(&unclosed), Fault::TooDeep);
    let many = |count: usize| format!("<a>{}</a>", "<b/>".repeat(count - 1));
    assert_eq!(fault(&many(ELEMENTS_MAX)), Fault::NotAMessage);
    assert_eq!(fault(&many(ELEMENTS_MAX + 1)), Fault::TooManyElements);
    let bindings = |count: usize| {
        let declared: String = (0..count)
            .map(|index| format!(" xmlns:p{index}=\"urn:example:{index}\""))
            .collect();
        format!("<a{declared}/>")
    };
    assert_eq!(fault(&bindings(ATTRIBUTES_MAX)), Fault::NotAMessage);
    assert_eq!(fault(&bindings(ATTRIBUTES_MAX + 1)), Fault::Attribute);
    assert_eq!(fault(&bindings(10_000)), Fault::Malformed);
}

#[test]
fn a_prefix_means_what_it_is_bound_to_where_it_stands() {
    let members = "<task:Reference>XX-AGENCY1-1234</task:Reference>";
    let plain = creating("task:LDTaskObject", members);
    let rebound = plain.replace(
        "<HI1Object ",
        "<HI1Object xmlns:task=\"http://uri.etsi.org/03120/common/2020/09/Authorisation\" ",
    );
    assert_eq!(fault(&rebound), Fault::NotSupported("an HI1Object of this type"));
    let within = plain.replace(
        "<task:Reference>",
        "<task:Reference xmlns:task=\"http://uri.etsi.org/03120/common/2020/09/Document\">",
    );
    assert_eq!(fault(&within), Fault::Unexpected("HI1Object"));
    let near = plain.replace("2020/09/Task\"", "2020/09/Task/\"");
    assert_eq!(fault(&near), Fault::NotSupported("an HI1Object of this type"));
    let undeclared = plain.replace("xsi:type=\"task:", "xsi:type=\"undeclared:");
    assert_eq!(fault(&undeclared), Fault::Malformed);
    let other_type = plain.replace("xsi:type=", "task:type=");
    assert_eq!(fault(&other_type), Fault::Attribute);
    let bare_type = plain.replace("xsi:type=", "type=");
    assert_eq!(fault(&bare_type), Fault::Attribute);
}

#[test]
fn a_type_is_said_once_and_only_where_one_must_be() {
    let plain = creating("task:LDTaskObject", "");
    let twice = plain.replace(
        "<HI1Object xsi:type=",
        "<HI1Object xsi:type=\"auth:AuthorisationObject\" xsi:type=",
    );
    assert_eq!(fault(&twice), Fault::Malformed);
    let by_two_prefixes = plain.replace(
        "<HI1Object xsi:type=",
        "<HI1Object xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" i:type=\"auth:AuthorisationObject\" xsi:type=",
    );
    assert_eq!(fault(&by_two_prefixes), Fault::Attribute);
    for typed in [
        plain.replace("<CREATE>", "<CREATE xsi:type=\"task:LDTaskObject\">"),
        plain.replace(
            "<ObjectIdentifier>",
            "<ObjectIdentifier xsi:type=\"task:LDTaskObject\">",
        ),
        plain.replace("<ObjectIdentifier>", "<ObjectIdentifier xsi:nil=\"true\">"),
        plain.replace("<ObjectIdentifier>", "<ObjectIdentifier xml:lang=\"en\">"),
    ] {
        assert_eq!(fault(&typed), Fault::Attribute);
    }
}

#[test]
fn text_and_elements_do_not_mix() {
    let plain = creating("task:LDTaskObject", "<task:Reference>XX-AGENCY1-1234</task:Reference>");
    let beside = plain.replace("<ObjectIdentifier>", "text<ObjectIdentifier>");
    assert_eq!(fault(&beside), Fault::Mixed("HI1Object"));
    let within = plain.replace("XX-AGENCY1-1234", "XX-AGENCY1-<task:Part/>1234");
    assert_eq!(fault(&within), Fault::Mixed("Reference"));
    for outside in [
        format!("{plain}text"),
        format!("{plain}<![CDATA[]]>"),
        format!("{plain}<HI1Message/>"),
    ] {
        assert_eq!(fault(&outside), Fault::Malformed);
    }
}

#[test]
fn other_encodings_and_other_documents_are_refused() {
    let plain = request(&["<LIST/>"]);
    let latin = plain.replace("encoding=\"UTF-8\"", "encoding=\"ISO-8859-1\"");
    assert_eq!(fault(&latin), Fault::Encoding);
    let wide: Vec<u8> = plain.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let broken = [plain.as_bytes(), b"\xff"].concat();
    for bytes in [wide, broken] {
        let refused = Message::read(&bytes).expect_err("no UTF-8");
        assert!(matches!(refused.fault, Fault::Encoding | Fault::Malformed));
    }
    for (other, expected) in [
        ("", Fault::Malformed),
        ("{}", Fault::Malformed),
        ("<HI1Message/>", Fault::NotAMessage),
        ("<a><b></a></b>", Fault::Malformed),
        ("<a", Fault::Malformed),
        ("<?xml version=\"1.0\"?><?xml version=\"1.0\"?><a/>", Fault::Malformed),
        ("<a/><?xml version=\"1.0\"?>", Fault::Malformed),
        ("<p:a/>", Fault::Malformed),
    ] {
        assert_eq!(fault(other), expected, "{other}");
    }
    let cut = plain.len() - 1;
    assert_eq!(fault(&plain[..cut]), Fault::Malformed);
}

#[test]
fn no_error_repeats_what_was_read() {
    let plain = creating("task:LDTaskObject", &disclosure(""));
    for (from, to) in [
        ("task:Value>", "task:Telephone12025550123>"),
        ("XX-AGENCY1-1234", "12025550123"),
        ("TrafficData", "12025550123"),
        ("2026-11-22T00:00:00Z", "12025550123"),
    ] {
        let refused = refused(&plain.replace(from, to));
        let told = format!("{refused} {refused:?}");
        assert!(!told.contains("2555"), "{told}");
    }
}
