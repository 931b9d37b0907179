//! How an errand ends, and the address by which the browser goes back with that.

use wire::oauth::error::AuthorizeError;
use wire::oauth::form;
use wire::oauth::redirect::RedirectUri;

use crate::context::Context;

/// How an errand ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Outcome {
    /// With a code.
    Code(String),
    /// With an error of the authorization endpoint.
    Error(AuthorizeError),
    /// With the outcome of a capture, in CAMARA's word.
    Captured(&'static str),
}

impl Outcome {
    /// Where the browser goes. `iss` says which server answers (RFC 9207), so that a client of several is not confused.
    pub(super) fn address(&self, context: &Context, to: &RedirectUri, state: Option<&str>) -> String {
        let issuer = context.config.gateway.issuer.as_str();
        let described;
        let mut parameters = match self {
            Self::Code(code) => vec![("code", code.as_str()), ("iss", issuer)],
            Self::Error(error) => {
                described = error.to_string();
                vec![
                    ("error", error.code()),
                    ("error_description", &described),
                    ("iss", issuer),
                ]
            }
            Self::Captured(word) => vec![("capture_result", *word)],
        };
        parameters.extend(state.map(|state| ("state", state)));
        to.with(&parameters)
    }
}

/// The address of one of our own pages with a ticket.
pub(super) fn way_back(path: &str, ticket: &str) -> String {
    format!("{path}?{}", form::print(&[("ticket", ticket)]))
}
