//! The report of a position that a server pushes after it had accepted a request: `slirep`.

use domain::secret::Secret;

use super::answer::{Answer, Reading, RequestId};
use super::error::MlpError;
use super::expect::Expect;

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
    let _ = (bytes, expect);
    Err(MlpError::NotAnAnswer)
}
