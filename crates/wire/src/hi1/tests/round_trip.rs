//! Everything that is printed reads back to itself, and stands in the namespaces that the schemas give it.

use super::samples::*;
use crate::hi1::action::{Action, Verb};
use crate::hi1::answer::{Answer, Outcome, Record, Response};
use crate::hi1::delivery::{BinaryData, Delivery, Reference};
use crate::hi1::dictionary::{DictionaryEntry, Term, Word};
use crate::hi1::disclosure::Disclosure;
use crate::hi1::fault::{ErrorCode, ErrorInformation};
use crate::hi1::identifier::Ldid;
use crate::hi1::message::{Message, Payload};
use crate::hi1::notification::{Notification, NotificationType, ObjectStatus};
use crate::hi1::object::{Body, Object, ObjectType};
use crate::hi1::status::*;
use crate::hi1::text::Contents;

/// Prints a message, checks that it reads back, and gives what was printed, a line for each element.
fn printed(payload: Payload) -> String {
    let message = with_header(payload);
    let bytes = message.print();
    assert_eq!(Message::read(&bytes).as_ref(), Ok(&message));
    String::from_utf8(bytes).expect("UTF-8").replace("><", ">\n<")
}

fn answers(outcomes: Vec<Outcome>) -> Payload {
    let numbered = (0..).zip(outcomes);
    let answers = numbered.map(|(identifier, outcome)| Answer { identifier, outcome });
    Payload::Response(Response::Answers(answers.collect()))
}

fn disclosed() -> Object {
    let disclosure = Disclosure {
        reference: Ldid::parse("XX-AGENCY1-1234"),
        status: Some(DisclosureStatus::Disclosed),
        ..Disclosure::default()
    };
    Object {
        generation: Some(2),
        last_changed: Some(time("2026-11-22T09:00:00Z")),
        ..Object::new(uuid(TASK), Body::Disclosure(Box::new(disclosure)))
    }
}

#[test]
fn an_object_as_it_is_got() {
    let text = printed(answers(vec![Outcome::Got(Box::new(disclosed()))]));
    let expected = r#"<?xml version="1.0" encoding="UTF-8"?>
<HI1Message xmlns="http://uri.etsi.org/03120/common/2019/10/Core" xmlns:common="http://uri.etsi.org/03120/common/2016/02/Common" xmlns:auth="http://uri.etsi.org/03120/common/2020/09/Authorisation" xmlns:doc="http://uri.etsi.org/03120/common/2020/09/Document" xmlns:notification="http://uri.etsi.org/03120/common/2016/02/Notification" xmlns:task="http://uri.etsi.org/03120/common/2020/09/Task" xmlns:delivery="http://uri.etsi.org/03120/common/2019/10/Delivery" xmlns:wayleave="urn:wayleave:hi1:1" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<Header>
<SenderIdentifier>
<CountryCode>XX</CountryCode>
<UniqueIdentifier>AGENCY-1</UniqueIdentifier>
</SenderIdentifier>
<ReceiverIdentifier>
<CountryCode>XX</CountryCode>
<UniqueIdentifier>GATEWAY-1</UniqueIdentifier>
</ReceiverIdentifier>
<TransactionIdentifier>11111111-2222-4333-8444-555555555555</TransactionIdentifier>
<Timestamp>2026-11-22T08:30:00.250000Z</Timestamp>
<Version>
<ETSIVersion>V1.13.1</ETSIVersion>
<NationalProfileOwner>XX</NationalProfileOwner>
<NationalProfileVersion>v1.0</NationalProfileVersion>
</Version>
</Header>
<Payload>
<ResponsePayload>
<ActionResponses>
<ActionResponse>
<ActionIdentifier>0</ActionIdentifier>
<GETResponse>
<HI1Object xsi:type="task:LDTaskObject">
<ObjectIdentifier>a0000000-0000-4000-8000-000000000002</ObjectIdentifier>
<Generation>2</Generation>
<LastChanged>2026-11-22T09:00:00Z</LastChanged>
<task:Reference>XX-AGENCY1-1234</task:Reference>
<task:Status>
<common:Owner>ETSI</common:Owner>
<common:Name>LDTaskStatus</common:Name>
<common:Value>Disclosed</common:Value>
</task:Status>
</HI1Object>
</GETResponse>
</ActionResponse>
</ActionResponses>
</ResponsePayload>
</Payload>
</HI1Message>"#;
    assert_eq!(text, expected);
}

#[test]
fn every_answer() {
    let record = Record {
        object_type: ObjectType::LdTask,
        identifier: uuid(TASK),
        country: Some(country()),
        owner: Some(short("AGENCY-1")),
        generation: 2,
        external: Some(long("a & b < c")),
        last_changed: Some(time("2026-11-22T09:00:00Z")),
    };
    let failed = ErrorInformation::new(ErrorCode::ObjectNotFound, long("no such object\n(or not yours)"));
    let text = printed(answers(vec![
        Outcome::Created(uuid(TASK), None),
        Outcome::Created(uuid(TASK), Some(Box::new(disclosed()))),
        Outcome::Updated(uuid(TASK), None),
        Outcome::Updated(uuid(TASK), Some(Box::new(disclosed()))),
        Outcome::Listed(vec![]),
        Outcome::Listed(vec![record.clone(), record]),
        Outcome::Delivered(uuid(TASK)),
        Outcome::Failed(failed),
    ]));
    for line in [
        "<CREATEResponse>\n<Identifier>a0000000-0000-4000-8000-000000000002</Identifier>\n</CREATEResponse>",
        "<UPDATEResponse>\n<Identifier>",
        "<LISTResponse>\n</LISTResponse>",
        "<ExternalIdentifier>a &amp; b &lt; c</ExternalIdentifier>",
        "<ErrorCode>3014</ErrorCode>\n<ErrorDescription>no such object&#10;(or not yours)</ErrorDescription>",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    let refused = ErrorInformation::new(ErrorCode::Validation, long("no"));
    let text = printed(Payload::Response(Response::Refused(refused)));
    assert!(
        text.contains("<ResponsePayload>\n<ErrorInformation>\n<ErrorCode>3020</ErrorCode>"),
        "{text}"
    );
}

#[test]
fn a_response_echoes_all_of_the_header_but_the_time() {
    let now = time("2026-11-22T08:30:01Z");
    let answered = header().answered(now);
    assert_eq!(answered.timestamp, now);
    assert_eq!(
        (answered.sender, answered.receiver),
        (header().sender, header().receiver)
    );
    assert_eq!(answered.transaction, header().transaction);
}

#[test]
fn a_delivery_of_a_sealed_answer() {
    let contents = Contents::new(b"eyJhbGciOiJFQ0RILUVTIn0.x".to_vec()).expect("short");
    let delivery = Delivery {
        reference: Some(Reference::Disclosure(
            Ldid::parse("XX-AGENCY1-1234").expect("a reference"),
        )),
        delivery: Some(uuid(DOCUMENT)),
        sequence_number: Some(1),
        is_last: Some(true),
        manifest: Some(long("urn:wayleave:answer:1")),
        data: Some(BinaryData::new(contents, short("application/jose"))),
        status: Some(DeliveryStatus::Available),
        desired_status: None,
    };
    let object = Object {
        associated: Some(vec![uuid(TASK)]),
        ..Object::new(uuid(DOCUMENT), Body::Delivery(Box::new(delivery)))
    };
    let identifier = uuid(DOCUMENT);
    let object = Box::new(object);
    let verb = Verb::Deliver { identifier, object };
    let text = printed(Payload::Request(vec![Action { identifier: 0, verb }]));
    let expected = "<HI1Object xsi:type=\"delivery:DeliveryObject\">
<ObjectIdentifier>a0000000-0000-4000-8000-000000000003</ObjectIdentifier>
<AssociatedObjects>
<AssociatedObject>a0000000-0000-4000-8000-000000000002</AssociatedObject>
</AssociatedObjects>
<delivery:Reference>
<delivery:LDID>XX-AGENCY1-1234</delivery:LDID>
</delivery:Reference>
<delivery:DeliveryID>a0000000-0000-4000-8000-000000000003</delivery:DeliveryID>
<delivery:SequenceNumber>1</delivery:SequenceNumber>
<delivery:LastSequence>true</delivery:LastSequence>
<delivery:Manifest>
<delivery:ExternalSchema>
<delivery:ManifestID>urn:wayleave:answer:1</delivery:ManifestID>
</delivery:ExternalSchema>
</delivery:Manifest>
<delivery:Delivery>
<delivery:BinaryData>
<delivery:Data>ZXlKaGJHY2lPaUpGUTBSSUxVVlRJbjAueA==</delivery:Data>
<delivery:ContentType>application/jose</delivery:ContentType>
<delivery:Checksum>";
    assert!(text.contains(expected), "{text}");
    let rest = "</delivery:Checksum>
<delivery:ChecksumType>SHA-256</delivery:ChecksumType>
</delivery:BinaryData>
</delivery:Delivery>
<delivery:DeliveryStatus>";
    assert!(text.contains(rest), "{text}");
}

#[test]
fn a_notification() {
    let notification = Notification {
        details: Some(long("the authorisation was approved")),
        notification_type: Some(Term::Etsi(NotificationType::General)),
        is_new: Some(true),
        at: Some(time("2026-11-22T09:00:00Z")),
        statuses: Some(vec![ObjectStatus {
            object: uuid(AUTHORISATION),
            status: DictionaryEntry::etsi(AuthorisationStatus::Approved),
            details: None,
        }]),
    };
    let object = Object::new(uuid(DOCUMENT), Body::Notification(Box::new(notification)));
    let verb = Verb::Create(Box::new(object));
    let text = printed(Payload::Request(vec![Action { identifier: 0, verb }]));
    let expected = "<notification:StatusOfAssociatedObjects>
<notification:AssociatedObjectStatus>
<notification:AssociatedObject>a0000000-0000-4000-8000-000000000001</notification:AssociatedObject>
<notification:Status>
<common:Owner>ETSI</common:Owner>
<common:Name>AuthorisationStatus</common:Name>
<common:Value>Approved</common:Value>
</notification:Status>";
    assert!(text.contains(expected), "{text}");
}

/// Checks that each word has its own spelling, and that the spelling reads back to it.
fn check_words<T: Word + std::fmt::Debug>(count: usize) {
    assert_eq!(T::WORDS.len(), count, "{}", T::DICTIONARY);
    for (spelling, word) in T::WORDS {
        assert_eq!(word.word(), *spelling);
        assert_eq!(T::from_word(spelling), Some(*word));
    }
    assert_eq!(T::from_word(""), None);
}

#[test]
fn dictionaries_have_as_many_words_as_etsi_gives_them() {
    check_words::<AuthorisationStatus>(11);
    check_words::<AuthorisationDesiredStatus>(9);
    check_words::<DocumentStatus>(7);
    check_words::<DocumentDesiredStatus>(6);
    check_words::<TaskStatus>(9);
    check_words::<TaskDesiredStatus>(7);
    check_words::<DisclosureStatus>(8);
    check_words::<DisclosureDesiredStatus>(5);
    check_words::<DeliveryStatus>(5);
    check_words::<DeliveryDesiredStatus>(4);
    check_words::<ObjectType>(7);
}
