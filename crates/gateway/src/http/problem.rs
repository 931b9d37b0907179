//! From what went wrong to what an outsider may see: the one place where reasons become problem documents.

use axum::body::Body;
use axum::http::header::{CONNECTION, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, Response, StatusCode};
use domain::ask::Question;
use domain::locate::Failure;
use domain::refusal::{Refusal, Shown};
use domain::serve::ServeError;
use wire::camara::error::{Problem, SandboxNote};

use super::json;

/// A problem with what a sandbox says about it.
#[derive(Debug)]
pub struct Explained {
    /// What everybody may see.
    pub problem: Problem,
    /// The true reason and the next step, for a sandbox only.
    pub note: Option<(&'static str, &'static str)>,
}

impl From<Problem> for Explained {
    fn from(problem: Problem) -> Self {
        Self { problem, note: None }
    }
}

/// Which of CAMARA's two interfaces was asked, and whether the ask named an age.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    verify: bool,
    aged: bool,
}

impl Asked {
    /// What the problem document depends on.
    #[must_use]
    pub const fn of(question: &Question) -> Self {
        Self {
            verify: matches!(question, Question::Verify { .. }),
            aged: question.max_age().is_some(),
        }
    }

    /// Whether yes or no was asked for.
    #[must_use]
    pub const fn is_verify(self) -> bool {
        self.verify
    }

    const fn unable(self) -> Problem {
        match (self.verify, self.aged) {
            (false, false) => Problem::RetrievalUnableToLocate,
            (false, true) => Problem::RetrievalMaxAge,
            (true, false) => Problem::VerificationUnableToLocate,
            (true, true) => Problem::VerificationMaxAge,
        }
    }
}

/// What an outsider may see of an ask that got no reply.
#[must_use]
pub fn explain(error: &ServeError, asked: Asked) -> Explained {
    match error {
        ServeError::Refused(refused) => refusal(refused.reason, Some(asked)),
        ServeError::Withheld(reason) => refusal(*reason, Some(asked)),
        ServeError::Failed(failure) => Explained {
            problem: failed(*failure, asked),
            note: Some((failure.code(), next_step(*failure))),
        },
        ServeError::Store(_) => Problem::Unavailable.into(),
        ServeError::Mixed => Problem::Internal.into(),
    }
}

/// What an outsider may see of a refusal; `asked` is nothing when no location was asked for.
#[must_use]
pub fn refusal(reason: Refusal, asked: Option<Asked>) -> Explained {
    let problem = match reason.shown() {
        Shown::Denied => Problem::PermissionDenied,
        Shown::Unauthenticated => Problem::Unauthenticated,
        Shown::SurfaceNotMet => Problem::RetrievalMaxSurface,
        Shown::CircleTooSmall => Problem::VerificationInvalidArea,
        Shown::Off => asked.map_or(Problem::PermissionDenied, Asked::unable),
        Shown::Away => Problem::Unavailable,
    };
    Explained {
        problem,
        note: Some((reason.code(), reason.next_step())),
    }
}

const fn failed(failure: Failure, asked: Asked) -> Problem {
    match failure {
        // Whether a number belongs to a carrier is nobody's business: as if there were no permission.
        Failure::NoSource | Failure::UnknownToSource | Failure::DeniedBySource | Failure::Vetoed => {
            Problem::PermissionDenied
        }
        Failure::Unlocatable | Failure::BeyondGrid | Failure::TooOld => asked.unable(),
        Failure::SurfaceNotMet => Problem::RetrievalMaxSurface,
        Failure::Busy | Failure::Unavailable | Failure::Untrustworthy => Problem::Unavailable,
        Failure::Timeout => Problem::Timeout,
    }
}

const fn next_step(failure: Failure) -> &'static str {
    match failure {
        Failure::NoSource => "no source serves this number; see the prefixes of each source in the configuration",
        Failure::UnknownToSource => "the carrier does not know this number; use +12025550100",
        Failure::DeniedBySource => "the carrier refused by its own rules; see its ledger",
        Failure::Vetoed => "the person told their carrier no; only they can change it there",
        Failure::Unlocatable => "the phone is off or out of reach; switch it on at /phones",
        Failure::TooOld => "ask for a fresher position with maxAge 0, or allow an older one",
        Failure::SurfaceNotMet => "leave out maxSurface, or ask for a larger one",
        Failure::BeyondGrid => "no coarsening is defined beyond 70 degrees of latitude",
        Failure::Busy => "the carrier's ceiling is reached, or it failed too often and is left alone; try again later",
        Failure::Timeout | Failure::Unavailable => "the carrier did not answer; try again",
        Failure::Untrustworthy => "the carrier's answer broke its protocol and was thrown away",
    }
}

/// The response for a problem.
#[must_use]
pub fn response(explained: &Explained, sandbox: bool) -> Response<Body> {
    let note = explained.note.filter(|_| sandbox);
    let note = note.map(|(reason, next_step)| SandboxNote { reason, next_step });
    let problem = &explained.problem;
    let status = StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = json::response(status, problem.print(note));
    let headers = response.headers_mut();
    match problem {
        Problem::Unauthenticated => {
            headers.insert(
                WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer, DPoP algs=\"ES256\""),
            );
        }
        Problem::Unavailable | Problem::TooManyRequests => {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        // The rest of the body is not waited for.
        Problem::BodyTooSlow | Problem::BodyTooLarge => {
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        _ => {}
    }
    response
}
