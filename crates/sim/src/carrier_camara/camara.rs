//! CAMARA Device Location on the wire, as this carrier reads it: requests, answers, errors. Where the coming release is
//! stricter and compatible (unknown properties, bounds), it is strict.

use crate::area::{Circle, Overlap, Point};
use crate::carrier::radio::Fix;
use crate::carrier_camara::behaviour::Shape;
use crate::clock;
use serde::{Deserialize, Deserializer, Serialize};
use std::net::{Ipv4Addr, Ipv6Addr};

/// An error answer, `ErrorInfo` on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The HTTP status.
    pub status: u16,
    /// CAMARA's code.
    pub code: &'static str,
    /// For humans.
    pub message: String,
}

impl Fault {
    /// An error answer.
    pub fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
        }
    }

    fn invalid(message: impl Into<String>) -> Self {
        Self::new(400, "INVALID_ARGUMENT", message)
    }
}

/// Which of the two services is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// `POST /location-retrieval/v0.5/retrieve`.
    Retrieve,
    /// `POST /location-verification/v3/verify`.
    Verify,
}

impl Operation {
    /// The operation that a path names.
    pub fn at(path: &str) -> Option<Self> {
        match path {
            "/location-retrieval/v0.5/retrieve" => Some(Self::Retrieve),
            "/location-verification/v3/verify" => Some(Self::Verify),
            _ => None,
        }
    }

    /// The scope that a token must have.
    pub fn scope(self) -> &'static str {
        match self {
            Self::Retrieve => "location-retrieval:read",
            Self::Verify => "location-verification:verify",
        }
    }

    /// The word for the ledger.
    pub fn word(self) -> &'static str {
        match self {
            Self::Retrieve => "retrieve",
            Self::Verify => "verify",
        }
    }

    /// 422: cannot be located at all, and no age was demanded.
    pub fn unable_to_locate(self) -> Fault {
        let code = match self {
            Self::Retrieve => "LOCATION_RETRIEVAL.UNABLE_TO_LOCATE",
            Self::Verify => "LOCATION_VERIFICATION.UNABLE_TO_LOCATE",
        };
        Fault::new(422, code, "Unable to locate the device")
    }

    /// 422: no position young enough can be had.
    pub fn unable_to_fulfill_max_age(self) -> Fault {
        let code = match self {
            Self::Retrieve => "LOCATION_RETRIEVAL.UNABLE_TO_FULFILL_MAX_AGE",
            Self::Verify => "LOCATION_VERIFICATION.UNABLE_TO_FULFILL_MAX_AGE",
        };
        Fault::new(422, code, "Unable to provide expected freshness for location")
    }
}

/// A question, read and checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// The number asked about.
    pub number: String,
    /// The greatest age, in seconds.
    pub max_age_s: Option<u32>,
    /// The greatest area, in square metres; retrieval only.
    pub max_surface_m2: Option<u32>,
    /// The circle asked about; verification only.
    pub area: Option<Circle>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct RetrieveBody {
    #[serde(default, deserialize_with = "present")]
    device: Option<Device>,
    #[serde(default, deserialize_with = "present")]
    max_age: Option<u32>,
    #[serde(default, deserialize_with = "present")]
    max_surface: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct VerifyBody {
    #[serde(default, deserialize_with = "present")]
    device: Option<Device>,
    area: AreaAsked,
    #[serde(default, deserialize_with = "present")]
    max_age: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct AreaAsked {
    area_type: String,
    center: Point,
    radius: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Device {
    #[serde(default, deserialize_with = "present")]
    phone_number: Option<String>,
    #[serde(default, deserialize_with = "present")]
    network_access_identifier: Option<String>,
    #[serde(default, deserialize_with = "present")]
    ipv4_address: Option<Ipv4Device>,
    #[serde(default, deserialize_with = "present")]
    ipv6_address: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Ipv4Device {
    #[serde(default, deserialize_with = "present")]
    public_address: Option<Ipv4Addr>,
    #[serde(default, deserialize_with = "present")]
    private_address: Option<Ipv4Addr>,
    #[serde(default, deserialize_with = "present")]
    public_port: Option<u16>,
}

/// CAMARA's properties may be absent but not null.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

impl Question {
    /// Reads a request body.
    ///
    /// # Errors
    /// 400 for what the schema forbids, 422 for a device that a two-legged token cannot name.
    pub fn read(operation: Operation, body: &[u8]) -> Result<Self, Fault> {
        if holds_a_list(body) {
            // The derived readers would take a list for an object; no request of these services holds one.
            return Err(Fault::invalid("expected an object, found a list"));
        }
        let unreadable = |error: serde_json::Error| Fault::invalid(format!("the body is not as documented: {error}"));
        let (device, max_age_s, max_surface_m2, area) = match operation {
            Operation::Retrieve => {
                let body: RetrieveBody = serde_json::from_slice(body).map_err(unreadable)?;
                (body.device, body.max_age, body.max_surface, None)
            }
            Operation::Verify => {
                let body: VerifyBody = serde_json::from_slice(body).map_err(unreadable)?;
                (body.device, body.max_age, None, Some(body.area.read()?))
            }
        };
        if max_age_s.is_some_and(|age| age > i32::MAX as u32) {
            return Err(Fault::invalid("expected `maxAge` of at most 2147483647 s"));
        }
        if max_surface_m2.is_some_and(|surface| surface == 0 || surface > i32::MAX as u32) {
            return Err(Fault::invalid("expected `maxSurface` of 1 to 2147483647 m²"));
        }
        let device = device.map(Device::check).transpose()?;
        let device = device.ok_or_else(|| Fault::new(422, "MISSING_IDENTIFIER", "The device cannot be identified."))?;
        let unsupported = || {
            Fault::new(
                422,
                "UNSUPPORTED_IDENTIFIER",
                "The identifier provided is not supported.",
            )
        };
        let number = device.phone_number.ok_or_else(unsupported)?;
        Ok(Self {
            number,
            max_age_s,
            max_surface_m2,
            area,
        })
    }
}

/// Whether there is a `[` outside of the texts of a JSON document.
fn holds_a_list(json: &[u8]) -> bool {
    let (mut in_text, mut escaped) = (false, false);
    json.iter().any(|byte| {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'[' => return !in_text,
            _ => {}
        }
        false
    })
}

impl Device {
    fn check(self) -> Result<Self, Fault> {
        if let Some(number) = &self.phone_number {
            let digits = number.strip_prefix('+').unwrap_or_default();
            let shaped = (5..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
            if !shaped || digits.starts_with('0') {
                return Err(Fault::invalid("expected `device.phoneNumber` as + and 5 to 15 digits"));
            }
        }
        if let Some(ipv4) = &self.ipv4_address {
            let named = ipv4.private_address.is_some() || ipv4.public_port.is_some();
            if ipv4.public_address.is_none() || !named {
                return Err(Fault::invalid(
                    "expected `publicAddress` with `privateAddress` or `publicPort`",
                ));
            }
        }
        if let Some(ipv6) = &self.ipv6_address {
            let address = ipv6.split('/').next().unwrap_or_default();
            if address.parse::<Ipv6Addr>().is_err() {
                return Err(Fault::invalid("expected `device.ipv6Address` to be an IPv6 address"));
            }
        }
        let others =
            self.network_access_identifier.is_some() || self.ipv4_address.is_some() || self.ipv6_address.is_some();
        if self.phone_number.is_none() && !others {
            return Err(Fault::invalid(
                "expected at least one identifier in `device`, found none",
            ));
        }
        Ok(self)
    }
}

impl AreaAsked {
    fn read(self) -> Result<Circle, Fault> {
        if self.area_type != "CIRCLE" {
            return Err(Fault::invalid("expected `area.areaType` `CIRCLE`"));
        }
        let Point { latitude, longitude } = self.center;
        if !(-90.0..=90.0).contains(&latitude) || !(-180.0..=180.0).contains(&longitude) {
            return Err(Fault::invalid("expected `area.center` on the globe"));
        }
        if !(self.radius.is_finite() && self.radius >= 1.0) {
            return Err(Fault::invalid("expected `area.radius` of at least 1 m"));
        }
        Ok(Circle {
            center: self.center,
            radius: self.radius,
        })
    }
}

/// Whether a text may be an `x-correlator`.
pub fn is_correlator(text: &[u8]) -> bool {
    text.len() <= 256
        && text
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_:;./<>{}".contains(byte))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LocationAnswer<'a> {
    last_location_time: String,
    area: AreaReported,
    device: DeviceAnswer<'a>,
}

#[derive(Serialize)]
#[serde(tag = "areaType", rename_all = "UPPERCASE")]
enum AreaReported {
    Circle { center: Point, radius: f64 },
    Polygon { boundary: Vec<Point> },
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct VerifyAnswer<'a> {
    verification_result: &'static str,
    last_location_time: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    match_rate: Option<u8>,
    device: DeviceAnswer<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DeviceAnswer<'a> {
    phone_number: &'a str,
}

/// The body of a 200 answer: a `Location` when no area was asked about, else a `VerifyLocationResponse`.
pub fn answer(fix: &Fix, asked: Option<&Circle>, shape: Shape, number: &str) -> Vec<u8> {
    let last_location_time = clock::rfc3339(fix.at_ms);
    let device = DeviceAnswer { phone_number: number };
    let written = match asked {
        None => {
            let area = match shape {
                Shape::Circle => AreaReported::Circle {
                    center: fix.area.center,
                    radius: fix.area.radius,
                },
                Shape::Polygon => AreaReported::Polygon {
                    boundary: fix.area.dodecagon(),
                },
            };
            serde_json::to_vec(&LocationAnswer {
                last_location_time,
                area,
                device,
            })
        }
        Some(asked) => {
            let (verification_result, match_rate) = match fix.area.overlap(asked) {
                Overlap::Inside => ("TRUE", None),
                Overlap::Outside => ("FALSE", None),
                Overlap::Partly(rate) => ("PARTIAL", Some(rate)),
            };
            serde_json::to_vec(&VerifyAnswer {
                verification_result,
                last_location_time,
                match_rate,
                device,
            })
        }
    };
    // These forms hold only texts and finite numbers, which always can be written.
    written.unwrap_or_default()
}

#[cfg(test)]
mod tests;
