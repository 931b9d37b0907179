//! What is found in messages of the structure of ETSI's examples.

use domain::number::Msisdn;

use super::samples::*;
use crate::hi1::action::{Verb, Wish};
use crate::hi1::answer::{Outcome, Response};
use crate::hi1::destination::{Address, AddressKind};
use crate::hi1::dictionary::{Term, Word};
use crate::hi1::disclosure::RequestType;
use crate::hi1::document::DocumentType;
use crate::hi1::interception::DeliveryType;
use crate::hi1::message::{Message, Payload};
use crate::hi1::object::{Body, Object, ObjectType};
use crate::hi1::status::{AuthorisationDesiredStatus, TaskStatus};
use crate::hi1::target::Target;

fn verbs(message: &Message) -> Vec<&Verb> {
    match &message.payload {
        Payload::Request(actions) => actions.iter().map(|action| &action.verb).collect(),
        Payload::Response(_) => panic!("a response"),
    }
}

fn object_of(verb: &Verb) -> &Object {
    match verb {
        Verb::Create(object) | Verb::Update(object) | Verb::Deliver { object, .. } => object,
        Verb::Get(_) | Verb::List(_) => panic!("no object"),
    }
}

fn created(message: &str) -> Object {
    object_of(verbs(&read(message))[0]).clone()
}

#[test]
fn an_authorisation_and_a_live_task() {
    let task = format!(
        "<CountryCode>XX</CountryCode><OwnerIdentifier>AGENCY-1</OwnerIdentifier>\
         <AssociatedObjects><AssociatedObject>{AUTHORISATION}</AssociatedObject></AssociatedObjects>\
         <task:Reference>LIID1</task:Reference><task:TargetIdentifier><task:TargetIdentifierValues>\
         <task:TargetIdentifierValue>{NUMBER}</task:TargetIdentifierValue></task:TargetIdentifierValues>{}{}\
         </task:TargetIdentifier>{}<task:DeliveryDetails><task:DeliveryDestination><task:DeliveryAddress>\
         <task:IPv4Address>192.0.2.0</task:IPv4Address></task:DeliveryAddress></task:DeliveryDestination>\
         </task:DeliveryDetails><task:CSPID><CountryCode>XX</CountryCode>\
         <UniqueIdentifier>GATEWAY-1</UniqueIdentifier></task:CSPID>",
        entry("task:ServiceType", "ETSI", "TaskServiceType", "DataType1"),
        entry(
            "task:TargetIdentifierSubtype",
            "CSP01",
            "TargetIdentifierSubtype",
            "AccountType1"
        ),
        entry("task:DeliveryType", "ETSI", "TaskDeliveryType", "IRIandCC"),
    );
    let message = read(&request(&[
        &format!(
            "<CREATE>{}</CREATE>",
            object("auth:AuthorisationObject", AUTHORISATION, AUTHORISATION_MEMBERS)
        ),
        &format!("<CREATE>{}</CREATE>", object("task:LITaskObject", TASK, &task)),
    ]));
    assert_eq!(message.header, header());
    let verbs = verbs(&message);
    let [authorisation, task] = [0, 1].map(|index: usize| object_of(verbs[index]));
    assert_eq!(authorisation.owner, Some(short("AGENCY-1")));
    let Body::Authorisation(body) = &authorisation.body else {
        panic!("{authorisation:?}");
    };
    assert_eq!(body.reference, Some(long("ORDER-0001")));
    let span = body.timespan.expect("a span");
    assert_eq!(span.start, Some(time("2026-11-22T00:00:00Z")));
    assert_eq!(span.end, Some(time("2026-12-21T23:00:00Z")));
    assert_eq!(task.associated, Some(vec![uuid(AUTHORISATION)]));
    assert_eq!(task.unused, ["ServiceType", "TargetIdentifierSubtype"]);
    let Body::Interception(body) = &task.body else {
        panic!("{task:?}");
    };
    let number = Msisdn::parse("+12025550123").expect("reserved");
    let target = body.target.as_ref().expect("a target");
    assert_eq!(target.values, Some(vec![Target::Number(number)]));
    assert_eq!(body.delivery_type, Some(Term::Etsi(DeliveryType::IriAndCc)));
    let address = Address::Simple(AddressKind::Ipv4, long("192.0.2.0"));
    assert_eq!(
        body.destinations.as_ref().expect("destinations")[0].address,
        Some(address)
    );
    assert_eq!(body.csp, Some(endpoint("GATEWAY-1")));
}

#[test]
fn a_disclosure() {
    let rest = format!(
        "<task:DeliveryDetails><task:LDDeliveryDestination><task:DeliveryAddress><task:EndpointID>\
         <CountryCode>XX</CountryCode><UniqueIdentifier>AGENCY-1</UniqueIdentifier></task:EndpointID>\
         </task:DeliveryAddress>{}</task:LDDeliveryDestination></task:DeliveryDetails>{}\
         <task:NationalLDTaskingParameters xsi:type=\"w:LocationDisclosureParameters\">\
         <task:CountryCode>XX</task:CountryCode><w:Precision>500</w:Precision><w:Interval>60</w:Interval>\
         <w:SealUntil>2027-01-31T00:00:00Z</w:SealUntil></task:NationalLDTaskingParameters>",
        entry("task:LDDeliveryProfile", "XX", "Profiles", "A"),
        entry("task:HandlingProfile", "XX", "Profiles", "B"),
    );
    let object = created(&creating("task:LDTaskObject", &disclosure(&rest)));
    assert_eq!(object.unused, ["LDDeliveryProfile", "HandlingProfile"]);
    let Body::Disclosure(body) = &object.body else {
        panic!("{object:?}");
    };
    assert_eq!(
        body.reference.as_ref().map(|found| found.as_str()),
        Some("XX-AGENCY1-1234")
    );
    let details = body.request.as_ref().expect("details");
    assert_eq!(details.request_type, Some(Term::Etsi(RequestType::TrafficData)));
    assert_eq!(
        details.targets.as_ref().and_then(|targets| targets[0].number()),
        Msisdn::parse("+12025550123")
    );
    let address = body.destinations.as_ref().expect("destinations")[0].address.as_ref();
    assert_eq!(address, Some(&Address::Endpoint(endpoint("AGENCY-1"))));
    let location = body.location.expect("parameters");
    assert_eq!((location.precision_m, location.interval_s), (Some(500), Some(60)));
    assert_eq!(location.seal_until, Some(time("2027-01-31T00:00:00Z")));
}

#[test]
fn observed_times_and_a_target_of_another_format() {
    let members = "<task:RequestDetails><task:ObservedTimes>2026-11-20T12:32:12Z</task:ObservedTimes>\
        <task:ObservedTimes>2026-11-20T12:35:34Z</task:ObservedTimes><task:RequestValues><task:RequestValue>\
        <task:FormatType><task:FormatOwner>ETSI</task:FormatOwner><task:FormatName>IPv4Address</task:FormatName>\
        </task:FormatType><task:Value>192.0.2.23</task:Value></task:RequestValue></task:RequestValues>\
        </task:RequestDetails>";
    let object = created(&creating("task:LDTaskObject", members));
    let Body::Disclosure(body) = &object.body else {
        panic!("{object:?}");
    };
    let details = body.request.as_ref().expect("details");
    assert_eq!(details.observed_times.len(), 2);
    let other = Target::Other {
        owner: short("ETSI"),
        format: short("IPv4Address"),
        value: long("192.0.2.23"),
    };
    assert_eq!(details.targets, Some(vec![other]));
}

#[test]
fn a_document_and_an_update_that_links_it() {
    let document = format!(
        "<doc:DocumentReference>ORDER-0001</doc:DocumentReference>{}<doc:DocumentBody>\
         <doc:Contents>JVBE\nRi0=</doc:Contents><doc:ContentType>application/pdf</doc:ContentType></doc:DocumentBody>\
         <doc:DocumentSignature><common:ApproverDetails><common:ApproverName>Mona Lot</common:ApproverName>\
         <common:ApproverContactDetails><common:ApproverEmailAddress>mona@example.com</common:ApproverEmailAddress>\
         <common:ApproverPhoneNumber>12025550124</common:ApproverPhoneNumber></common:ApproverContactDetails>\
         </common:ApproverDetails><common:ApprovalTimestamp>2026-11-21T12:00:00Z</common:ApprovalTimestamp>\
         </doc:DocumentSignature>",
        entry("doc:DocumentType", "ETSI", "DocumentType", "Warrant")
    );
    let link = format!(
        "<AssociatedObjects><AssociatedObject>{DOCUMENT}</AssociatedObject></AssociatedObjects>{}",
        entry(
            "auth:AuthorisationDesiredStatus",
            "ETSI",
            "AuthorisationDesiredStatus",
            "Cancelled"
        )
    );
    let message = read(&request(&[
        &format!("<CREATE>{}</CREATE>", object("doc:DocumentObject", DOCUMENT, &document)),
        &format!(
            "<UPDATE>{}</UPDATE>",
            object("auth:AuthorisationObject", AUTHORISATION, &link)
        ),
    ]));
    let verbs = verbs(&message);
    let Body::Document(body) = &object_of(verbs[0]).body else {
        panic!("{message:?}");
    };
    assert_eq!(body.document_type, Some(Term::Etsi(DocumentType::Warrant)));
    let contents = body.body.as_ref().and_then(|body| body.contents.as_ref());
    assert_eq!(contents.map(|contents| contents.as_bytes()), Some(&b"%PDF-"[..]));
    let approver = body.approvals[0].approver.as_ref().expect("an approver");
    let contacts: Vec<_> = approver.contacts[0]
        .entries()
        .map(|(name, text)| (name, text.as_str()))
        .collect();
    assert_eq!(
        contacts,
        [
            ("ApproverEmailAddress", "mona@example.com"),
            ("ApproverPhoneNumber", "12025550124")
        ]
    );
    assert!(matches!(verbs[1], Verb::Update(_)));
    let update = object_of(verbs[1]);
    assert_eq!(update.associated, Some(vec![uuid(DOCUMENT)]));
    let Body::Authorisation(body) = &update.body else {
        panic!("{update:?}");
    };
    assert_eq!(body.desired_status, Some(AuthorisationDesiredStatus::Cancelled));
    assert!(!format!("{message:?}").contains("Mona"));
    assert!(!format!("{message:?}").contains("1202555"));
}

#[test]
fn questions_about_objects() {
    let list = format!(
        "<LIST>{}<LastChangedTimespan><common:StartTime>2026-11-01T00:00:00Z</common:StartTime></LastChangedTimespan>\
         <MaximumObjectCount>10</MaximumObjectCount>{}<CountryCode>XX</CountryCode></LIST>",
        entry("ObjectType", "ETSI", "ObjectType", "LDTask"),
        entry("Status", "ETSI", "TaskStatus", "Active"),
    );
    let message = read(&request(&[
        &format!("<GET><Identifier>{TASK}</Identifier></GET>"),
        &list,
        "<LIST/>",
    ]));
    let verbs = verbs(&message);
    assert_eq!(verbs[0], &Verb::Get(uuid(TASK)));
    let Verb::List(wish) = verbs[1] else {
        panic!("{message:?}");
    };
    assert_eq!(wish.object_type, Some(ObjectType::LdTask));
    assert_eq!(wish.count_max, Some(10));
    let status = wish.status.as_ref().expect("a status");
    assert_eq!(TaskStatus::from_word(status.value.as_str()), Some(TaskStatus::Active));
    assert_eq!(verbs[2], &Verb::List(Wish::default()));
}

#[test]
fn an_answer_to_a_delivery() {
    let answer = format!(
        "<ActionResponse><ActionIdentifier>0</ActionIdentifier><DELIVERResponse><Identifier>{TASK}</Identifier>\
         </DELIVERResponse></ActionResponse>"
    );
    let Payload::Response(Response::Answers(answers)) = read(&response(&answer)).payload else {
        panic!("no answers");
    };
    assert_eq!(answers.len(), 1);
    assert_eq!(answers[0].outcome, Outcome::Delivered(uuid(TASK)));
    let all = message(
        "<ResponsePayload><ErrorInformation><ErrorCode>3003</ErrorCode><ErrorDescription>later</ErrorDescription>\
         </ErrorInformation></ResponsePayload>",
    );
    let Payload::Response(Response::Refused(information)) = read(&all).payload else {
        panic!("no error");
    };
    assert_eq!(information.number, 3003);
}
