//! What is refused, by which code, and what remains to answer it with.

use super::samples::*;
use crate::hi1::LIST_MAX;
use crate::hi1::fault::{ErrorCode, ErrorInformation, Fault};

fn missing(within: &'static str, name: &'static str) -> Fault {
    Fault::Missing { within, name }
}

#[test]
fn signatures_are_refused_since_nobody_verifies_them() {
    let plain = request(&["<LIST/>"]);
    for signature in [
        "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:SignedInfo/></ds:Signature>",
        "<Signature/>",
        "<Signatures/>",
    ] {
        let signed = plain.replace("</Payload>", &format!("</Payload>{signature}"));
        let refused = refused(&signed);
        assert_eq!(refused.fault, Fault::NotSupported("message signature"), "{signature}");
        assert_eq!(refused.fault.code(), ErrorCode::NotSupported);
        assert_eq!(refused.header.as_deref(), Some(&header()));
    }
    let foreign = plain.replace("</Payload>", "</Payload><task:Signature/>");
    assert_eq!(fault(&foreign), Fault::Unexpected("HI1Message"));
    let approval = "<task:ApprovalDetails><common:ApprovalDigitalSignature/></task:ApprovalDetails>";
    assert_eq!(
        fault(&creating("task:LDTaskObject", approval)),
        Fault::NotSupported("ApprovalDigitalSignature")
    );
}

#[test]
fn what_would_change_the_meaning_of_the_rest_is_refused() {
    let destination = |inside: &str| {
        format!(
            "<task:DeliveryDetails><task:LDDeliveryDestination>{inside}</task:LDDeliveryDestination></task:DeliveryDetails>"
        )
    };
    let key = destination(&format!("<task:EncryptionReference>{TASK}</task:EncryptionReference>"));
    let port = destination("<task:DeliveryAddress><task:IPAddressPort/></task:DeliveryAddress>");
    for (kind, members, name) in [
        ("task:LDTaskObject", key.as_str(), "EncryptionReference"),
        ("task:LDTaskObject", &port, "IPAddressPort"),
        (
            "task:LDTaskObject",
            "<task:AlternativePreservationReferences/>",
            "AlternativePreservationReferences",
        ),
        (
            "task:LITaskObject",
            "<task:ListOfTrafficPolicyReferences/>",
            "ListOfTrafficPolicyReferences",
        ),
        (
            "task:LITaskObject",
            "<task:ListOfIRIPolicyReferences/>",
            "ListOfIRIPolicyReferences",
        ),
        (
            "task:LITaskObject",
            "<NationalHandlingParameters/>",
            "NationalHandlingParameters",
        ),
        (
            "auth:AuthorisationObject",
            "<auth:NationalAuthorisationParameters/>",
            "NationalAuthorisationParameters",
        ),
        (
            "doc:DocumentObject",
            "<doc:NationalDocumentParameters/>",
            "NationalDocumentParameters",
        ),
        ("task:LPTaskObject", "", "LPTaskObject"),
        ("task:TDTaskObject", "", "TDTaskObject"),
        ("auth:LDTaskObject", "", "an HI1Object of this type"),
        ("LDTaskObject", "", "an HI1Object of this type"),
        (
            "delivery:DeliveryObject",
            "<delivery:Delivery><delivery:URL/></delivery:Delivery>",
            "URL",
        ),
    ] {
        assert_eq!(
            fault(&creating(kind, members)),
            Fault::NotSupported(name),
            "{kind} {members}"
        );
    }
    assert_eq!(
        fault(&request(&["<GETCSPCONFIG/>"])),
        Fault::NotSupported("GETCSPCONFIG")
    );
}

#[test]
fn national_parameters_are_this_gateways_own_or_refused() {
    let with = |kind: &str, inside: &str| {
        let parameters = format!(
            "<task:NationalLDTaskingParameters {kind}><task:CountryCode>XX</task:CountryCode>{inside}\
             </task:NationalLDTaskingParameters>"
        );
        creating("task:LDTaskObject", &parameters)
    };
    let own = "xsi:type=\"w:LocationDisclosureParameters\"";
    read(&with(own, ""));
    for kind in [
        "",
        "xsi:type=\"w:LocationInterceptionParameters\"",
        "xsi:type=\"LocationDisclosureParameters\"",
    ] {
        let name = "NationalLDTaskingParameters";
        assert_eq!(fault(&with(kind, "")), Fault::NotSupported(name), "{kind}");
    }
    for zero in ["<w:Precision>0</w:Precision>", "<w:Interval>0</w:Interval>"] {
        assert_eq!(fault(&with(own, zero)).code(), ErrorCode::ImproperValue, "{zero}");
    }
    for other in ["<w:Precise>1</w:Precise>", "<task:Precision>1</task:Precision>"] {
        assert_eq!(
            fault(&with(own, other)),
            Fault::Unexpected("NationalLDTaskingParameters"),
            "{other}"
        );
    }
}

#[test]
fn each_element_stands_once_and_in_its_place() {
    let reference = "<task:Reference>XX-AGENCY1-1</task:Reference>";
    let manual = "<task:ManualInformation>x</task:ManualInformation>";
    for members in [
        format!("{reference}{reference}"),
        format!("{manual}{reference}"),
        "<task:Unknown/>".to_owned(),
        "<auth:Reference>XX-AGENCY1-1</auth:Reference>".to_owned(),
        "<Reference>XX-AGENCY1-1</Reference>".to_owned(),
        format!("<Generation>1</Generation><CountryCode>XX</CountryCode>{reference}"),
        "<task:Flags/><task:Flags/>".to_owned(),
    ] {
        let message = creating("task:LDTaskObject", &members);
        assert_eq!(fault(&message), Fault::Unexpected("HI1Object"), "{members}");
    }
    for twice in ["<LIST/><LIST/>", "<LIST/><GETCSPCONFIG/>", "<EMAIL/>"] {
        assert_eq!(fault(&request(&[twice])), Fault::Unexpected("ActionRequest"), "{twice}");
    }
    let version = request(&["<LIST/>"]).replace("<ETSIVersion>", "<Extra/><ETSIVersion>");
    assert_eq!(fault(&version), Fault::Unexpected("Version"));
}

#[test]
fn what_must_be_there_is_missed() {
    let plain = request(&["<LIST/>"]);
    assert_eq!(fault(&request(&[])), missing("ActionRequests", "ActionRequest"));
    assert_eq!(fault(&request(&[""])), missing("ActionRequest", "an action"));
    assert_eq!(fault(&request(&["<GET/>"])), missing("GET", "Identifier"));
    assert_eq!(fault(&request(&["<CREATE/>"])), missing("CREATE", "HI1Object"));
    assert_eq!(
        fault(&request(&["<CREATE><HI1Object/></CREATE>"])),
        missing("HI1Object", "xsi:type")
    );
    let nameless = "<CREATE><HI1Object xsi:type=\"task:LDTaskObject\"/></CREATE>";
    assert_eq!(fault(&request(&[nameless])), missing("HI1Object", "ObjectIdentifier"));
    let empty = "<task:DeliveryDetails/>";
    assert_eq!(
        fault(&creating("task:LDTaskObject", empty)),
        missing("DeliveryDetails", "LDDeliveryDestination")
    );
    let unsent = plain.replace("ReceiverIdentifier>", "ReceivedIdentifier>");
    assert_eq!(fault(&unsent), missing("Header", "ReceiverIdentifier"));
    assert_eq!(
        missing("Header", "ReceiverIdentifier").code(),
        ErrorCode::ElementMissing
    );
}

#[test]
fn values_are_those_of_their_type() {
    let number = |value: &str| {
        let message = creating("task:LDTaskObject", &disclosure(""));
        message.replace("<task:Value>12025550123<", &format!("<task:Value>{value}<"))
    };
    for value in [
        "+12025550123",
        "1202555012x",
        "",
        " 12025550123",
        "0123456",
        "1234567890123456",
    ] {
        let fault = fault(&number(value));
        assert!(
            matches!(fault, Fault::Improper { name: "Value", .. }),
            "{value}: {fault:?}"
        );
        assert!(!fault.to_string().contains("120255"));
    }
    let word = |owner: &str, dictionary: &str, value: &str| {
        creating("task:LITaskObject", &entry("task:Status", owner, dictionary, value))
    };
    read(&word("ETSI", "TaskStatus", "Active"));
    for (owner, dictionary, value) in [
        ("ETSI", "TaskStatus", "active"),
        ("ETSI", "LDTaskStatus", "Rejected"),
        ("XX", "TaskStatus", "Active"),
    ] {
        let message = word(owner, dictionary, value);
        assert_eq!(
            fault(&message).code(),
            ErrorCode::ImproperValue,
            "{owner} {dictionary} {value}"
        );
    }
    for (from, to, code) in [
        ("V1.13.1", "1.13.1", ErrorCode::Version),
        ("08:30:00.250000Z", "08:30:00Z", ErrorCode::ImproperValue),
        (TRANSACTION, "a-transaction", ErrorCode::ImproperValue),
        ("<CountryCode>XX", "<CountryCode>xx", ErrorCode::ImproperValue),
    ] {
        let refused = refused(&request(&["<LIST/>"]).replacen(from, to, 1));
        assert_eq!((refused.fault.code(), refused.header), (code, None), "{to}");
    }
}

#[test]
fn contents_are_base64_of_a_bounded_length() {
    let with = |contents: &str| {
        let body = format!("<doc:DocumentBody><doc:Contents>{contents}</doc:Contents></doc:DocumentBody>");
        creating("doc:DocumentObject", &body)
    };
    read(&with(""));
    for bad in ["JVBERi0", "JVBE*i0=", "JVBERi1=", "JVBERi0=JVBERi0="] {
        assert_eq!(fault(&with(bad)).code(), ErrorCode::ImproperValue, "{bad}");
    }
    read(&with(&"AAAA".repeat(2 * 1024 * 1024 / 3)));
    let over = with(&"AAAA".repeat(2 * 1024 * 1024 / 3 + 1));
    assert_eq!(fault(&over), Fault::ContentsTooLong("Contents"));
    assert_eq!(fault(&over).code(), ErrorCode::TooLarge);
}

#[test]
fn actions_have_rising_numbers_and_the_bad_one_is_named() {
    let twice = request(&["<LIST/>", "<LIST/>"]).replace("Identifier>1<", "Identifier>0<");
    let found = refused(&twice);
    assert_eq!((found.fault, found.action), (Fault::DuplicateAction, Some(0)));
    assert_eq!(found.header.as_deref(), Some(&header()));
    let falling = request(&["<LIST/>", "<LIST/>"]).replace("Identifier>0<", "Identifier>7<");
    let found = refused(&falling);
    assert_eq!((found.fault.code(), found.action), (ErrorCode::ImproperValue, Some(1)));
    let second = refused(&request(&["<LIST/>", "<GET/>"]));
    assert_eq!((second.fault, second.action), (missing("GET", "Identifier"), Some(1)));
    assert_eq!(
        second.to_string(),
        "action 1: expected `Identifier` in `GET`, found none"
    );
    let information = ErrorInformation::from(second.fault);
    assert_eq!(information.code(), Some(ErrorCode::ElementMissing));
    assert_eq!(information.description.as_str(), second.fault.to_string());
}

#[test]
fn a_delivery_names_the_object_beside_it() {
    let deliver = |identifier: &str| {
        let object = object("delivery:DeliveryObject", TASK, "");
        request(&[&format!(
            "<DELIVER><Identifier>{identifier}</Identifier>{object}</DELIVER>"
        )])
    };
    read(&deliver(TASK));
    assert_eq!(fault(&deliver(DOCUMENT)).code(), ErrorCode::ImproperValue);
}

#[test]
fn lists_are_bounded() {
    let lists = |count: usize| request(&vec!["<LIST/>"; count]);
    read(&lists(LIST_MAX));
    assert_eq!(fault(&lists(LIST_MAX + 1)), Fault::TooManyEntries("ActionRequest"));
    let linked = |count: usize| {
        let link = format!("<AssociatedObject>{TASK}</AssociatedObject>");
        let links = format!("<AssociatedObjects>{}</AssociatedObjects>", link.repeat(count));
        creating("task:LDTaskObject", &links)
    };
    read(&linked(LIST_MAX));
    assert_eq!(fault(&linked(LIST_MAX + 1)), Fault::TooManyEntries("AssociatedObject"));
    let times = |count: usize| {
        let time = "<task:ObservedTimes>2026-11-22T08:30:00Z</task:ObservedTimes>";
        let details = format!("<task:RequestDetails>{}</task:RequestDetails>", time.repeat(count));
        creating("task:LDTaskObject", &details)
    };
    read(&times(LIST_MAX));
    assert_eq!(fault(&times(LIST_MAX + 1)), Fault::TooManyEntries("ObservedTimes"));
    assert_eq!(fault(&times(LIST_MAX + 1)).code(), ErrorCode::TooLarge);
}
