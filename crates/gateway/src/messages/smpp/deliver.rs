//! What a `deliver_sm` carries: a person's text or a part of one, a receipt, or something that is for nobody here.

use domain::number::Msisdn;
use rusmpp::pdus::DeliverSm;
use rusmpp::tlvs::{Tlv, TlvValue};
use rusmpp::values::{Npi, Ton};

use super::parts::{Piece, Place};
use super::receipt::Receipt;

/// The bits of `esm_class` that say what kind of message it is (SMPP 3.4 §5.2.12).
const KIND: u8 = 0x3C;
const KIND_RECEIPT: u8 = 0x04;
const KIND_NOTIFICATION: u8 = 0x20;

/// The bit of `esm_class` that says that a user data header precedes the text.
const HEADER_PRESENT: u8 = 0x40;

/// What came in.
pub(super) enum Incoming {
    /// A text, or a part of one.
    Text(Msisdn, Piece),
    /// What became of a text of ours.
    Receipt(Receipt),
    /// A text whose sender is no number in international form: it cannot be anybody's answer.
    NoNumber,
    /// An acknowledgement of a kind that was never asked for.
    Other,
}

/// Reads a `deliver_sm`.
pub(super) fn read(deliver: &DeliverSm) -> Incoming {
    let esm_class = u8::from(deliver.esm_class);
    let octets = payload(deliver);
    match esm_class & KIND {
        0 => {}
        KIND_RECEIPT | KIND_NOTIFICATION => {
            let parameters = deliver.tlvs().iter().filter_map(Tlv::value);
            return Incoming::Receipt(Receipt::read(parameters, &octets, sender(deliver)));
        }
        _ => return Incoming::Other,
    }
    let Some(from) = sender(deliver) else {
        return Incoming::NoNumber;
    };
    let (header, octets) = if esm_class & HEADER_PRESENT == 0 {
        (&[][..], &octets[..])
    } else {
        split_header(&octets)
    };
    let piece = Piece {
        place: header_place(header).or_else(|| parameter_place(deliver)),
        data_coding: u8::from(deliver.data_coding),
        octets: octets.to_vec(),
    };
    Incoming::Text(from, piece)
}

/// The sender, if its address says itself that it is international: digits of another kind, taken for E.164, would
/// be somebody else's number.
fn sender(deliver: &DeliverSm) -> Option<Msisdn> {
    let international =
        deliver.source_addr_ton == Ton::International && matches!(deliver.source_addr_npi, Npi::Isdn | Npi::Unknown);
    let address = deliver.source_addr.as_str();
    Msisdn::from_digits(address.strip_prefix('+').unwrap_or(address)).filter(|_| international)
}

/// The text's octets: `message_payload` replaces the field (SMPP 3.4 §5.3.2.32).
fn payload(deliver: &DeliverSm) -> Vec<u8> {
    let parameter = deliver.tlvs().iter().find_map(|parameter| match parameter.value() {
        Some(TlvValue::MessagePayload(payload)) => Some(payload.value.as_ref().to_vec()),
        _ => None,
    });
    parameter.unwrap_or_else(|| deliver.short_message().as_ref().to_vec())
}

/// The user data header without its length, and the text (3GPP TS 23.040 §9.2.3.24). A header that ends nowhere is
/// taken for all there is.
fn split_header(octets: &[u8]) -> (&[u8], &[u8]) {
    match octets.split_first() {
        Some((length, rest)) => rest.split_at_checked(usize::from(*length)).unwrap_or((rest, &[])),
        None => (&[], &[]),
    }
}

/// Looks for a concatenation element: 0x00 with an 8-bit reference, 0x08 with a 16-bit one.
fn header_place(mut header: &[u8]) -> Option<Place> {
    while let [element, length, rest @ ..] = header {
        let (value, rest) = rest.split_at_checked(usize::from(*length))?;
        let (reference, total, number) = match (element, value) {
            (0x00, [reference, total, number]) => (u16::from(*reference), *total, *number),
            (0x08, [high, low, total, number]) => (u16::from_be_bytes([*high, *low]), *total, *number),
            _ => {
                header = rest;
                continue;
            }
        };
        return Some(Place {
            reference,
            total,
            number,
        });
    }
    None
}

/// The same as parameters (SMPP 3.4 §5.3.2.22 to 24).
fn parameter_place(deliver: &DeliverSm) -> Option<Place> {
    let (mut reference, mut total, mut number) = (None, None, None);
    for value in deliver.tlvs().iter().filter_map(Tlv::value) {
        match value {
            TlvValue::SarMsgRefNum(value) => reference = Some(*value),
            TlvValue::SarTotalSegments(value) => total = Some(*value),
            TlvValue::SarSegmentSeqnum(value) => number = Some(*value),
            _ => {}
        }
    }
    Some(Place {
        reference: reference?,
        total: total?,
        number: number?,
    })
}

#[cfg(test)]
mod tests {
    use rusmpp::types::{COctetString, OctetString};
    use rusmpp::values::EsmClass;

    use super::super::message_id::MessageId;
    use super::super::receipt::State;
    use super::*;

    fn deliver(ton: Ton, from: &str, esm_class: u8, octets: &[u8]) -> DeliverSm {
        DeliverSm::builder()
            .source_addr_ton(ton)
            .source_addr_npi(Npi::Isdn)
            .source_addr(COctetString::from_string(from.to_owned()).expect("short"))
            .esm_class(EsmClass::from(esm_class))
            .short_message(OctetString::from_slice(octets).expect("short"))
            .build()
    }

    #[test]
    fn only_an_international_number_is_somebody() {
        let from = |ton, from: &str| match read(&deliver(ton, from, 0, b"YES")) {
            Incoming::Text(from, _) => Some(from.to_e164()),
            _ => None,
        };
        assert_eq!(from(Ton::International, "12025550101").as_deref(), Some("+12025550101"));
        assert_eq!(
            from(Ton::International, "+12025550101").as_deref(),
            Some("+12025550101")
        );
        for (ton, address) in [
            (Ton::National, "2025550101"),
            (Ton::Unknown, "12025550101"),
            (Ton::NetworkSpecific, "55123"),
            (Ton::Alphanumeric, "Harbour"),
            (Ton::International, "0202555"),
            (Ton::International, ""),
        ] {
            assert_eq!(from(ton, address), None, "{ton:?} {address}");
        }
    }

    #[test]
    fn places_are_found_in_headers_and_parameters() {
        let place =
            |esm_class, octets: &[u8]| match read(&deliver(Ton::International, "12025550101", esm_class, octets)) {
                Incoming::Text(_, piece) => (piece.place.map(|p| (p.reference, p.total, p.number)), piece.octets),
                _ => panic!("a text"),
            };
        assert_eq!(
            place(0x40, b"\x05\x00\x03\x2a\x02\x01hi"),
            (Some((42, 2, 1)), b"hi".to_vec())
        );
        assert_eq!(
            place(0x40, b"\x06\x08\x04\x01\x02\x03\x01hi"),
            (Some((258, 3, 1)), b"hi".to_vec())
        );
        // Another element first; then a header without one, a header that lies about its length, and no header.
        assert_eq!(place(0x40, b"\x07\x24\x00\x00\x03\x01\x02\x02hi").0, Some((1, 2, 2)));
        assert_eq!(place(0x40, b"\x03\x24\x01\x01hi"), (None, b"hi".to_vec()));
        assert_eq!(place(0x40, b"\xffhi"), (None, vec![]));
        assert_eq!(place(0, b"\x05\x00\x03\x2a\x02\x01hi").0, None);
    }

    #[test]
    fn receipts_and_other_acknowledgements_are_no_texts() {
        let receipt = read(&deliver(Ton::International, "12025550101", 0x04, b"id:1 stat:DELIVRD"));
        let Incoming::Receipt(receipt) = receipt else {
            panic!("a receipt");
        };
        assert_eq!(receipt.state, State::Delivered);
        assert_eq!(receipt.id, MessageId::new("1"));
        assert_eq!(receipt.phone, Msisdn::parse("+12025550101"));
        for other in [0x08, 0x10, 0x18] {
            assert!(matches!(
                read(&deliver(Ton::International, "12025550101", other, b"YES")),
                Incoming::Other
            ));
        }
    }
}
