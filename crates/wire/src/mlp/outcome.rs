//! What the body of an answer comes to: one position, one reason, or the promise of a later report.

use domain::geo::Circle;
use domain::geo::confidence::Confidence;

use super::answer::{Answer, Located, RequestId};
use super::error::MlpError;
use super::expect::Expect;
use super::msid::word;
use super::position::{self, Position};
use super::quirk::{Notes, Quirk};
use super::resid::Resid;
use super::xml::Element;

/// The documents of an answer: what surrounds it, the header, and the body itself.
pub(super) struct Envelope<'a> {
    /// The root, or the body if nothing is around it.
    pub(super) root: &'a Element,
    /// The element that answers, `name` or an error.
    pub(super) body: &'a Element,
    /// The header, wherever it stands.
    pub(super) header: Option<&'a Element>,
}

/// Finds the body `name` (`slia`, `slirep`) or an error in its place, and looks at what stands around it.
///
/// # Errors
/// If the document holds neither.
pub(super) fn envelope<'a>(
    root: &'a Element,
    name: &'static str,
    expect: &Expect,
    notes: &mut Notes,
) -> Result<Envelope<'a>, MlpError> {
    let is_body = |element: &Element| [name, "gem", "result"].contains(&element.name());
    let (body, alone) = if root.name() == "svc_result" {
        let bodies: Vec<&Element> = root.children().iter().filter(|child| is_body(child)).collect();
        match bodies.as_slice() {
            [body] => (*body, false),
            [] => return Err(MlpError::NotAnAnswer),
            // Two answers in one document cannot both be the answer.
            _ => return Err(MlpError::Disagreement),
        }
    } else if is_body(root) {
        (root, true)
    } else {
        return Err(MlpError::NotAnAnswer);
    };
    notes.note_if(alone && root.name() == name, Quirk::RootMissing);
    let known = |child: &Element| is_body(child) || ["hdr", "client", "add_info"].contains(&child.name());
    notes.note_if(!alone && !root.children().iter().all(known), Quirk::VendorElement);
    let header = look_at_header(root, body, notes);
    look_at_versions(root, body, expect, notes);
    for attribute in ["res_type", "result_type"] {
        word(body, attribute, notes);
    }
    Ok(Envelope { root, body, header })
}

/// Finds the header, and notes where it or its parts do not belong.
fn look_at_header<'a>(root: &'a Element, body: &'a Element, notes: &mut Notes) -> Option<&'a Element> {
    let place = |name: &str| root.children().iter().position(|child| child.name() == name);
    let late = place("hdr")
        .zip(place(body.name()))
        .is_some_and(|(header, body)| header > body);
    let inside = body.child("hdr");
    let header = root.child("hdr").or(inside);
    let loose = header.is_some_and(|header| header.child("id").is_some() || header.child("pwd").is_some());
    let stray = !std::ptr::eq(root, body) && root.child("client").is_some();
    notes.note_if(late || inside.is_some() || loose || stray, Quirk::MisplacedHeader);
    header
}

/// Notes where `ver` is missing, or tells different versions. `result` never bears one.
fn look_at_versions(root: &Element, body: &Element, expect: &Expect, notes: &mut Notes) {
    let bearing = [root, body].into_iter().filter(|element| element.name() != "result");
    for element in bearing {
        match element.attribute("ver") {
            None | Some("") => notes.note(Quirk::VerMissing),
            Some(ver) => notes.note_if(ver != expect.dialect.ver(), Quirk::VerMismatch),
        }
    }
}

/// Reads the body of an answer or a report.
///
/// # Errors
/// If it holds nothing of an answer, is about another number, or contradicts itself.
pub(super) fn read(body: &Element, expect: &Expect, notes: &mut Notes) -> Result<Answer, MlpError> {
    if let Some(geo_info) = body.child("geo_info") {
        position::check_geo_info(geo_info)?;
    }
    let mut found = Vec::new();
    let (mut failed, mut positions) = (None, 0);
    for pos in body.all("pos") {
        positions += 1;
        match position::read(pos, expect, notes)? {
            Position::Found(located) => found.push(located),
            Position::Intermediate => {}
            Position::Failed(resid) => failed = failed.or(Some(resid)),
        }
    }
    notes.note_if(positions > 1 && failed.is_none(), Quirk::SeveralPositions);
    notes.note_if(!found.is_empty() && failed.is_some(), Quirk::MixedOutcome);
    if let Some(located) = newest(found)? {
        return Ok(Answer::Located(located));
    }
    if let Some(resid) = failed {
        return Ok(Answer::Refused(resid));
    }
    if body.name() == "result" {
        return refused(resid(body, notes)?);
    }
    if let Some(result) = body.child("result") {
        return refused(resid(result, notes)?);
    }
    let id = body.need("req_id")?;
    RequestId::new(id.text())
        .map(Answer::Accepted)
        .ok_or(MlpError::RequestId)
}

/// An error that says OK answers nothing.
fn refused(resid: Resid) -> Result<Answer, MlpError> {
    if resid.0 == 0 {
        Err(MlpError::Missing("pos"))
    } else {
        Ok(Answer::Refused(resid))
    }
}

/// The newest of several positions that do not contradict each other.
fn newest(found: Vec<Located>) -> Result<Option<Located>, MlpError> {
    // One position contradicts none; most answers hold one.
    let compared = if found.len() > 1 { found.as_slice() } else { &[] };
    let circles: Vec<Circle> = compared.iter().map(probable).collect();
    let contradict = |(index, one): (usize, &Circle)| circles.iter().skip(index + 1).any(|other| apart(one, other));
    if circles.iter().enumerate().any(contradict) {
        return Err(MlpError::Disagreement);
    }
    // Of several that are equally new, the first counts.
    let newer = |one: Located, other: Located| if other.at > one.at { other } else { one };
    Ok(found.into_iter().reduce(newer))
}

/// Where the phone nearly certainly is, by one position.
fn probable(located: &Located) -> Circle {
    let circle = located.area.enclosing_circle();
    located.confidence.unwrap_or(Confidence::WANTED).widen(circle)
}

fn apart(one: &Circle, other: &Circle) -> bool {
    one.centre.distance_to(other.centre).value() > one.radius.value() + other.radius.value()
}

/// The code of a `result`. A number that the table does not have is read by its text, as far as the table has that: the
/// specification's own example writes 10 where it means 201.
///
/// # Errors
/// If it bears no number.
pub(super) fn resid(result: &Element, notes: &mut Notes) -> Result<Resid, MlpError> {
    let number = result.attribute("resid").ok_or(MlpError::Missing("resid"))?;
    let digits = (1..=5).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    let number: Option<u16> = number.parse().ok().filter(|_| digits);
    let resid = Resid(number.ok_or(MlpError::Resid)?);
    match Resid::with_slogan(result.text()) {
        Some(said) if said != resid => {
            notes.note(Quirk::ResidSlogan);
            let unassigned = resid.meaning() == super::resid::ResidMeaning::Unassigned;
            Ok(if unassigned { said } else { resid })
        }
        _ => Ok(resid),
    }
}
