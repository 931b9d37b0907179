//! The documents that this carrier sends: answers, reports, and the general error message.

use super::behaviour::Misbehaviour;
use super::geometry::Form;
use super::quirk::Quirk;
use super::result::{Refusal, Resid};
use super::shape::{Kind, Shape};
use super::xml::Element;
use crate::carrier_mlp::dialect::Dialect;
use crate::clock;
use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

/// What is known of a phone.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    /// The area.
    pub shape: Shape,
    /// When the phone was there, in milliseconds since 1970.
    pub at_ms: i64,
    /// How often such an area contains the truth, in percent; `None` for areas that state nothing.
    pub confidence: Option<u8>,
    /// Whether this is coarser than was asked for.
    pub coarse: bool,
}

/// What a request came to.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// A position.
    Found(Known),
    /// None.
    Failed(Refusal),
}

/// How documents are written: the form, and the misdeed that shows in them.
#[derive(Debug, Clone, Copy)]
pub struct Pen {
    /// The form of areas, which says dialect and habit.
    pub form: Form,
    /// The misdeed.
    pub misdeed: Option<Misbehaviour>,
}

/// Port Aster lies three hours behind UTC.
const LOCAL_OFFSET_H: i8 = -3;

impl Pen {
    fn has(self, quirk: Quirk) -> bool {
        self.form.quirk == Some(quirk)
    }

    fn commits(self, misdeed: Misbehaviour) -> bool {
        self.misdeed == Some(misdeed)
    }

    fn versioned(self, name: &str) -> Element {
        let inner = name != "svc_result" && name != "gem";
        match self.form.dialect.version() {
            _ if self.has(Quirk::MissingVer) => Element::new(name),
            _ if self.has(Quirk::VerMismatch) && inner => Element::new(name).attribute("ver", "3.1.0"),
            version => Element::new(name).attribute("ver", version),
        }
    }

    /// The immediate answer that carries the outcome.
    pub fn answer(self, number: &str, outcome: &Outcome) -> Vec<u8> {
        let mut slia = self.versioned("slia");
        if self.has(Quirk::LowerCaseResType) {
            slia = slia.attribute("res_type", "sync");
        }
        let body = match outcome {
            // The older generation states a failure of the one phone for the whole answer.
            Outcome::Failed(refusal) if self.form.dialect == Dialect::V3_0 || refusal.resid.0 >= 100 => {
                slia.with(self.result(refusal))
            }
            _ => slia.with(self.positions(number, outcome)),
        };
        let header = self
            .has(Quirk::HdrMisplaced)
            .then(|| Element::new("hdr").with([Element::new("requestor"), Element::new("client")]));
        self.print(self.enclose(None, body, header))
    }

    /// The immediate answer to a request that is refused as a whole.
    pub fn refusal(self, refusal: &Refusal) -> Vec<u8> {
        let slia = self.versioned("slia").with(self.result(refusal));
        self.print(self.enclose(None, slia, None))
    }

    /// The immediate answer that accepts an asynchronous request.
    pub fn accepted(self, request: &str) -> Vec<u8> {
        let slia = self.versioned("slia").with([Element::text("req_id", request)]);
        self.print(self.enclose(None, slia, None))
    }

    /// The report of an asynchronous request, logged in with `login`.
    pub fn report(self, login: Option<&(String, String)>, request: &str, number: &str, outcome: &Outcome) -> Vec<u8> {
        let slirep = self
            .versioned("slirep")
            .with([Element::text("req_id", request)])
            .with(self.positions(number, outcome));
        let header = login.map(|(id, password)| {
            let login = [Element::text("id", id), Element::text("pwd", password)];
            self.versioned("hdr").with([Element::new("client").with(login)])
        });
        let (before, after) = if self.has(Quirk::HdrMisplaced) {
            (None, header)
        } else {
            (header, None)
        };
        self.print(self.enclose(before, slirep, after))
    }

    /// The general error message, for what is no request of a known service.
    pub fn general_error(self, refusal: &Refusal) -> Vec<u8> {
        self.print(self.versioned("gem").with(self.result(refusal)))
    }

    fn enclose(self, before: Option<Element>, body: Element, after: Option<Element>) -> Element {
        let mut result = self.versioned("svc_result");
        if self.has(Quirk::DefaultXmlns) {
            result = result.attribute("xmlns", "urn:example:mlp");
        }
        let vendor = self.has(Quirk::VendorSiblings).then(|| {
            Element::new("v:diagnostics")
                .attribute("xmlns:v", "urn:example:vendor")
                .with([Element::text("v:cell", "17")])
        });
        result.with(before).with([body]).with(vendor).with(after)
    }

    fn result(self, refusal: &Refusal) -> Vec<Element> {
        let resid = if self.commits(Misbehaviour::UnknownResult) {
            Resid::OF_NO_TABLE
        } else {
            refusal.resid
        };
        let result = Element::text("result", resid.slogan()).attribute("resid", resid.0.to_string());
        let info = refusal.info.as_ref().map(|info| Element::text("add_info", info));
        std::iter::once(result).chain(info).collect()
    }

    fn positions(self, number: &str, outcome: &Outcome) -> Vec<Element> {
        let now_ms = self.shifted(clock::now_ms());
        let failed = |refusal: &Refusal| {
            let parts = self.result(refusal);
            let poserr = Element::new("poserr").with(parts).with([self.time(now_ms)]);
            self.position(number, poserr)
        };
        match outcome {
            _ if self.commits(Misbehaviour::UnknownResult) => vec![failed(&Resid::OF_NO_TABLE.into())],
            Outcome::Failed(refusal) => vec![failed(refusal)],
            Outcome::Found(known) => {
                let mut all = Vec::new();
                if self.has(Quirk::MixedPositions) {
                    all.push(failed(&Resid::POSITION_METHOD_FAILURE.into()));
                }
                all.push(self.position(number, self.data(known)));
                if self.commits(Misbehaviour::Disagree) {
                    all.push(self.position(number, self.data(&elsewhere(known))));
                }
                all
            }
        }
    }

    fn position(self, number: &str, content: Element) -> Element {
        let mut position = Element::new("pos");
        if self.form.dialect == Dialect::V3_5 && content.name == "pd" {
            position = position
                .attribute("pos_method", "CELL")
                .attribute("result_type", "FINAL");
        }
        let info = self
            .has(Quirk::Iso8859_1)
            .then(|| Element::text("add_info", "Genauigkeit der Funkzelle gesch\u{e4}tzt"));
        position.with([self.msid(number), content]).with(info)
    }

    fn msid(self, number: &str) -> Element {
        let number = if self.commits(Misbehaviour::WrongNumber) {
            other_number(number)
        } else {
            number.to_owned()
        };
        let digits = number.trim_start_matches('+');
        match self.form.quirk {
            Some(Quirk::UntypedMsid) => Element::text("msid", digits),
            Some(Quirk::NationalMsid) => {
                Element::text("msid", digits.strip_prefix('1').unwrap_or(digits)).attribute("type", "MDN")
            }
            Some(Quirk::MsidOtherType) => Element::text("msid", digits).attribute("type", "MDN"),
            Some(Quirk::MsidWithPlus) => Element::text("msid", number).attribute("type", "MSISDN"),
            _ => Element::text("msid", digits).attribute("type", "MSISDN"),
        }
    }

    fn data(self, known: &Known) -> Element {
        let at_ms = self.shifted(known.at_ms);
        let geo_info = self
            .has(Quirk::GeoInfoInPd)
            .then(|| coordinate_system(!self.has(Quirk::NoEdition)));
        let stated = known
            .confidence
            .filter(|_| !self.has(Quirk::NoLevConf) && !self.has(Quirk::RadiusZero));
        let stated = stated.map(|percent| Element::text("lev_conf", percent.to_string()));
        let may_be_coarse = self.form.dialect == Dialect::V3_5 && known.coarse;
        let coarse = (may_be_coarse || self.has(Quirk::LevConfLast)).then(|| Element::new("qos_not_met"));
        let (first, second) = if self.has(Quirk::LevConfLast) {
            (coarse, stated)
        } else {
            (stated, coarse)
        };
        Element::new("pd")
            .with(geo_info)
            .with([self.time(at_ms), self.form.shape(&known.shape)])
            .with(first)
            .with(second)
    }

    fn shifted(self, at_ms: i64) -> i64 {
        match self.misdeed {
            Some(Misbehaviour::FutureTime) => at_ms + 24 * 3_600_000,
            Some(Misbehaviour::StaleTime) => at_ms - 24 * 3_600_000,
            _ => at_ms,
        }
    }

    fn time(self, at_ms: i64) -> Element {
        let local = self.form.dialect == Dialect::V3_2 || self.has(Quirk::TimeIsUtc);
        let offset = Offset::constant(if local { LOCAL_OFFSET_H } else { 0 });
        let clock = if self.has(Quirk::TimeIsUtc) {
            Offset::UTC
        } else {
            offset
        };
        let at = Timestamp::from_millisecond(at_ms).unwrap_or(Timestamp::UNIX_EPOCH);
        let text = at.to_zoned(TimeZone::fixed(clock)).strftime("%Y%m%d%H%M%S").to_string();
        let time = Element::text("time", text);
        match self.form.dialect {
            _ if self.has(Quirk::UtcOffEmpty) => time.attribute("utc_off", ""),
            _ if local => time.attribute("utc_off", "-0300"),
            Dialect::V3_0 => time,
            _ => time.attribute("utc_off", "+0000"),
        }
    }

    /// The bytes of a document.
    fn print(self, root: Element) -> Vec<u8> {
        let latin = self.has(Quirk::Iso8859_1);
        let encoding = if latin { "ISO-8859-1" } else { "UTF-8" };
        let quote = if self.has(Quirk::SingleQuotes) { '\'' } else { '"' };
        let mut text = format!("<?xml version={quote}1.0{quote} encoding={quote}{encoding}{quote}?>\n");
        if self.has(Quirk::VendorDoctype) {
            text.push_str("<!DOCTYPE svc_result PUBLIC \"-//EXAMPLE//LOC 7\" \"http://dtd.example.com/loc7.dtd\">\n");
        } else if self.form.dialect == Dialect::V3_0 {
            text.push_str("<!DOCTYPE svc_result SYSTEM \"MLP_SVC_RESULT_300.DTD\">\n");
        }
        root.print(quote, &mut text);
        text.push('\n');
        if latin {
            return text
                .chars()
                .map(|character| u8::try_from(character).unwrap_or(b'?'))
                .collect();
        }
        let mark: &[u8] = if self.has(Quirk::Bom) { b"\xEF\xBB\xBF" } else { b"" };
        [mark, text.as_bytes()].concat()
    }
}

fn coordinate_system(with_edition: bool) -> Element {
    let edition = with_edition.then(|| Element::text("edition", "6.1"));
    let identifier = Element::new("Identifier")
        .with([Element::text("code", "4326"), Element::text("codeSpace", "EPSG")])
        .with(edition);
    let system = Element::new("CoordinateReferenceSystem").with([identifier]);
    Element::new("geo_info").with([system])
}

/// Whether areas of this kind state how often they contain the truth.
pub fn states_confidence(kind: Kind) -> bool {
    !matches!(
        kind,
        Kind::Point | Kind::LineString | Kind::MultiPoint | Kind::MultiLineString
    )
}

/// A position that cannot be true at the same time: a small circle far from anywhere.
fn elsewhere(known: &Known) -> Known {
    let far = crate::area::Point {
        latitude: -12.0,
        longitude: 40.0,
    };
    let circle = crate::area::Circle {
        center: far,
        radius: 50.0,
    };
    Known {
        shape: Shape::Circle(circle),
        ..known.clone()
    }
}

/// A number that differs in its last digit.
fn other_number(number: &str) -> String {
    let mut other = number.to_owned();
    let last = other.pop().and_then(|digit| digit.to_digit(10)).unwrap_or(0);
    other.push_str(&((last + 1) % 10).to_string());
    other
}
