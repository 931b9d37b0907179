//! What a client asks: a standard location immediate request (`slir`) and the header before it, read as strictly as this
//! carrier's dialect is written.

use super::dialect::Dialect;
use super::result::{Refusal, Resid};
use super::xml::Element;
use crate::roster::digits;
use serde::Serialize;

/// Who says that it asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// The client's id.
    pub id: String,
    /// Its password.
    pub password: String,
    /// The service under which it asks.
    pub service: Option<String>,
}

/// One of those for whom the client asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Subclient {
    /// Its id.
    pub id: String,
    /// Its service.
    pub service: Option<String>,
    /// Whether the phone's owner deals with this one.
    pub last: bool,
}

/// The chain of those who ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// The client.
    pub login: Login,
    /// Those for whom it asks, in order.
    pub subclients: Vec<Subclient>,
    /// Who began this request: id and kind.
    pub requestor: Option<(String, Option<String>)>,
}

/// How current the position must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LocType {
    /// A fresh one.
    Current,
    /// What is known.
    Last,
    /// A fresh one, else what is known.
    CurrentOrLast,
    /// What is known, else a fresh one.
    LastOrCurrent,
}

/// Where the result of an asynchronous request is pushed, and with which login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Push {
    /// The address.
    pub url: String,
    /// What to log in with there.
    pub login: Option<(String, String)>,
}

/// The question itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// The phone, E.164 with `+`.
    pub number: String,
    /// How current.
    pub loc_type: LocType,
    /// The oldest position that will do, in seconds.
    pub max_age_s: Option<u32>,
    /// The accuracy wanted, in metres, and whether nothing coarser will do.
    pub accuracy_m: Option<(f64, bool)>,
    /// How long the client waits, in seconds.
    pub timer_s: Option<u32>,
    /// Set for an asynchronous request.
    pub push: Option<Push>,
}

const HEADER: [&str; 4] = ["sessionid", "client", "subclient", "requestor"];
const HEADER_3_5: [&str; 6] = [
    "sessionid",
    "client",
    "subclient",
    "requestor",
    "supported_shapes",
    "serving_node_privacy_action",
];
const CLIENT: [&str; 4] = ["id", "pwd", "serviceid", "requestmode"];
const CLIENT_3_5: [&str; 5] = ["id", "pwd", "serviceid", "requestmode", "applicationid"];
const SLIR: [&str; 6] = ["msids", "eqop", "geo_info", "loc_type", "prio", "pushaddr"];
const SLIR_3_5: [&str; 7] = [
    "msids",
    "eqop",
    "geo_info",
    "loc_type",
    "prio",
    "pushaddr",
    "service_coverage",
];
const EQOP: [&str; 6] = ["resp_req", "resp_timer", "ll_acc", "hor_acc", "alt_acc", "max_loc_age"];

impl Chain {
    /// Reads `hdr`.
    ///
    /// # Errors
    /// When it is missing, or not as the dialect has it.
    pub fn read(document: &Element, dialect: Dialect) -> Result<Self, Refusal> {
        let newest = dialect == Dialect::V3_5;
        let header = needed(document, "hdr")?;
        expect(header, if newest { &HEADER_3_5 } else { &HEADER }, &["ver"])?;
        let client = needed(header, "client")?;
        expect(client, if newest { &CLIENT_3_5 } else { &CLIENT }, &[])?;
        let login = Login {
            id: needed_text(client, "id")?,
            password: client.child_text("pwd").unwrap_or_default().to_owned(),
            service: client.child_text("serviceid").map(str::to_owned),
        };
        let subclients = header.children.iter().filter(|child| child.name == "subclient");
        let requestor = match header.child("requestor") {
            Some(requestor) => {
                expect(requestor, &["id", "serviceid"], if newest { &["type"] } else { &[] })?;
                Some((
                    needed_text(requestor, "id")?,
                    requestor.value("type").map(str::to_owned),
                ))
            }
            None => None,
        };
        Ok(Self {
            login,
            subclients: subclients.map(Subclient::read).collect::<Result<_, _>>()?,
            requestor,
        })
    }
}

impl Subclient {
    fn read(element: &Element) -> Result<Self, Refusal> {
        expect(element, &["id", "pwd", "serviceid"], &["last_client"])?;
        let last = one_of(element, "last_client", &["YES", "NO"])?.unwrap_or("NO");
        Ok(Self {
            id: needed_text(element, "id")?,
            service: element.child_text("serviceid").map(str::to_owned),
            last: last == "YES",
        })
    }
}

impl Question {
    /// Reads `slir`.
    ///
    /// # Errors
    /// When it is not as the dialect has it, or asks for what this carrier does not offer.
    pub fn read(slir: &Element, dialect: Dialect) -> Result<Self, Refusal> {
        let newest = dialect == Dialect::V3_5;
        expect(slir, if newest { &SLIR_3_5 } else { &SLIR }, &["ver", "res_type"])?;
        let asynchronous = one_of(slir, "res_type", &["SYNC", "ASYNC"])? == Some("ASYNC");
        let number = number(needed(slir, "msids")?)?;
        let empty = Element::new("eqop");
        let eqop = slir.child("eqop").unwrap_or(&empty);
        expect(eqop, &EQOP, &[])?;
        coordinates(slir)?;
        Ok(Self {
            number,
            loc_type: loc_type(slir)?,
            max_age_s: whole(eqop, "max_loc_age")?,
            accuracy_m: accuracy(eqop, newest)?,
            timer_s: whole(eqop, "resp_timer")?,
            push: push(slir, asynchronous)?,
        })
    }
}

fn number(msids: &Element) -> Result<String, Refusal> {
    let msid = match msids.children.as_slice() {
        [msid] if msid.name == "msid" => msid,
        [other] => {
            return Err(Refusal::new(
                Resid::ELEMENT_NOT_SUPPORTED,
                format!("{} is not taken", other.name),
            ));
        }
        [] => return Err(Refusal::new(Resid::SYNTAX_ERROR, "msids is empty")),
        _ => return Err(Resid::TOO_MANY_POSITION_ITEMS.into()),
    };
    expect(msid, &[], &["type", "enc"])?;
    one_of(msid, "type", &["MSISDN"])?;
    one_of(msid, "enc", &["ASC"])?;
    if msid.text.starts_with('+') || digits(&msid.text).is_none() {
        return Err(Refusal::new(
            Resid::FORMAT_ERROR,
            "msid: expected an international number of digits",
        ));
    }
    Ok(format!("+{}", msid.text))
}

/// The system of coordinates, where one is named, must be WGS 84 (EPSG 4326).
fn coordinates(slir: &Element) -> Result<(), Refusal> {
    let Some(geo_info) = slir.child("geo_info") else {
        return Ok(());
    };
    let system = needed(geo_info, "CoordinateReferenceSystem")?;
    let identifier = needed(system, "Identifier")?;
    if (identifier.child_text("code"), identifier.child_text("codeSpace")) == (Some("4326"), Some("EPSG")) {
        Ok(())
    } else {
        Err(Refusal::new(Resid::VALUE_NOT_SUPPORTED, "expected EPSG 4326"))
    }
}

fn loc_type(slir: &Element) -> Result<LocType, Refusal> {
    let Some(element) = slir.child("loc_type") else {
        return Ok(LocType::Current);
    };
    let words = ["CURRENT", "LAST", "CURRENT_OR_LAST", "LAST_OR_CURRENT", "INITIAL"];
    Ok(match one_of(element, "type", &words)? {
        Some("LAST" | "INITIAL") => LocType::Last,
        Some("CURRENT_OR_LAST") => LocType::CurrentOrLast,
        Some("LAST_OR_CURRENT") => LocType::LastOrCurrent,
        _ => LocType::Current,
    })
}

fn accuracy(eqop: &Element, newest: bool) -> Result<Option<(f64, bool)>, Refusal> {
    let Some(element) = eqop.child("hor_acc") else {
        return Ok(None);
    };
    expect(element, &[], if newest { &["qos_class"] } else { &[] })?;
    let class = one_of(element, "qos_class", &["ASSURED", "BEST_EFFORT"])?;
    let metres = element.text.parse::<f64>().ok().filter(|metres| *metres >= 0.0);
    let metres = metres.ok_or_else(|| Refusal::new(Resid::FORMAT_ERROR, "hor_acc: expected metres"))?;
    Ok(Some((metres, class == Some("ASSURED"))))
}

fn push(slir: &Element, asynchronous: bool) -> Result<Option<Push>, Refusal> {
    if !asynchronous {
        return Ok(None);
    }
    let element = needed(slir, "pushaddr")?;
    expect(element, &["url", "id", "pwd"], &[])?;
    let password = element.child_text("pwd").unwrap_or_default();
    let login = element.child_text("id").map(|id| (id.to_owned(), password.to_owned()));
    Ok(Some(Push {
        url: needed_text(element, "url")?,
        login,
    }))
}

fn whole(element: &Element, name: &str) -> Result<Option<u32>, Refusal> {
    let read = |text: &str| {
        text.parse::<u32>()
            .map_err(|_| Refusal::new(Resid::FORMAT_ERROR, format!("{name}: expected whole seconds")))
    };
    element.child_text(name).map(read).transpose()
}

fn needed<'a>(element: &'a Element, name: &str) -> Result<&'a Element, Refusal> {
    element
        .child(name)
        .ok_or_else(|| Refusal::new(Resid::SYNTAX_ERROR, format!("expected {name} in {}", element.name)))
}

fn needed_text(element: &Element, name: &str) -> Result<String, Refusal> {
    let text = element.child_text(name);
    text.map(str::to_owned)
        .ok_or_else(|| Refusal::new(Resid::SYNTAX_ERROR, format!("expected {name} in {}", element.name)))
}

/// The value of an attribute that may only be one of `words`.
fn one_of<'a>(element: &'a Element, name: &str, words: &[&str]) -> Result<Option<&'a str>, Refusal> {
    let value = element.value(name);
    if value.is_none_or(|value| words.contains(&value)) {
        return Ok(value);
    }
    Err(Refusal::new(
        Resid::ATTRIBUTE_VALUE_NOT_SUPPORTED,
        format!("{name} of {}", element.name),
    ))
}

/// Checks that `element` has only known children, in the DTD's order, and only known attributes.
fn expect(element: &Element, children: &[&str], attributes: &[&str]) -> Result<(), Refusal> {
    let stranger = element
        .attributes
        .iter()
        .find(|(name, _)| !attributes.contains(&name.as_str()));
    if let Some((name, _)) = stranger {
        let info = format!("{name} of {}", element.name);
        return Err(Refusal::new(Resid::ATTRIBUTE_NOT_SUPPORTED, info));
    }
    let mut least = 0;
    for child in &element.children {
        let place = children.iter().position(|known| *known == child.name);
        let place = place.ok_or_else(|| {
            let info = format!("{} in {}", child.name, element.name);
            Refusal::new(Resid::ELEMENT_NOT_SUPPORTED, info)
        })?;
        if place < least {
            let info = format!("{} stands too late in {}", child.name, element.name);
            return Err(Refusal::new(Resid::SYNTAX_ERROR, info));
        }
        least = place;
    }
    Ok(())
}

#[cfg(test)]
#[path = "question/tests.rs"]
mod tests;
