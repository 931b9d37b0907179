//! Documents with the structure of the standards' examples, with reserved numbers and hosts; and hostile ones.

mod confidence;
mod hostile;
mod identity;
mod pidf;
mod places;
mod request;
mod response;

use super::error::{Code, HeldError};
use super::request::{LocationRequest, parse};

const HELD: &str = "urn:ietf:params:xml:ns:geopriv:held";
const IDENTITY: &str = "urn:ietf:params:xml:ns:geopriv:held:id";

/// A request with this in it.
fn request(inside: &str) -> String {
    format!("<locationRequest xmlns=\"{HELD}\">{inside}</locationRequest>")
}

/// A request about a device with this in it.
fn device(inside: &str) -> String {
    request(&format!("<device xmlns=\"{IDENTITY}\">{inside}</device>"))
}

fn read(document: &str) -> Result<LocationRequest, HeldError> {
    parse(document.as_bytes())
}

/// What HELD calls the refusal.
fn code(document: &str) -> Option<Code> {
    read(document).err().map(HeldError::code)
}
