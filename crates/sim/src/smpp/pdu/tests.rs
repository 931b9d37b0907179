//! Bytes that were worked out by hand from the specification, round trips, and bytes that are no PDU.

use super::*;

fn round_trip(pdu: &Pdu) {
    assert_eq!(Pdu::decode(&pdu.encode()).as_ref(), Ok(pdu));
}

#[test]
fn a_bind_by_hand() {
    // SMPP 3.4 §4.1.1: header, system_id, password, system_type, interface_version, addr_ton, addr_npi, address_range.
    let bytes = b"\0\0\0\x1f\0\0\0\x09\0\0\0\0\0\0\0\x01gate\0secret\0\0\x34\0\0";
    let mut bytes = bytes.to_vec();
    bytes.push(0);
    bytes[3] = u8::try_from(bytes.len()).unwrap();
    let pdu = Pdu::decode(&bytes).unwrap();
    let bind = Bind {
        system_id: "gate".into(),
        password: "secret".into(),
    };
    assert_eq!(pdu, Pdu::new(1, Body::Bind(Command::BindTransceiver, bind)));
    assert_eq!(pdu.encode(), bytes);
}

#[test]
fn everything_survives_its_bytes() {
    let address = |digits: &str| Address {
        ton: 1,
        npi: 1,
        digits: digits.into(),
    };
    let mut message = Message::new(address("12025550190"), address("12025550101"), 8, vec![0, 65]);
    message.registered_delivery = 1;
    message.parameters = vec![(0x001E, b"id1\0".to_vec())];
    for body in [
        Body::BindResponse(Command::BindReceiver, "centre".into()),
        Body::SubmitSm(message.clone()),
        Body::SubmitSmResponse("00ff".into()),
        Body::DeliverSm(message),
        Body::DeliverSmResponse,
        Body::Unbind,
        Body::UnbindResponse,
        Body::EnquireLink,
        Body::EnquireLinkResponse,
        Body::GenericNack,
    ] {
        round_trip(&Pdu::new(0x7FFF_FFFF, body));
    }
}

#[test]
fn long_payloads_travel_as_a_parameter() {
    let address = || Address {
        ton: 3,
        npi: 0,
        digits: "72100".into(),
    };
    let message = Message::new(address(), address(), 0, vec![b'a'; 400]);
    let decoded = Pdu::decode(&Pdu::new(4, Body::SubmitSm(message.clone())).encode()).unwrap();
    let Body::SubmitSm(decoded) = decoded.body else {
        panic!("expected submit_sm")
    };
    assert_eq!(decoded.payload, message.payload);
}

#[test]
fn garbage_is_named() {
    let nack = |bytes: &[u8]| Pdu::decode(bytes).unwrap_err();
    assert_eq!(
        nack(b"\0\0"),
        Garbled {
            status: Status::INVALID_COMMAND_LENGTH,
            sequence: 0
        }
    );
    let unknown = [0, 0, 0, 16, 0, 0, 0x7F, 0, 0, 0, 0, 0, 0, 0, 0, 5];
    assert_eq!(
        nack(&unknown),
        Garbled {
            status: Status::INVALID_COMMAND_ID,
            sequence: 5
        }
    );
    let cut = [0, 0, 0, 17, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 6, 0];
    assert_eq!(
        nack(&cut),
        Garbled {
            status: Status::INVALID_COMMAND_LENGTH,
            sequence: 6
        }
    );
}

#[test]
fn no_cut_of_a_message_is_read_as_another() {
    let address = |digits: &str| Address {
        ton: 1,
        npi: 1,
        digits: digits.into(),
    };
    let message = Message::new(address("12025550190"), address("12025550101"), 0, b"hello".to_vec());
    let whole = Pdu::new(9, Body::SubmitSm(message)).encode();
    for end in 0..whole.len() {
        assert!(Pdu::decode(&whole[..end]).is_err(), "cut at {end}");
    }
}
