//! A whole message: a request or a response, with its header (TS 103 120 §6.2).

use super::LIST_MAX;
use super::action::Action;
use super::answer::{Answer, Response};
use super::fault::{Fault, Refused};
use super::fields::{Fields, Unused};
use super::header::Header;
use super::page::Page;
use super::space::Space;
use super::xml::{Element, parse};

const SPACE: Space = Space::Core;
const ROOT: &str = "HI1Message";

/// An `HI1Message`.
///
/// ```
/// use wire::hi1::fault::{ErrorCode, Fault};
/// use wire::hi1::message::Message;
///
/// let refused = Message::read(b"<HI1Message/>").expect_err("no namespace");
/// assert_eq!(refused.fault, Fault::NotAMessage);
/// assert_eq!(refused.fault.code(), ErrorCode::Validation);
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Message {
    /// Who sends it to whom.
    pub header: Header,
    /// What it says.
    pub payload: Payload,
}

/// What a message says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Payload {
    /// What is to be done, in this order: at least one action, and at most [`LIST_MAX`].
    Request(Vec<Action>),
    /// What came of a request.
    Response(Response),
}

impl Message {
    /// Reads a message.
    ///
    /// # Errors
    /// If anything in it is not as the standard has it, or is not supported. One bad action refuses the whole message; so
    /// does a signature, since nobody here verifies it.
    pub fn read(bytes: &[u8]) -> Result<Self, Refused> {
        let root = parse(bytes)?;
        if !root.is(SPACE, ROOT) {
            return Err(Fault::NotAMessage.into());
        }
        let mut unused = Unused::new();
        let mut fields = Fields::of(&root, SPACE, ROOT, &mut unused)?;
        let header: Header = fields.required("Header")?;
        read_rest(&mut fields)
            .and_then(|payload| fields.finish().map(|()| payload).map_err(Refused::from))
            .map(|payload| Self {
                header: header.clone(),
                payload,
            })
            .map_err(|refused| Refused {
                header: Some(Box::new(header)),
                ..refused
            })
    }

    /// Prints the message, in UTF-8.
    #[must_use]
    pub fn print(&self) -> Vec<u8> {
        Page::document(ROOT, |page| {
            page.put(SPACE, "Header", &self.header);
            page.around(SPACE, "Payload", |page| match &self.payload {
                Payload::Request(actions) => page.around(SPACE, "RequestPayload", |page| {
                    page.around(SPACE, "ActionRequests", |page| {
                        for action in actions {
                            page.around(SPACE, "ActionRequest", |page| action.print(page));
                        }
                    });
                }),
                Payload::Response(response) => page.around(SPACE, "ResponsePayload", |page| match response {
                    Response::Refused(information) => page.put(SPACE, "ErrorInformation", information),
                    Response::Answers(answers) => page.around(SPACE, "ActionResponses", |page| {
                        for answer in answers {
                            page.around(SPACE, "ActionResponse", |page| answer.print(page));
                        }
                    }),
                }),
            });
        })
    }
}

/// The payload, and that no signature follows it.
fn read_rest(fields: &mut Fields) -> Result<Payload, Refused> {
    const SIGNATURE: Refused = Refused {
        fault: Fault::NotSupported("message signature"),
        header: None,
        action: None,
    };
    let payload = fields.next_or_missing("Payload")?;
    if fields.next("Signature").is_some() {
        return Err(SIGNATURE);
    }
    fields.go_on_in(Space::Signature);
    if fields.next("Signature").is_some() {
        return Err(SIGNATURE);
    }
    fields.go_on_in(SPACE);
    if fields.next("Signatures").is_some() {
        return Err(SIGNATURE);
    }
    let mut choice = Fields::of(payload, SPACE, "Payload", fields.unused())?;
    let found = match choice.next("ResponsePayload") {
        Some(element) => read_response(element, choice.unused()).map(Payload::Response)?,
        None => {
            let element = choice.next_or_missing("RequestPayload")?;
            read_request(element, choice.unused()).map(Payload::Request)?
        }
    };
    choice.finish()?;
    Ok(found)
}

fn read_request(element: &Element, unused: &mut Unused) -> Result<Vec<Action>, Refused> {
    let mut fields = Fields::of(element, SPACE, "RequestPayload", unused)?;
    let actions = fields.next_or_missing("ActionRequests")?;
    let found = numbered(
        actions,
        ("ActionRequests", "ActionRequest"),
        fields.unused(),
        Action::read_verb,
    )?;
    fields.finish()?;
    let actions = found.into_iter();
    Ok(actions.map(|(identifier, verb)| Action { identifier, verb }).collect())
}

fn read_response(element: &Element, unused: &mut Unused) -> Result<Response, Refused> {
    let mut fields = Fields::of(element, SPACE, "ResponsePayload", unused)?;
    let found = match fields.optional("ErrorInformation")? {
        Some(information) => Response::Refused(information),
        None => {
            let answers = fields.next_or_missing("ActionResponses")?;
            let names = ("ActionResponses", "ActionResponse");
            let found = numbered(answers, names, fields.unused(), Answer::read_outcome)?;
            let answers = found.into_iter();
            Response::Answers(
                answers
                    .map(|(identifier, outcome)| Answer { identifier, outcome })
                    .collect(),
            )
        }
    };
    fields.finish()?;
    Ok(found)
}

/// Reads a list whose entries bear rising numbers; `read` reads what follows a number.
fn numbered<T>(
    element: &Element,
    (outer, inner): (&'static str, &'static str),
    unused: &mut Unused,
    read: impl Fn(&mut Fields) -> Result<T, Fault>,
) -> Result<Vec<(u32, T)>, Refused> {
    let mut entries = Fields::of(element, SPACE, outer, unused)?;
    let mut found: Vec<(u32, T)> = Vec::new();
    while let Some(entry) = entries.next(inner) {
        if found.len() >= LIST_MAX {
            return Err(Fault::TooManyEntries(inner).into());
        }
        let mut members = Fields::of(entry, SPACE, inner, entries.unused())?;
        let identifier = members.required("ActionIdentifier")?;
        let blamed = |fault| Refused {
            action: Some(identifier),
            ..Refused::from(fault)
        };
        check_number(&found, identifier).map_err(blamed)?;
        let rest = read(&mut members).map_err(blamed)?;
        members.finish().map_err(blamed)?;
        found.push((identifier, rest));
    }
    if found.is_empty() {
        return Err(entries.missing(inner).into());
    }
    entries.finish()?;
    Ok(found)
}

/// Each number once, in rising order.
fn check_number<T>(found: &[(u32, T)], identifier: u32) -> Result<(), Fault> {
    if found.iter().any(|(earlier, _)| *earlier == identifier) {
        return Err(Fault::DuplicateAction);
    }
    if found.last().is_some_and(|(last, _)| *last > identifier) {
        return Err(Fault::Improper {
            name: "ActionIdentifier",
            want: "a number above that of the action before",
        });
    }
    Ok(())
}
