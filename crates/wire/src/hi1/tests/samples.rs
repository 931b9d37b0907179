//! Messages with reserved numbers and invented names, of the structure that ETSI's example messages have.

use domain::time::Timestamp;

use crate::hi1::fault::{Fault, Refused};
use crate::hi1::header::{Endpoint, EtsiVersion, Header, Version};
use crate::hi1::identifier::Uuid;
use crate::hi1::message::{Message, Payload};
use crate::hi1::text::{LongText, ShortText};
use crate::hi1::value::CountryCode;

pub const TRANSACTION: &str = "11111111-2222-4333-8444-555555555555";
pub const AUTHORISATION: &str = "a0000000-0000-4000-8000-000000000001";
pub const TASK: &str = "a0000000-0000-4000-8000-000000000002";
pub const DOCUMENT: &str = "a0000000-0000-4000-8000-000000000003";

const HEADER: &str = r#"<Header>
  <SenderIdentifier><CountryCode>XX</CountryCode><UniqueIdentifier>AGENCY-1</UniqueIdentifier></SenderIdentifier>
  <ReceiverIdentifier><CountryCode>XX</CountryCode><UniqueIdentifier>GATEWAY-1</UniqueIdentifier></ReceiverIdentifier>
  <TransactionIdentifier>11111111-2222-4333-8444-555555555555</TransactionIdentifier>
  <Timestamp>2026-11-22T08:30:00.250000Z</Timestamp>
  <Version>
    <ETSIVersion>V1.13.1</ETSIVersion>
    <NationalProfileOwner>XX</NationalProfileOwner>
    <NationalProfileVersion>v1.0</NationalProfileVersion>
  </Version>
</Header>"#;

/// A message around a payload.
pub fn message(payload: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<HI1Message xmlns="http://uri.etsi.org/03120/common/2019/10/Core" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xmlns:common="http://uri.etsi.org/03120/common/2016/02/Common"
  xmlns:task="http://uri.etsi.org/03120/common/2020/09/Task"
  xmlns:auth="http://uri.etsi.org/03120/common/2020/09/Authorisation"
  xmlns:doc="http://uri.etsi.org/03120/common/2020/09/Document"
  xmlns:delivery="http://uri.etsi.org/03120/common/2019/10/Delivery"
  xmlns:notification="http://uri.etsi.org/03120/common/2016/02/Notification"
  xmlns:w="urn:wayleave:hi1:1">{HEADER}<Payload>{payload}</Payload></HI1Message>"#
    )
}

/// A request with these actions, numbered from 0.
pub fn request(actions: &[&str]) -> String {
    let numbered = |(index, action): (usize, &&str)| {
        format!("<ActionRequest><ActionIdentifier>{index}</ActionIdentifier>{action}</ActionRequest>")
    };
    let actions: String = actions.iter().enumerate().map(numbered).collect();
    message(&format!(
        "<RequestPayload><ActionRequests>{actions}</ActionRequests></RequestPayload>"
    ))
}

/// A response with these answers.
pub fn response(answers: &str) -> String {
    message(&format!(
        "<ResponsePayload><ActionResponses>{answers}</ActionResponses></ResponsePayload>"
    ))
}

/// An object of a type.
pub fn object(kind: &str, identifier: &str, members: &str) -> String {
    format!("<HI1Object xsi:type=\"{kind}\"><ObjectIdentifier>{identifier}</ObjectIdentifier>{members}</HI1Object>")
}

/// A request that creates one object.
pub fn creating(kind: &str, members: &str) -> String {
    request(&[&format!("<CREATE>{}</CREATE>", object(kind, TASK, members))])
}

/// A word of a dictionary.
pub fn entry(element: &str, owner: &str, dictionary: &str, value: &str) -> String {
    format!(
        "<{element}><common:Owner>{owner}</common:Owner><common:Name>{dictionary}</common:Name>\
         <common:Value>{value}</common:Value></{element}>"
    )
}

/// Who is asked about: a reserved number.
pub const NUMBER: &str = "<task:FormatType><task:FormatOwner>ETSI</task:FormatOwner>\
    <task:FormatName>InternationalE164</task:FormatName></task:FormatType><task:Value>12025550123</task:Value>";

pub const AUTHORISATION_MEMBERS: &str = "<CountryCode>XX</CountryCode><OwnerIdentifier>AGENCY-1</OwnerIdentifier>\
    <auth:AuthorisationReference>ORDER-0001</auth:AuthorisationReference>\
    <auth:AuthorisationTimespan><auth:StartTime>2026-11-22T00:00:00Z</auth:StartTime>\
    <auth:EndTime>2026-12-22T00:00:00+01:00</auth:EndTime></auth:AuthorisationTimespan>";

/// A disclosure about a reserved number, with what comes after its request.
pub fn disclosure(rest: &str) -> String {
    format!(
        "<AssociatedObjects><AssociatedObject>{AUTHORISATION}</AssociatedObject></AssociatedObjects>\
         <task:Reference>XX-AGENCY1-1234</task:Reference><task:RequestDetails>{}\
         <task:StartTime>2026-11-22T00:00:00Z</task:StartTime><task:EndTime>2026-11-22T12:00:00Z</task:EndTime>\
         <task:RequestValues><task:RequestValue>{NUMBER}</task:RequestValue></task:RequestValues>\
         </task:RequestDetails>{rest}",
        entry("task:Type", "ETSI", "RequestType", "TrafficData")
    )
}

/// Reads what must be readable.
pub fn read(message: &str) -> Message {
    Message::read(message.as_bytes()).expect("a message")
}

/// Reads what must be refused.
pub fn refused(message: &str) -> Refused {
    Message::read(message.as_bytes()).expect_err("a refusal")
}

/// What is wrong with what must be refused.
pub fn fault(message: &str) -> Fault {
    refused(message).fault
}

pub fn uuid(text: &str) -> Uuid {
    Uuid::parse(text).expect("a UUID")
}

pub fn short(text: &str) -> ShortText {
    ShortText::new(text).expect("a short text")
}

pub fn long(text: &str) -> LongText {
    LongText::new(text).expect("a long text")
}

pub fn time(text: &str) -> Timestamp {
    Timestamp::from_rfc3339(text).expect("a time")
}

pub fn country() -> CountryCode {
    CountryCode::parse("XX").expect("a country")
}

pub fn endpoint(name: &str) -> Endpoint {
    Endpoint {
        country: country(),
        identifier: long(name),
    }
}

/// The header of every sample.
pub fn header() -> Header {
    Header {
        sender: endpoint("AGENCY-1"),
        receiver: endpoint("GATEWAY-1"),
        transaction: uuid(TRANSACTION),
        timestamp: time("2026-11-22T08:30:00.250Z"),
        version: Version {
            etsi: EtsiVersion::parse("V1.13.1").expect("a version"),
            profile_owner: short("XX"),
            profile: short("v1.0"),
        },
        workflow: None,
    }
}

/// A message with the header of every sample.
pub fn with_header(payload: Payload) -> Message {
    Message {
        header: header(),
        payload,
    }
}
