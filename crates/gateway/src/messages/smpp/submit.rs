//! One part of a text as the `submit_sm` that carries it, and the `bind_transceiver` before all of them.

use std::fmt;

use domain::number::Msisdn;
use domain::secret::Secret;
use domain::time::{Span, Timestamp};
use rusmpp::Pdu;
use rusmpp::pdus::{BindTransceiver, SubmitSm};
use rusmpp::types::{COctetString, EmptyOrFullCOctetString, OctetString};
use rusmpp::values::{DataCoding, EsmClass, InterfaceVersion, Npi, RegisteredDelivery, Ton};

use super::SmppConfig;
use super::text::Part;

/// The bit of `esm_class` that says that a user data header precedes the text (SMPP 3.4 §5.2.12).
const HEADER_PRESENT: u8 = 0x40;

/// A receipt is wanted, whatever becomes of the text (SMPP 3.4 §5.2.17).
const RECEIPT_WANTED: u8 = 0x01;

/// A validity period in hours and minutes loses nothing up to this; carriers cut longer ones to their own limit anyway.
const VALIDITY_MOST_S: i64 = 14 * 24 * 60 * 60;

/// A setting that cannot be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfigError {
    /// The system id is empty, longer than 15 octets, or not ASCII.
    SystemId,
    /// The password is longer than 8 octets, or not ASCII.
    Password,
    /// The number is neither `+` and 5 to 15 digits nor a short code of 3 to 8 digits.
    Number,
    /// The window, one of the times, or the ceiling is zero, or there is no address.
    Zero,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SystemId => "expected a system id of 1 to 15 ascii characters",
            Self::Password => "expected a password of at most 8 ascii characters",
            Self::Number => "expected `+` and 5 to 15 digits, or a short code of 3 to 8 digits",
            Self::Zero => "expected an address, and a window, times and a ceiling greater than zero",
        })
    }
}

impl std::error::Error for ConfigError {}

/// A part could not be put into a `submit_sm`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unsendable;

/// The checked settings, in the form in which they are sent.
pub(super) struct Ready {
    system_id: COctetString<1, 16>,
    password: Secret<Vec<u8>>,
    source: (Ton, Npi, COctetString<1, 21>),
}

impl fmt::Debug for Ready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ready(…)")
    }
}

impl Ready {
    /// Checks the settings.
    pub(super) fn new(config: &SmppConfig) -> Result<Self, ConfigError> {
        if config.addresses.is_empty() || config.texts_per_second_max == Some(0) {
            return Err(ConfigError::Zero);
        }
        if config.window == 0 || config.enquire_link_s == 0 || config.response_timeout_s == 0 {
            return Err(ConfigError::Zero);
        }
        let system_id = c_string(&config.system_id).filter(|id| !id.is_empty());
        let mut password = config.password.expose().as_bytes().to_vec();
        password.push(0);
        let password = Secret::new(password);
        password_text(&password).ok_or(ConfigError::Password)?;
        Ok(Self {
            system_id: system_id.ok_or(ConfigError::SystemId)?,
            password,
            source: source(&config.number).ok_or(ConfigError::Number)?,
        })
    }

    /// The request that opens a session in both directions.
    pub(super) fn bind(&self) -> Pdu {
        // The kind of our own address: some centres hand it to everything that they deliver.
        let (addr_ton, addr_npi, _) = self.source;
        Pdu::BindTransceiver(BindTransceiver {
            addr_ton,
            addr_npi,
            system_id: self.system_id.clone(),
            password: password_text(&self.password).unwrap_or_default(),
            interface_version: InterfaceVersion::Smpp3_4,
            ..BindTransceiver::default()
        })
    }

    /// The request that sends one part of a text.
    pub(super) fn submit(&self, to: Msisdn, part: &Part, life: Span) -> Result<Pdu, Unsendable> {
        let (source_addr_ton, source_addr_npi, source_addr) = self.source.clone();
        let submit = SubmitSm::builder()
            .source_addr_ton(source_addr_ton)
            .source_addr_npi(source_addr_npi)
            .source_addr(source_addr)
            .dest_addr_ton(Ton::International)
            .dest_addr_npi(Npi::Isdn)
            .destination_addr(c_string(&to.to_digits()).ok_or(Unsendable)?)
            .esm_class(EsmClass::from(if part.has_header { HEADER_PRESENT } else { 0 }))
            .validity_period(validity(life).ok_or(Unsendable)?)
            .registered_delivery(RegisteredDelivery::from(RECEIPT_WANTED))
            .data_coding(DataCoding::from(part.data_coding))
            .short_message(OctetString::from_slice(&part.octets).map_err(|_| Unsendable)?)
            .build();
        Ok(Pdu::SubmitSm(submit))
    }
}

/// What is left of a text's life; nothing once it is over.
pub(super) fn life(until: Timestamp, now: Timestamp) -> Option<Span> {
    let left = until.since(now);
    // The protocol counts whole seconds: less than one is none.
    (left.as_seconds() > 0).then_some(left)
}

/// A relative validity period, `YYMMDDhhmmss000R` (SMPP 3.4 §7.1.1.2), rounded down so that it ends no later. Relative,
/// because the centre's clock need not be ours.
fn validity(life: Span) -> Option<EmptyOrFullCOctetString<17>> {
    let seconds = life.as_seconds().clamp(1, VALIDITY_MOST_S);
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    let text = format!("0000{days:02}{hours:02}{minutes:02}{:02}000R\0", seconds % 60);
    EmptyOrFullCOctetString::from_vec(text.into_bytes()).ok()
}

/// Our own address: international for `+…`, else a short code (TON 3, NPI 0).
fn source(number: &str) -> Option<(Ton, Npi, COctetString<1, 21>)> {
    if number.starts_with('+') {
        let digits = Msisdn::parse(number)?.to_digits();
        return Some((Ton::International, Npi::Isdn, c_string(&digits)?));
    }
    let short_code = (3..=8).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    short_code.then_some(())?;
    Some((Ton::NetworkSpecific, Npi::Unknown, c_string(number)?))
}

fn password_text(password: &Secret<Vec<u8>>) -> Option<COctetString<1, 9>> {
    COctetString::from_slice(password.expose()).ok()
}

fn c_string<const MAX: usize>(text: &str) -> Option<COctetString<1, MAX>> {
    let mut octets = text.as_bytes().to_vec();
    octets.push(0);
    COctetString::from_vec(octets).ok()
}

#[cfg(test)]
mod tests {
    use super::super::tests::config;
    use super::*;

    #[test]
    fn a_number_and_a_short_code_bear_their_types() {
        let (ton, npi, digits) = source("+12025550100").expect("a number");
        assert_eq!(
            (ton, npi, digits.as_str()),
            (Ton::International, Npi::Isdn, "12025550100")
        );
        let (ton, npi, digits) = source("55123").expect("a short code");
        assert_eq!(
            (ton, npi, digits.as_str()),
            (Ton::NetworkSpecific, Npi::Unknown, "55123")
        );
        for bad in ["", "12", "123456789", "Aster", "+12", "55 12"] {
            assert!(source(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn the_validity_period_ends_no_later_than_the_text() {
        for (milliseconds, text) in [
            (1_999, "000000000001000R"),
            (1_800_000, "000000003000000R"),
            (90_061_000, "000001010101000R"),
            (4_000_000_000, "000014000000000R"),
        ] {
            let period = validity(Span::milliseconds(milliseconds)).expect("a period");
            assert_eq!(period.as_str(), text);
        }
        let now = Timestamp::from_unix_ms(5_000);
        assert_eq!(life(Timestamp::from_unix_ms(5_999), now), None);
        assert_eq!(life(Timestamp::from_unix_ms(0), now), None);
        assert_eq!(life(Timestamp::from_unix_ms(6_000), now), Some(Span::seconds(1)));
    }

    #[test]
    fn settings_that_cannot_be_sent_are_refused() {
        let refused = |change: fn(&mut SmppConfig)| {
            let mut config = config("127.0.0.1:1");
            change(&mut config);
            Ready::new(&config).expect_err("refused")
        };
        assert_eq!(
            refused(|config| config.system_id = String::new()),
            ConfigError::SystemId
        );
        assert_eq!(
            refused(|config| config.system_id = "sixteen-letters-".to_owned()),
            ConfigError::SystemId
        );
        assert_eq!(
            refused(|config| config.password = Secret::new("nine-long".to_owned())),
            ConfigError::Password
        );
        assert_eq!(
            refused(|config| config.number = "Aster".to_owned()),
            ConfigError::Number
        );
        assert_eq!(refused(|config| config.window = 0), ConfigError::Zero);
    }
}
