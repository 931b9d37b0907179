//! A place as a presence document: PIDF-LO (RFC 4119, RFC 5491), with how sure it is (RFC 7459) and what may be done with
//! it. One document tells one place.

mod read;
pub mod shape;

use std::fmt;

use domain::time::{Span, Timestamp};

use super::confidence::{Density, Stated};
use super::page::Page;
use super::xml::Space;
pub use read::read;
use shape::Shape;

/// The id of the one tuple. It is the same in every document, so that it links none.
const TUPLE_ID: &str = "place";
/// How long a place may be kept whose document does not say (RFC 4119): 24 hours.
const RETENTION_DEFAULT: Span = Span::seconds(24 * 3600);

/// Under what name a place is told (`entity`): a URI that links neither to a number nor to another document.
#[derive(Clone, PartialEq, Eq)]
pub struct Entity(String);

impl Entity {
    /// A `pres:`, `sip:` or `sips:` URI of a user at a host. `None` unless the user is 8 to 128 letters, digits, `-`, `_`,
    /// `.` and `~`, of which one is a letter, so that it is no number.
    ///
    /// ```
    /// use wire::held::pidf::Entity;
    /// assert!(Entity::new("pres:q7w2k9x4@example.com").is_some());
    /// assert!(Entity::new("pres:12025550100@example.com").is_none());
    /// ```
    #[must_use]
    pub fn new(uri: &str) -> Option<Self> {
        let (scheme, rest) = uri.split_once(':')?;
        let (user, host) = rest.split_once('@')?;
        let known = ["pres", "sip", "sips"].contains(&scheme);
        let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
        let opaque = (8..=128).contains(&user.len())
            && user.bytes().all(unreserved)
            && user.bytes().any(|byte| byte.is_ascii_alphabetic());
        let placed = (1..=253).contains(&host.len())
            && host
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte));
        (known && opaque && placed).then(|| Self(uri.to_owned()))
    }
}

impl fmt::Debug for Entity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Entity(…)")
    }
}

/// How a place was found (`method`), in a word of IANA's registry such as `Cell`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Method(String);

impl Method {
    /// A word; `None` unless it is 1 to 40 letters, digits, `-` and `_`.
    #[must_use]
    pub fn new(word: &str) -> Option<Self> {
        let known = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        ((1..=40).contains(&word.len()) && word.bytes().all(known)).then(|| Self(word.to_owned()))
    }

    /// The word.
    #[must_use]
    pub fn word(&self) -> &str {
        &self.0
    }
}

/// What whoever has the place may do with it (`usage-rules`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Usage {
    /// Whether it may be passed on.
    pub retransmission_allowed: bool,
    /// Until when it may be kept.
    pub retention_expiry: Timestamp,
}

impl Usage {
    /// It may be kept until then, and not passed on.
    #[must_use]
    pub const fn until(retention_expiry: Timestamp) -> Self {
        Self {
            retransmission_allowed: false,
            retention_expiry,
        }
    }
}

/// Where a device was, how sure that is, when it was, and what may be done with it.
#[derive(Clone, PartialEq, Debug)]
pub struct Place {
    /// Where.
    pub shape: Shape,
    /// How sure. Of a point without a width nothing can be, and nothing is written.
    pub confidence: Stated,
    /// What may be done with it.
    pub usage: Usage,
    /// How it was found.
    pub method: Option<Method>,
    /// When it was there.
    pub at: Timestamp,
}

/// A document that was read.
#[derive(Clone, PartialEq)]
pub struct Document {
    entity: String,
    /// The place.
    pub place: Place,
}

impl Document {
    /// Under what name the place was told. It may be a number, and is not for logs.
    #[must_use]
    pub fn entity(&self) -> &str {
        &self.entity
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document")
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}

impl Place {
    /// The document, in UTF-8, as `application/pidf+xml`. Numbers are rounded as [`Shape::rounded`] says.
    #[must_use]
    pub fn print(&self, entity: &Entity) -> Vec<u8> {
        let mut page = Page::document();
        self.write(entity, &mut page);
        page.into_bytes()
    }

    /// Writes the element `presence`.
    pub(super) fn write(&self, entity: &Entity, page: &mut Page) {
        let spaces = [
            ("xmlns", Space::Pidf.name()),
            ("xmlns:gp", Space::Geopriv.name()),
            ("xmlns:gbp", Space::Policy.name()),
            ("xmlns:gml", Space::Gml.name()),
            ("xmlns:gs", Space::Shape.name()),
            ("xmlns:con", Space::Confidence.name()),
            ("entity", &entity.0),
        ];
        page.open("presence", &spaces);
        page.open("tuple", &[("id", TUPLE_ID)]);
        page.open("status", &[]);
        page.open("gp:geopriv", &[]);
        self.write_location(page);
        self.write_usage(page);
        if let Some(method) = &self.method {
            page.text("gp:method", &[], &method.0);
        }
        page.close("gp:geopriv");
        page.close("status");
        page.text("timestamp", &[], &self.at.rfc3339());
        page.close("tuple");
        page.close("presence");
    }

    fn write_location(&self, page: &mut Page) {
        let shape = self.shape.rounded();
        page.open("gp:location-info", &[]);
        shape.write(page);
        let stated = match shape {
            Shape::Point(_) => Stated::UNKNOWN,
            Shape::Circle(_) | Shape::Ellipse(_) | Shape::ArcBand(_) | Shape::Polygon(_) => self.confidence,
        };
        // Without the element a reader would take the recommended confidence for granted, so it is always there.
        let (percent, density) = words(stated);
        page.text("con:confidence", &[("pdf", density.word())], &percent);
        page.close("gp:location-info");
    }

    fn write_usage(&self, page: &mut Page) {
        page.open("gp:usage-rules", &[]);
        let allowed = if self.usage.retransmission_allowed {
            "true"
        } else {
            "false"
        };
        page.text("gbp:retransmission-allowed", &[], allowed);
        page.text("gbp:retention-expiry", &[], &self.usage.retention_expiry.rfc3339());
        page.close("gp:usage-rules");
    }
}

/// A confidence in words: at most two digits after the point, rounded down so that it claims no more than is known.
fn words(stated: Stated) -> (String, Density) {
    let hundredths = stated.percent.map(|percent| (percent.value() * 100.0 + 1e-9).floor());
    match hundredths.filter(|hundredths| *hundredths >= 1.0) {
        Some(hundredths) => (format!("{}", hundredths / 100.0), stated.density),
        None => ("unknown".to_owned(), Density::Unknown),
    }
}
