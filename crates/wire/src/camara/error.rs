//! Every error that the gateway's interface emits, as CAMARA's `ErrorInfo {status, code, message}`.
//!
//! Status and code are CAMARA's; the messages are fixed, save that of `INVALID_ARGUMENT`, which says what is wrong with
//! the request and never repeats a value of it.

use serde::Serialize;

use super::device::IdentifierProblem;
use crate::json::ParseError;

/// An error that a client may see.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Problem {
    /// The request is malformed.
    InvalidArgument(ParseError),
    /// The body is larger than the gateway reads. CAMARA's catalogue has no 413.
    BodyTooLarge,
    /// The body did not arrive in the time that it has. CAMARA's catalogue has no 408.
    BodyTooSlow,
    /// The token is missing, malformed, expired, or not proven.
    Unauthenticated,
    /// The one answer to everything that is not permitted, whatever the reason.
    PermissionDenied,
    /// There is no such path, or nothing under that id for this caller.
    NotFound,
    /// The path exists, the method does not.
    MethodNotAllowed,
    /// The thing is not in the state that the request needs, such as a question that has been answered.
    IncompatibleState,
    /// The thing was there and is not any more, such as a question that has lapsed.
    Gone,
    /// The body is not JSON.
    UnsupportedMediaType,
    /// The request names nobody.
    MissingIdentifier,
    /// The request names somebody in a way that is not served.
    UnsupportedIdentifier,
    /// The request names a device beside a token that names its subject.
    UnnecessaryIdentifier,
    /// Retrieval: only an older position is known.
    RetrievalMaxAge,
    /// Retrieval: the area would be larger than wanted.
    RetrievalMaxSurface,
    /// Retrieval: the phone cannot be located.
    RetrievalUnableToLocate,
    /// Verification: the circle lies where the gateway does not serve.
    VerificationAreaNotCovered,
    /// Verification: the circle is smaller than the purpose allows.
    VerificationInvalidArea,
    /// Verification: only an older position is known.
    VerificationMaxAge,
    /// Verification: the phone cannot be located.
    VerificationUnableToLocate,
    /// Consent info: the caller is not approved for these scopes with this purpose, or nobody is.
    NotAllowedScopesPurpose,
    /// Consent info: too many addresses to ask this number were wanted.
    CaptureFrequencyExceeded,
    /// Consent info: the address to go back to is none that the caller registered.
    InvalidCallbackUrl,
    /// The caller sends more than the gateway takes from it.
    TooManyRequests,
    /// The gateway failed.
    Internal,
    /// The gateway cannot serve now.
    Unavailable,
    /// The time of whoever was asked in turn ran out.
    Timeout,
}

impl Problem {
    /// The status of the response.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.kind().0
    }

    /// CAMARA's code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.kind().1
    }

    /// Status and code, as CAMARA pairs them.
    const fn kind(&self) -> (u16, &'static str) {
        match self {
            Self::InvalidArgument(_) | Self::BodyTooLarge | Self::BodyTooSlow => (400, "INVALID_ARGUMENT"),
            Self::Unauthenticated => (401, "UNAUTHENTICATED"),
            Self::PermissionDenied => (403, "PERMISSION_DENIED"),
            Self::NotFound => (404, "NOT_FOUND"),
            Self::MethodNotAllowed => (405, "METHOD_NOT_ALLOWED"),
            Self::IncompatibleState => (409, "INCOMPATIBLE_STATE"),
            Self::Gone => (410, "GONE"),
            Self::UnsupportedMediaType => (415, "UNSUPPORTED_MEDIA_TYPE"),
            Self::MissingIdentifier => (422, "MISSING_IDENTIFIER"),
            Self::UnsupportedIdentifier => (422, "UNSUPPORTED_IDENTIFIER"),
            Self::UnnecessaryIdentifier => (422, "UNNECESSARY_IDENTIFIER"),
            Self::RetrievalMaxAge => (422, "LOCATION_RETRIEVAL.UNABLE_TO_FULFILL_MAX_AGE"),
            Self::RetrievalMaxSurface => (422, "LOCATION_RETRIEVAL.UNABLE_TO_FULFILL_MAX_SURFACE"),
            Self::RetrievalUnableToLocate => (422, "LOCATION_RETRIEVAL.UNABLE_TO_LOCATE"),
            Self::VerificationAreaNotCovered => (422, "LOCATION_VERIFICATION.AREA_NOT_COVERED"),
            Self::VerificationInvalidArea => (422, "LOCATION_VERIFICATION.INVALID_AREA"),
            Self::VerificationMaxAge => (422, "LOCATION_VERIFICATION.UNABLE_TO_FULFILL_MAX_AGE"),
            Self::VerificationUnableToLocate => (422, "LOCATION_VERIFICATION.UNABLE_TO_LOCATE"),
            Self::NotAllowedScopesPurpose => (403, "CONSENT_INFO.NOT_ALLOWED_SCOPES_PURPOSE"),
            Self::CaptureFrequencyExceeded => (403, "CONSENT_INFO.CAPTURE_FREQUENCY_EXCEEDED"),
            Self::InvalidCallbackUrl => (403, "CONSENT_INFO.INVALID_CALLBACK_URL"),
            Self::TooManyRequests => (429, "TOO_MANY_REQUESTS"),
            Self::Internal => (500, "INTERNAL"),
            Self::Unavailable => (503, "UNAVAILABLE"),
            Self::Timeout => (504, "TIMEOUT"),
        }
    }

    /// What a person reads.
    #[must_use]
    pub fn message(&self) -> String {
        let fixed = match self {
            Self::InvalidArgument(error) => {
                return error.to_string().chars().take(MESSAGE_CHARACTERS_MAX).collect();
            }
            Self::BodyTooLarge => "the body is larger than is read here",
            Self::BodyTooSlow => "the body did not arrive in time",
            Self::Unauthenticated => "the request has no valid access token, or no valid proof for it",
            Self::PermissionDenied => "the client does not have permission for this request",
            Self::NotFound => "the resource does not exist",
            Self::MethodNotAllowed => "the path does not have this method",
            Self::IncompatibleState => "the resource is not in a state that allows this request",
            Self::Gone => "the resource is not available any more",
            Self::UnsupportedMediaType => "the body must be application/json",
            Self::MissingIdentifier => "the request must name a device",
            Self::UnsupportedIdentifier => "the device must be named by its phoneNumber",
            Self::UnnecessaryIdentifier => "the token names the device; leave it out of the request",
            Self::RetrievalMaxAge | Self::VerificationMaxAge => "no position of the requested age is known",
            Self::RetrievalMaxSurface => "no area within the requested surface can be given",
            Self::RetrievalUnableToLocate | Self::VerificationUnableToLocate => "the device cannot be located",
            Self::VerificationAreaNotCovered => "the requested area is not covered",
            Self::VerificationInvalidArea => "the radius is below the least that this purpose may ask about",
            Self::NotAllowedScopesPurpose => "the client is not approved for these scopes with this purpose",
            Self::CaptureFrequencyExceeded => {
                "too many capture addresses were requested for this number; try again later"
            }
            Self::InvalidCallbackUrl => "callbackUrl must be one of the client's registered addresses",
            Self::TooManyRequests => "too many requests; send fewer",
            Self::Internal => "the gateway failed",
            Self::Unavailable => "the gateway cannot serve now; try again later",
            Self::Timeout => "the request took too long",
        };
        fixed.to_owned()
    }

    /// The body: `ErrorInfo`, and in a sandbox the true reason and what to do about it.
    #[must_use]
    pub fn print(&self, sandbox: Option<SandboxNote<'_>>) -> Vec<u8> {
        let message = self.message();
        let body = ErrorInfo {
            status: self.status(),
            code: self.code(),
            message: &message,
            sandbox,
        };
        // A struct of numbers and texts always serialises.
        serde_json::to_vec(&body).unwrap_or_default()
    }
}

/// The longest message that the next release allows, in characters.
const MESSAGE_CHARACTERS_MAX: usize = 512;

impl From<ParseError> for Problem {
    fn from(error: ParseError) -> Self {
        Self::InvalidArgument(error)
    }
}

impl From<IdentifierProblem> for Problem {
    fn from(problem: IdentifierProblem) -> Self {
        match problem {
            IdentifierProblem::Missing => Self::MissingIdentifier,
            IdentifierProblem::Unsupported => Self::UnsupportedIdentifier,
            IdentifierProblem::Unnecessary => Self::UnnecessaryIdentifier,
        }
    }
}

/// What a sandbox adds to an error: the true reason, and the next step. Never in a live world.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SandboxNote<'a> {
    /// The stable word of the true reason.
    pub reason: &'a str,
    /// What a developer can do about it.
    pub next_step: &'a str,
}

#[derive(Serialize)]
struct ErrorInfo<'a> {
    status: u16,
    code: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sandbox: Option<SandboxNote<'a>>,
}
