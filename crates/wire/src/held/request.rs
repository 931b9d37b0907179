//! What an emergency centre asks: `locationRequest` (RFC 5985 §5.1), with the device that it is about (RFC 6155), or sent
//! to a location URI and then about that one alone (RFC 6753).

use domain::number::Msisdn;

use super::error::HeldError;
use super::identity::Device;
use super::xml::{self, Element, Space, once};

/// The most elements of foreign namespaces that a request may have in it; they are passed over.
pub const EXTENSIONS_MAX: usize = 16;
const ROOT: &str = "locationRequest";

/// How long the asker waits (`responseTime`, RFC 5985 §6.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ResponseTime {
    /// At most so many milliseconds.
    Milliseconds(u32),
    /// Long enough for a rough place, by which a call is routed.
    EmergencyRouting,
    /// Long enough for the best place, to which help is sent.
    EmergencyDispatch,
}

/// A form in which a place is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// An address.
    Civic,
    /// A shape on the ground.
    Geodetic,
    /// A URI from which the place can be had.
    LocationUri,
}

impl Form {
    const fn word(self) -> &'static str {
        match self {
            Self::Civic => "civic",
            Self::Geodetic => "geodetic",
            Self::LocationUri => "locationURI",
        }
    }
}

/// In which forms the place is wanted (`locationType`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LocationType {
    forms: Option<Vec<Form>>,
    exact: bool,
}

impl LocationType {
    /// Any form: what a request without the element means (RFC 5985 §6.2).
    pub const ANY: Self = Self {
        forms: None,
        exact: false,
    };

    /// The forms in the order of the request, none twice; `None` for any.
    #[must_use]
    pub fn forms(&self) -> Option<&[Form]> {
        self.forms.as_deref()
    }

    /// Whether a place in another form is of no use; `cannotProvideLiType` is the answer then.
    #[must_use]
    pub const fn exact(&self) -> bool {
        self.exact
    }

    /// Whether the form is among the wanted ones.
    #[must_use]
    pub fn wants(&self, form: Form) -> bool {
        self.forms.as_ref().is_none_or(|forms| forms.contains(&form))
    }

    fn read(element: &Element) -> Result<Self, HeldError> {
        let name = "locationType";
        let text = element.leaf(name, &["exact"])?;
        let exact = match element.attribute("exact") {
            None | Some("false" | "0") => false,
            Some("true" | "1") => true,
            Some(_) => return Err(HeldError::Value("exact")),
        };
        if text == "any" {
            return Ok(Self { forms: None, exact });
        }
        let mut forms = Vec::new();
        for word in text.split_ascii_whitespace() {
            let all = [Form::Civic, Form::Geodetic, Form::LocationUri];
            let form = all.into_iter().find(|form| form.word() == word);
            let form = form.filter(|form| !forms.contains(form));
            forms.push(form.ok_or(HeldError::Value(name))?);
        }
        if forms.is_empty() {
            return Err(HeldError::Value(name));
        }
        Ok(Self {
            forms: Some(forms),
            exact,
        })
    }
}

/// A request about a device.
///
/// ```
/// let body = br#"<locationRequest xmlns="urn:ietf:params:xml:ns:geopriv:held" responseTime="emergencyDispatch">
///   <device xmlns="urn:ietf:params:xml:ns:geopriv:held:id"><msisdn>12025550100</msisdn></device>
/// </locationRequest>"#;
/// let request = wire::held::request::parse(body).expect("a request");
/// assert_eq!(request.number().map(|number| number.to_e164()).as_deref(), Ok("+12025550100"));
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LocationRequest {
    /// How long the asker waits; `None` leaves it to the server.
    pub response_time: Option<ResponseTime>,
    /// In which forms the place is wanted.
    pub location_type: LocationType,
    /// The device; `None` means the one that sends the request.
    pub device: Option<Device>,
}

impl LocationRequest {
    /// The number that the request is about.
    ///
    /// # Errors
    /// If it names no device, or not one and only one number; each is `badIdentifier`.
    pub fn number(&self) -> Result<Msisdn, HeldError> {
        self.device.as_ref().ok_or(HeldError::NoDevice)?.number()
    }
}

/// A request that was sent to a location URI: the URI alone says what it is about, so there is no device in it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Dereference {
    /// How long the asker waits; `None` leaves it to the server.
    pub response_time: Option<ResponseTime>,
    /// In which forms the place is wanted. A URI is never given in answer, also where this wants one.
    pub location_type: LocationType,
}

impl Dereference {
    /// What a GET of a location URI means: an address or a shape, whichever there is.
    #[must_use]
    pub fn by_get() -> Self {
        Self {
            response_time: None,
            location_type: LocationType {
                forms: Some(vec![Form::Geodetic, Form::Civic]),
                exact: false,
            },
        }
    }
}

/// Reads a request about a device, of at most [`super::BYTES_MAX`] bytes.
///
/// # Errors
/// If it is no such request; [`HeldError::code`] is what HELD calls it. Whether the identifiers name a number is told by
/// [`LocationRequest::number`].
pub fn parse(bytes: &[u8]) -> Result<LocationRequest, HeldError> {
    let root = xml::parse(bytes)?;
    if !root.is(Space::Held, ROOT) {
        return Err(HeldError::Root(ROOT));
    }
    let (mut location_type, mut device, mut extensions) = (None, None, 0);
    let response_time = root.attribute("responseTime").map(response_time).transpose()?;
    for child in root.holder(ROOT, &["responseTime"])? {
        match (child.space(), child.name()) {
            (Space::Held, "locationType") => once(&mut location_type, LocationType::read(child)?, "locationType")?,
            (Space::Identity, "device") => once(&mut device, Device::read(child)?, "device")?,
            (Space::Held | Space::Identity | Space::Without, _) => return Err(HeldError::Unknown(ROOT)),
            _ if extensions >= EXTENSIONS_MAX => return Err(HeldError::List(ROOT)),
            _ => extensions += 1,
        }
    }
    Ok(LocationRequest {
        response_time,
        location_type: location_type.unwrap_or(LocationType::ANY),
        device,
    })
}

/// Reads a request that was sent to a location URI.
///
/// # Errors
/// As [`parse`], and if it names a device, or wants exactly another URI.
pub fn parse_dereference(bytes: &[u8]) -> Result<Dereference, HeldError> {
    let LocationRequest {
        response_time,
        location_type,
        device,
    } = parse(bytes)?;
    if device.is_some() {
        return Err(HeldError::DeviceOfUri);
    }
    if location_type.exact && location_type.forms() == Some(&[Form::LocationUri]) {
        return Err(HeldError::UriOfUri);
    }
    Ok(Dereference {
        response_time,
        location_type,
    })
}

fn response_time(text: &str) -> Result<ResponseTime, HeldError> {
    match text {
        "emergencyRouting" => Ok(ResponseTime::EmergencyRouting),
        "emergencyDispatch" => Ok(ResponseTime::EmergencyDispatch),
        _ => {
            let numeric = text.bytes().all(|byte| byte.is_ascii_digit());
            let milliseconds = text.parse().ok().filter(|_| numeric);
            let milliseconds = milliseconds.ok_or(HeldError::Value("responseTime"))?;
            Ok(ResponseTime::Milliseconds(milliseconds))
        }
    }
}
