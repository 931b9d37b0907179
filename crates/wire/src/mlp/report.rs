//! The report of a position that a server pushes after it had accepted a request: `slirep`.

use domain::secret::Secret;

use super::answer::{Answer, Reading, RequestId};
use super::error::MlpError;
use super::expect::Expect;
use super::outcome::{self, Envelope};
use super::quirk::Notes;
use super::xml::{self, Element};

/// What a location server pushes.
#[derive(Debug)]
pub struct Report {
    /// The id and password with which the server logs in, from the header.
    pub login: Option<PushLogin>,
    /// The id that the server gave when it accepted the request.
    pub request: Option<RequestId>,
    /// The position, or why there is none.
    pub outcome: Answer,
}

/// The id and password with which a server logs in to push.
#[derive(Debug)]
pub struct PushLogin {
    /// The id.
    pub id: String,
    /// The password; empty if there was none.
    pub password: Secret<String>,
}

/// Reads the document that a server pushes.
///
/// # Errors
/// If it is no report, is not about the asked number, or cannot be believed.
pub fn read(bytes: &[u8], expect: &Expect) -> Result<Reading<Report>, MlpError> {
    let mut notes = Notes::default();
    let root = xml::parse(bytes, &mut notes)?;
    let envelope = outcome::envelope(&root, "slirep", expect, &mut notes)?;
    let login = login(&envelope);
    let request = envelope.body.child("req_id").map(|id| RequestId::new(id.text()));
    let request = request.map(|id| id.ok_or(MlpError::RequestId)).transpose()?;
    let outcome = match outcome::read(envelope.body, expect, &mut notes)? {
        // An id alone reports nothing.
        Answer::Accepted(_) => return Err(MlpError::Missing("pos")),
        outcome => outcome,
    };
    let value = Report {
        login,
        request,
        outcome,
    };
    Ok(Reading {
        value,
        quirks: notes.finish(),
    })
}

/// The login of a report: in `client` of the header, or where some servers put it.
fn login(envelope: &Envelope) -> Option<PushLogin> {
    let client = envelope.header.and_then(|header| header.child("client"));
    let places = [client, envelope.root.child("client"), envelope.header];
    places.into_iter().flatten().find_map(|place| {
        let id = place.child("id")?.text();
        let password = place.child("pwd").map_or("", Element::text);
        Some(PushLogin {
            id: id.to_owned(),
            password: Secret::new(password.to_owned()),
        })
    })
}
