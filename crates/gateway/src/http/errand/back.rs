//! `/errand/back` and `/errand/leave`: the way back to the partner. It brings a code once the consent is given; else it
//! says that access is denied, when the person has answered or the question's life is over. Before that it waits.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Response, StatusCode};
use domain::permission::consent::Life;
use domain::time::{Span, Timestamp};
use wire::camara::error::Problem;
use wire::oauth::error::AuthorizeError;
use wire::oauth::redirect::RedirectUri;

use super::code::question;
use super::ended::{Outcome, way_back};
use super::{BACK_PATH, Errand, LEAVE_PATH, Texted, Ticketed, Way, astray, page, redirect, unavailable};
use crate::context::Context;
use crate::http::consents::find;
use crate::http::extract::Query;
use crate::http::oauth::client::{self, Named};
use crate::http::oauth::code::Code;
use crate::http::oauth::person::agreed;
use crate::pages::errand::Step;

/// After the question's life is over, so long somebody who answered in time may still come back.
const GRACE: Span = Span::seconds(300);

/// What became of the question behind a way back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Became {
    /// It was not answered yet.
    Open,
    /// It was signed, and a reply from the number is still wanted.
    HalfSaid,
    /// It was given, and holds.
    Given,
    /// It was given, and does not hold yet.
    NotYet,
    /// The person said no, or took it back.
    Refused,
    /// Nobody answered.
    Lapsed,
}

/// Sends a browser back that brought the code, once there is something to bring.
pub(in crate::http) async fn back(
    State(context): State<Arc<Context>>,
    Query(Ticketed { ticket }): Query<Ticketed>,
    headers: HeaderMap,
) -> Response<Body> {
    let now = context.now();
    let Some(texted) = Texted::open_proven(&context, &ticket) else {
        return astray(&context, &headers);
    };
    let Ok(became) = became(&context, &texted, now) else {
        return unavailable(&context);
    };
    let errand = &texted.errand;
    let Ok(client) = client::named(&context, &errand.party.to_string(), now) else {
        return unavailable(&context);
    };
    let Some(client) = client else {
        return astray(&context, &headers);
    };
    match became {
        Became::Open => redirect(StatusCode::SEE_OTHER, &question(&context, &texted, &ticket)),
        Became::HalfSaid => {
            let step = Step::Waiting {
                again: way_back(BACK_PATH, &ticket),
                leave: way_back(LEAVE_PATH, &ticket),
            };
            page(&context, StatusCode::OK, &client.record().name, errand.locale, step)
        }
        Became::Given | Became::NotYet | Became::Refused | Became::Lapsed => {
            match outcome(&context, &texted, became, now) {
                Some(outcome) => go(&context, &client, errand, &outcome, &headers),
                None => unavailable(&context),
            }
        }
    }
}

fn became(context: &Context, texted: &Texted, now: Timestamp) -> Result<Became, Problem> {
    let unavailable = |_| Problem::Unavailable;
    let errand = &texted.errand;
    // A new holder of the number has nothing to do with what the one before began.
    if context.subject(texted.subject.number) != texted.subject || now >= texted.until.after(GRACE) {
        return Ok(Became::Lapsed);
    }
    let holds = agreed(context, texted.subject, errand.party, errand.purpose, now).map_err(unavailable)?;
    if !texted.asked {
        return Ok(if holds { Became::Given } else { Became::Refused });
    }
    let Some(question) = find(context, texted.page, errand.party)? else {
        return Ok(Became::Lapsed);
    };
    Ok(match question.state_at(now) {
        "given" if holds => Became::Given,
        "given" => Became::NotYet,
        "asked" => match question.life {
            Some(Life::Asked { signed: Some(_), .. }) => Became::HalfSaid,
            _ => Became::Open,
        },
        "lapsed" => Became::Lapsed,
        _ => Became::Refused,
    })
}

/// What the partner gets; `None` if a code cannot be sealed.
fn outcome(context: &Context, texted: &Texted, became: Became, now: Timestamp) -> Option<Outcome> {
    Some(match (&texted.errand.way, became) {
        (
            Way::Code {
                redirect_uri,
                nonce,
                challenge,
                scope,
                ..
            },
            Became::Given,
        ) => {
            let code = Code {
                party: texted.errand.party,
                subject: texted.subject,
                scope: scope.clone(),
                redirect_uri: redirect_uri.as_str().to_owned(),
                nonce: nonce.clone(),
                challenge: *challenge,
            };
            Outcome::Code(code.seal(context, now).ok()?)
        }
        (Way::Code { .. }, Became::NotYet) => Outcome::Error(AuthorizeError::TemporarilyUnavailable),
        (Way::Code { .. }, _) => Outcome::Error(AuthorizeError::AccessDenied),
        (Way::Capture { .. }, Became::Given | Became::NotYet) => Outcome::Captured("granted"),
        (Way::Capture { .. }, Became::Refused) => Outcome::Captured("denied"),
        (Way::Capture { .. }, _) => Outcome::Captured("timeout"),
    })
}

/// Sends a browser back whose person does not go on, or waited too long. For every number this is the same.
pub(in crate::http) async fn leave(
    State(context): State<Arc<Context>>,
    Query(Ticketed { ticket }): Query<Ticketed>,
    headers: HeaderMap,
) -> Response<Body> {
    let now = context.now();
    let texted = Texted::open(&context, &ticket).or_else(|| Texted::open_proven(&context, &ticket));
    let (errand, over) = match texted {
        Some(texted) => (Some(texted.errand), now >= texted.until),
        None => (Errand::open(&context, &ticket), false),
    };
    let Some(errand) = errand else {
        return astray(&context, &headers);
    };
    let outcome = match errand.way {
        Way::Code { .. } => Outcome::Error(AuthorizeError::AccessDenied),
        Way::Capture { .. } if over => Outcome::Captured("timeout"),
        Way::Capture { .. } => Outcome::Captured("denied"),
    };
    match client::named(&context, &errand.party.to_string(), now) {
        Ok(Some(client)) => go(&context, &client, &errand, &outcome, &headers),
        Ok(None) => astray(&context, &headers),
        Err(_) => unavailable(&context),
    }
}

/// Goes back, if the address is still registered.
fn go(context: &Context, client: &Named, errand: &Errand, outcome: &Outcome, headers: &HeaderMap) -> Response<Body> {
    let (to, state): (Option<&RedirectUri>, _) = match &errand.way {
        Way::Code {
            redirect_uri, state, ..
        } => (Some(redirect_uri), state),
        Way::Capture { callback, state } => (callback.as_ref(), state),
    };
    match to {
        Some(to) if client.record().takes_back(to) => {
            redirect(StatusCode::FOUND, &outcome.address(context, to, state.as_deref()))
        }
        Some(_) => astray(context, headers),
        None => page(
            context,
            StatusCode::OK,
            &client.record().name,
            errand.locale,
            Step::Done,
        ),
    }
}
