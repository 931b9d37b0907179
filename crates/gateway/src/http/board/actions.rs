//! What a person does on their board: stop, pause, never, and back. Each is one button of a plain form. Whatever ends or
//! suspends something is acknowledged once nothing that was on its way can still leave.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Response, StatusCode};
use domain::id::{ConsentId, PartyId};
use domain::journal::settle::{Change, Item, Word};
use domain::purpose::Purpose;
use domain::reply::LEAVE_WITHIN;
use domain::serve::Docket as _;
use domain::subject::SubjectKey;
use wire::camara::error::Problem;
use wire::oauth::form::Form;

use super::session::{self, Session};
use super::sign_in::door;
use super::trust;
use super::{Look, head, history, html, keys, locale, notices, page, see_other};
use crate::context::Context;
use crate::http::extract::{Path, Query};
use crate::http::question::{is_own_origin, unavailable};
use crate::http::{body, json, problem};
use crate::pages::board as view;
use crate::pages::sign_in::Step;
use crate::store::board::keys::KeyKind;
use crate::store::permission::sqlite::person_of;

/// `GET /me`: the board of whoever is signed in, or its door.
pub async fn show(State(context): State<Arc<Context>>, Query(look): Query<Look>, headers: HeaderMap) -> Response<Body> {
    let chosen = look.lang.as_deref();
    let locale = locale(&context, &headers, chosen);
    let now = context.now();
    let Some(session) = session::current(&context, &headers, now) else {
        return door(&context, locale, Step::Number, chosen);
    };
    let Ok((seen, cookie)) = head::compare(&context, &headers).await else {
        return unavailable(&context);
    };
    match page::view(&context, &session, locale, seen, now) {
        Ok(filled) => {
            let mut response = html(&context, StatusCode::OK, view::render(&filled), chosen);
            if let Some(cookie) = cookie {
                super::append_cookie(&mut response, &context, &cookie);
            }
            response
        }
        Err(error) => {
            tracing::error!(%error, "a board could not be read");
            unavailable(&context)
        }
    }
}

/// What a button does.
enum Deed {
    /// A change, and whether it ends or suspends something.
    Change(Box<Change>, bool),
    /// A key is removed.
    RemoveKey(i64),
    /// Waiting without a key begins.
    Wait,
    /// Everything about the person is to be erased.
    Erase,
}

/// `POST /me/{action}`.
pub async fn act(State(context): State<Arc<Context>>, Path(action): Path<String>, request: Request) -> Response<Body> {
    let (parts, bytes) = request.into_parts();
    let locale = locale(&context, &parts.headers, None);
    if !is_own_origin(&context, &parts.headers) {
        return door(&context, locale, Step::NotFromHere, None);
    }
    let Some(session) = session::current(&context, &parts.headers, context.now()) else {
        // The half hour is over: signing in again shows how things stand.
        return see_other("/me");
    };
    let form = match body::read(&context.config.listen, &parts.headers, bytes, json::FORM).await {
        Ok(bytes) => Form::parse(&bytes).ok(),
        Err(_) => None,
    };
    let Some(deed) = form.and_then(|mut form| deed(&action, session.subject.key, &mut form)) else {
        return problem::response(&Problem::NotFound.into(), false);
    };
    let done = match deed {
        Deed::Change(change, ends) => settle(&context, *change, ends).await,
        Deed::RemoveKey(row) => remove_key(&context, &session, row).await,
        Deed::Wait => wait(&context, &session, locale).await,
        Deed::Erase => ask_erasure(&context, &session),
    };
    // A second press finds nothing to do; the page shows how things stand either way.
    done.map_or_else(|()| unavailable(&context), |()| see_other("/me"))
}

fn deed(action: &str, subject: SubjectKey, form: &mut Form) -> Option<Deed> {
    let reply = |word| Change::Reply { subject, word };
    let mut company = |paused| {
        let party: PartyId = form.take("company")?.parse().ok()?;
        Some(Change::PauseParty { subject, party, paused })
    };
    let (change, ends) = match action {
        "stop-all" => (reply(Word::Stop), true),
        "pause" => (reply(Word::Pause), true),
        "resume" => (reply(Word::Resume), false),
        "never" => (reply(Word::Never), true),
        "allow" => (reply(Word::Allow), false),
        "pause-company" => (company(true)?, true),
        "resume-company" => (company(false)?, false),
        "stop" => {
            let consent: ConsentId = form.take("consent")?.parse().ok()?;
            (Change::Withdraw { subject, consent }, true)
        }
        "stop-passing" => {
            let party: PartyId = form.take("company")?.parse().ok()?;
            let purpose = Purpose::from_term(&form.take("purpose")?)?;
            let change = Change::StopPassing {
                subject,
                party,
                purpose,
            };
            (change, true)
        }
        "refuse" => {
            let consent: ConsentId = form.take("consent")?.parse().ok()?;
            (Change::Refuse { subject, consent }, false)
        }
        "remove-key" => return Some(Deed::RemoveKey(form.take("key")?.parse().ok()?)),
        "wait" => return Some(Deed::Wait),
        // A box to tick beside the button: nothing brings back what is erased.
        "erase" => return (form.take("sure")? == "yes").then_some(Deed::Erase),
        _ => return None,
    };
    Some(Deed::Change(Box::new(change), ends))
}

async fn settle(context: &Context, change: Change, ends: bool) -> Result<(), ()> {
    let settled = context.docket.settle(Item::Change(change)).await;
    if ends {
        let window = u64::try_from(LEAVE_WITHIN.as_ms()).unwrap_or(0);
        tokio::time::sleep(Duration::from_millis(window)).await;
    }
    settled.map(drop).map_err(drop)
}

async fn remove_key(context: &Context, session: &Session, row: i64) -> Result<(), ()> {
    let now = context.now();
    let person = context
        .reader
        .read(|store| person_of(store, session.subject.key, &context.sealer))
        .map_err(drop)?;
    let (past, keys) = trust::past(context, session, &person, now).map_err(drop)?;
    let removable = |(own, key): &&(i64, _)| *own == row && trust::is_removable(key, session.level, past, now);
    match keys.iter().find(removable) {
        Some((row, key)) if !notices::remove(context, *row, key).await => Err(()),
        _ => Ok(()),
    }
}

/// Only whoever has the past open, by a key that stood for the whole waiting time, can have it erased.
fn ask_erasure(context: &Context, session: &Session) -> Result<(), ()> {
    if history::is_open(context, session).map_err(drop)? {
        let subject = session.subject.key;
        context.board.store.ask_erasure(subject, context.now()).map_err(drop)?;
    }
    Ok(())
}

async fn wait(context: &Context, session: &Session, locale: wire::words::Locale) -> Result<(), ()> {
    // One at a time: its name is the person's, so a second one is not kept. One that is over makes room.
    let name = context.index.hash("board waiting", &session.subject.key.to_bytes());
    let name: String = name.iter().map(|byte| format!("{byte:02x}")).collect();
    let begun = keys::begin(
        context,
        session,
        locale,
        KeyKind::Waiting,
        (name, String::new(), String::new()),
    );
    match begun.await {
        Ok(_) | Err(Problem::IncompatibleState) => Ok(()),
        Err(_) => Err(()),
    }
}
