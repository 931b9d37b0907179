//! Objects with every member that is read: what is printed of them is what was sent, character for character.

use super::samples::*;
use crate::hi1::message::Message;

/// What all objects share.
const SHARED: &str = "<CountryCode>XX</CountryCode><OwnerIdentifier>AGENCY-1</OwnerIdentifier>\
    <Generation>3</Generation><ExternalIdentifier>CASE-7</ExternalIdentifier><AssociatedObjects>\
    <AssociatedObject>a0000000-0000-4000-8000-000000000001</AssociatedObject></AssociatedObjects>\
    <LastChanged>2026-11-22T09:00:00Z</LastChanged>";

fn error(element: &str) -> String {
    format!("<{element}><ErrorCode>3000</ErrorCode><ErrorDescription>no document</ErrorDescription></{element}>")
}

fn endpoint_in(element: &str) -> String {
    format!("<{element}><CountryCode>XX</CountryCode><UniqueIdentifier>GATEWAY-1</UniqueIdentifier></{element}>")
}

fn span(element: &str, prefix: &str) -> String {
    format!(
        "<{element}><{prefix}:StartTime>2026-11-22T00:00:00Z</{prefix}:StartTime>\
         <{prefix}:EndTime>2026-12-22T00:00:00Z</{prefix}:EndTime></{element}>"
    )
}

fn approval(element: &str) -> String {
    format!(
        "<{element}><common:ApprovalType>Court</common:ApprovalType>\
         <common:ApprovalDescription>Location of one phone</common:ApprovalDescription>\
         <common:ApprovalReference>ORDER-0001</common:ApprovalReference>\
         <common:ApproverDetails><common:ApproverName>Mona Lot</common:ApproverName>\
         <common:ApproverRole>Judge</common:ApproverRole><common:ApproverContactDetails>\
         <common:Name>Registry</common:Name><common:Role>Clerk</common:Role>\
         <common:EmailAddress>registry@example.com</common:EmailAddress>\
         <common:PhoneNumber>12025550125</common:PhoneNumber><common:FaxNumber>12025550126</common:FaxNumber>\
         <common:Address>1 Example Street</common:Address><common:Languages>\
         <common:ISO639Set1LanguageIdentifier>en</common:ISO639Set1LanguageIdentifier></common:Languages>\
         <common:ApproverAlternateName>Lot, M.</common:ApproverAlternateName>\
         <common:ApproverEmailAddress>mona@example.com</common:ApproverEmailAddress>\
         <common:ApproverPhoneNumber>12025550127</common:ApproverPhoneNumber></common:ApproverContactDetails>\
         </common:ApproverDetails><common:ApprovalTimestamp>2026-11-21T12:00:00Z</common:ApprovalTimestamp>\
         <common:ApprovalIsEmergency>false</common:ApprovalIsEmergency></{element}>"
    )
}

fn location(element: &str, kind: &str) -> String {
    format!(
        "<{element} xsi:type=\"wayleave:{kind}\"><task:CountryCode>XX</task:CountryCode>\
         <wayleave:Precision>500</wayleave:Precision><wayleave:Interval>60</wayleave:Interval>\
         <wayleave:SealUntil>2027-01-31T00:00:00Z</wayleave:SealUntil></{element}>"
    )
}

pub fn authorisation() -> String {
    let members = [
        SHARED.to_owned(),
        "<auth:AuthorisationReference>ORDER-0001</auth:AuthorisationReference>".to_owned(),
        entry("auth:AuthorisationLegalType", "XX", "AuthorisationLegalType", "Order"),
        entry("auth:AuthorisationPriority", "ETSI", "AuthorisationPriority", "High"),
        entry(
            "auth:AuthorisationStatus",
            "ETSI",
            "AuthorisationStatus",
            "SubmittedToCSP",
        ),
        entry(
            "auth:AuthorisationDesiredStatus",
            "ETSI",
            "AuthorisationDesiredStatus",
            "Approved",
        ),
        span("auth:AuthorisationTimespan", "auth"),
        format!(
            "<auth:AuthorisationCSPID>{}</auth:AuthorisationCSPID>",
            endpoint_in("auth:CSPID")
        ),
        "<auth:AuthorisationCreationTimestamp>2026-11-21T00:00:00Z</auth:AuthorisationCreationTimestamp>".to_owned(),
        "<auth:AuthorisationServedTimestamp>2026-11-21T01:00:00Z</auth:AuthorisationServedTimestamp>".to_owned(),
        "<auth:AuthorisationTerminationTimestamp>2026-11-21T02:00:00Z</auth:AuthorisationTerminationTimestamp>"
            .to_owned(),
        approval("auth:AuthorisationApprovalDetails"),
        approval("auth:AuthorisationApprovalDetails"),
        error("auth:AuthorisationInvalidReason"),
        format!(
            "<auth:AuthorisationFlags>{}{}</auth:AuthorisationFlags>",
            entry("auth:AuthorisationFlag", "ETSI", "AuthorisationFlag", "IsTest"),
            entry("auth:AuthorisationFlag", "XX", "Flags", "Quiet"),
        ),
        "<auth:AuthorisationManualInformation>see the order</auth:AuthorisationManualInformation>".to_owned(),
        "<auth:AuthorisationJurisdiction>Example District</auth:AuthorisationJurisdiction>".to_owned(),
        entry(
            "auth:AuthorisationTypeOfCase",
            "ETSI",
            "AuthorisationTypeOfCase",
            "MissingPerson",
        ),
        "<auth:AuthorisationLegalEntity>Example Court</auth:AuthorisationLegalEntity>".to_owned(),
    ];
    object("auth:AuthorisationObject", AUTHORISATION, &members.concat())
}

pub fn document() -> String {
    let members = [
        SHARED.to_owned(),
        "<doc:DocumentReference>ORDER-0001</doc:DocumentReference><doc:DocumentName>Order</doc:DocumentName>"
            .to_owned(),
        entry("doc:DocumentStatus", "ETSI", "DocumentStatus", "AwaitingApproval"),
        entry("doc:DocumentDesiredStatus", "ETSI", "DocumentDesiredStatus", "Approved"),
        span("doc:DocumentTimespan", "doc"),
        entry("doc:DocumentType", "ETSI", "DocumentType", "Warrant"),
        format!(
            "<doc:DocumentProperties><doc:DocumentProperty>{}<doc:PropertyValue>2</doc:PropertyValue>\
             </doc:DocumentProperty></doc:DocumentProperties>",
            entry("doc:PropertyType", "XX", "Properties", "Pages")
        ),
        "<doc:DocumentBody><doc:Contents>JVBERi0=</doc:Contents><doc:ContentType>application/pdf</doc:ContentType>\
         <doc:Checksum>00ff</doc:Checksum><doc:ChecksumType>SHA-256</doc:ChecksumType></doc:DocumentBody>"
            .to_owned(),
        approval("doc:DocumentSignature"),
        error("doc:DocumentInvalidReason"),
    ];
    object("doc:DocumentObject", DOCUMENT, &members.concat())
}

pub fn interception() -> String {
    let members = [
        SHARED.to_owned(),
        "<task:Reference>LIID1</task:Reference>".to_owned(),
        entry("task:Status", "ETSI", "TaskStatus", "Active"),
        entry("task:DesiredStatus", "ETSI", "TaskDesiredStatus", "Cancelled"),
        "<task:Timespan><task:StartTime>2026-11-22T00:00:00Z</task:StartTime>\
         <task:EndTime>2026-11-23T00:00:00Z</task:EndTime>\
         <task:TerminationTime>2026-11-24T00:00:00Z</task:TerminationTime>\
         <task:ProvisioningTime>2026-11-25T00:00:00Z</task:ProvisioningTime>\
         <task:DeprovisioningTime>2026-11-26T00:00:00Z</task:DeprovisioningTime></task:Timespan>"
            .to_owned(),
        format!(
            "<task:TargetIdentifier><task:TargetIdentifierValues><task:TargetIdentifierValue>{NUMBER}\
             </task:TargetIdentifierValue></task:TargetIdentifierValues></task:TargetIdentifier>"
        ),
        entry("task:DeliveryType", "ETSI", "TaskDeliveryType", "IRIOnly"),
        format!(
            "<task:DeliveryDetails><task:DeliveryDestination><task:DeliveryAddress>\
             <task:URL>https://agency.example.com/hi1</task:URL></task:DeliveryAddress>{}{}\
             </task:DeliveryDestination></task:DeliveryDetails>",
            entry("task:IRIorCC", "XX", "Findings", "IRI"),
            entry("task:HandoverFormat", "ETSI", "HandoverFormat", "TS103707"),
        ),
        approval("task:ApprovalDetails"),
        endpoint_in("task:CSPID"),
        error("task:InvalidReason"),
        format!(
            "<task:Flags>{}</task:Flags>",
            entry("task:TaskFlag", "ETSI", "TaskFlag", "IsLocal")
        ),
        location("task:NationalLITaskingParameters", "LocationInterceptionParameters"),
    ];
    object("task:LITaskObject", TASK, &members.concat())
}

pub fn disclosed() -> String {
    let members = [
        SHARED.to_owned(),
        "<task:Reference>XX-AGENCY1-1234</task:Reference>".to_owned(),
        entry("task:Status", "ETSI", "LDTaskStatus", "AwaitingDisclosure"),
        error("task:StatusReason"),
        entry("task:DesiredStatus", "ETSI", "LDTaskDesiredStatus", "Cancelled"),
        format!(
            "<task:RequestDetails>{}<task:StartTime>2026-11-22T00:00:00Z</task:StartTime>\
             <task:EndTime>2026-11-23T00:00:00Z</task:EndTime>\
             <task:ObservedTime>2026-11-22T01:00:00Z</task:ObservedTime>\
             <task:ObservedTimes>2026-11-22T02:00:00Z</task:ObservedTimes>\
             <task:ObservedTimes>2026-11-22T03:00:00Z</task:ObservedTimes><task:RequestValues><task:RequestValue>\
             {NUMBER}</task:RequestValue></task:RequestValues><task:Subtype>{}</task:Subtype></task:RequestDetails>",
            entry("task:Type", "ETSI", "RequestType", "TrafficData"),
            entry("task:RequestSubtype", "XX", "RequestSubtype", "Location"),
        ),
        format!(
            "<task:DeliveryDetails><task:LDDeliveryDestination><task:DeliveryAddress>{}</task:DeliveryAddress>{}\
             </task:LDDeliveryDestination></task:DeliveryDetails>",
            endpoint_in("task:EndpointID"),
            entry("task:LDHandoverFormat", "ETSI", "LDHandoverFormat", "TS103120"),
        ),
        approval("task:ApprovalDetails"),
        endpoint_in("task:CSPID"),
        format!(
            "<task:Flags>{}</task:Flags>",
            entry("task:LDTaskFlag", "ETSI", "LDTaskFlag", "IsEmergency")
        ),
        location("task:NationalLDTaskingParameters", "LocationDisclosureParameters"),
        format!(
            "<task:Deadlines><task:LDDeadline><task:DateTime>2026-11-22T16:00:00Z</task:DateTime>{}\
             <task:OtherInformation>8 hours</task:OtherInformation></task:LDDeadline></task:Deadlines>",
            entry("task:NatureOfDeadline", "XX", "Deadlines", "Answer"),
        ),
        "<task:ManualInformation>see the order</task:ManualInformation>".to_owned(),
    ];
    object("task:LDTaskObject", TASK, &members.concat())
}

/// A delivery and a notification, as this gateway makes them.
pub fn made() -> [String; 2] {
    let delivery = "<delivery:Reference><delivery:LIID>LIID1</delivery:LIID></delivery:Reference>\
        <delivery:DeliveryID>a0000000-0000-4000-8000-000000000001</delivery:DeliveryID>\
        <delivery:SequenceNumber>0</delivery:SequenceNumber><delivery:LastSequence>true</delivery:LastSequence>\
        <delivery:Manifest><delivery:ExternalSchema><delivery:ManifestID>urn:wayleave:answer:1</delivery:ManifestID>\
        </delivery:ExternalSchema></delivery:Manifest><delivery:Delivery><delivery:BinaryData>\
        <delivery:Data>ZXlK</delivery:Data><delivery:ContentType>application/jose</delivery:ContentType>\
        <delivery:Checksum>00ff</delivery:Checksum><delivery:ChecksumType>SHA-256</delivery:ChecksumType>\
        </delivery:BinaryData></delivery:Delivery>";
    let delivery = [
        SHARED.to_owned(),
        delivery.to_owned(),
        entry("delivery:DeliveryStatus", "ETSI", "DeliveryStatus", "Available"),
        entry(
            "delivery:DeliveryDesiredStatus",
            "ETSI",
            "DeliveryDesiredStatus",
            "Received",
        ),
    ];
    let notification = [
        "<notification:NotificationDetails>approved</notification:NotificationDetails>".to_owned(),
        entry("notification:NotificationType", "ETSI", "NotificationType", "General"),
        "<notification:NewNotification>true</notification:NewNotification>".to_owned(),
        "<notification:NotificationTimestamp>2026-11-22T09:00:00Z</notification:NotificationTimestamp>".to_owned(),
        format!(
            "<notification:StatusOfAssociatedObjects><notification:AssociatedObjectStatus>\
             <notification:AssociatedObject>{AUTHORISATION}</notification:AssociatedObject>{}\
             <notification:Details>by two people</notification:Details></notification:AssociatedObjectStatus>\
             </notification:StatusOfAssociatedObjects>",
            entry("notification:Status", "ETSI", "AuthorisationStatus", "Approved"),
        ),
    ];
    [
        object("delivery:DeliveryObject", DOCUMENT, &delivery.concat()),
        object("notification:NotificationObject", DOCUMENT, &notification.concat()),
    ]
}

#[test]
fn every_member_that_is_read_is_printed() {
    let [delivery, notification] = made();
    for object in [
        authorisation(),
        document(),
        interception(),
        disclosed(),
        delivery,
        notification,
    ] {
        let sent = request(&[&format!("<CREATE>{object}</CREATE>")]);
        // The samples call this gateway's namespace `w`; what is printed calls it `wayleave`.
        let sent = sent.replace("xmlns:w=", "xmlns:wayleave=");
        let printed = String::from_utf8(read(&sent).print()).expect("UTF-8");
        let start = printed.find("<HI1Object").expect("an object");
        let end = printed.find("</CREATE>").expect("its end");
        assert_eq!(&printed[start..end], object);
    }
}

#[test]
fn every_question_is_printed() {
    let list = format!(
        "<LIST>{}<LastChanged>2026-11-22T09:00:00Z</LastChanged>{}<MaximumObjectCount>10</MaximumObjectCount>{}\
         <CountryCode>XX</CountryCode></LIST>",
        entry("ObjectType", "ETSI", "ObjectType", "Delivery"),
        span("LastChangedTimespan", "common"),
        entry("Status", "XX", "Status", "Lost"),
    );
    let get = format!("<GET><Identifier>{TASK}</Identifier></GET>");
    let deliver = format!("<DELIVER><Identifier>{DOCUMENT}</Identifier>{}</DELIVER>", made()[0]);
    let sent = request(&[&get, &list, &deliver]);
    let printed = String::from_utf8(read(&sent).print()).expect("UTF-8");
    let payload = |text: &str| text.split_once("<Payload>").map(|(_, payload)| payload.to_owned());
    assert_eq!(payload(&printed), payload(&sent));
    let workflow = sent.replace("</Header>", "<WorkflowIdentifier>flow-1</WorkflowIdentifier></Header>");
    let message: Message = read(&workflow);
    assert_eq!(message.header.workflow, Some(long("flow-1")));
    assert_eq!(Message::read(&message.print()), Ok(message));
}
