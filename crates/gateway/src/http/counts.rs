//! `/counts` and `/journal/counts/`: what was published about each day, to read and to check. In a sandbox, where nobody
//! is real, the page also shows today so far.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::id::PartyId;
use domain::journal::checkpoint::VerifierKey;
use domain::journal::statement::sign_document;
use domain::journal::store::StoreError;
use domain::journal::tree::sha256;
use domain::purpose::Purpose;
use serde_json::json;
use wire::camara::error::Problem;
use wire::words::Locale;

use super::board::{Look, html, locale};
use super::extract::{Path, Query};
use super::question::unavailable;
use super::{json as answer, problem};
use crate::context::Context;
use crate::counts::day::Day;
use crate::counts::document::Document;
use crate::counts::tally::{Cell, LEAST, Number as Counted, Tally, of_day};
use crate::counts::{self, kept, name};
use crate::pages::counts::{CountsView, DayView, Number, PartyView, render};
use crate::pages::sentence::plain;

/// So many days stand on the page.
const DAYS_SHOWN: u32 = 30;
/// So many days are listed.
const DAYS_LISTED: u32 = 4_000;

/// `GET /journal/counts/`: the days that were published, with the hash of each document.
pub async fn list(State(context): State<Arc<Context>>) -> Response<Body> {
    let days = match context.reader.read(|store| kept::latest(store, DAYS_LISTED)) {
        Ok(days) => days,
        Err(error) => return failed(&error),
    };
    let days: Vec<_> = days
        .iter()
        .map(|(day, document)| {
            json!({"day": day.to_string(), "sha256": STANDARD.encode(sha256(&[document.as_bytes()]))})
        })
        .collect();
    let key = VerifierKey::of(&context.questions).to_string();
    answer::response(StatusCode::OK, json!({"days": days, "key": key}).to_string())
}

/// `GET /journal/counts/{day}`: the document, byte for byte as it was published.
pub async fn document(State(context): State<Arc<Context>>, Path(day): Path<String>) -> Response<Body> {
    found(&context, &day, |_, document| document, "application/json")
}

/// `GET /journal/counts/{day}/note`: the signed note over the document.
pub async fn note(State(context): State<Arc<Context>>, Path(day): Path<String>) -> Response<Body> {
    let sign = |day, document: String| sign_document(&context.questions, &name(day), document.as_bytes());
    found(&context, &day, sign, "text/plain; charset=utf-8")
}

fn found(
    context: &Context,
    day: &str,
    made: impl FnOnce(Day, String) -> String,
    content_type: &'static str,
) -> Response<Body> {
    let Some(day) = Day::parse(day) else {
        return problem::response(&Problem::NotFound.into(), false);
    };
    match context.reader.read(|store| kept::of(store, day)) {
        Ok(Some(document)) => {
            let mut response = Response::new(Body::from(made(day, document)));
            let headers = response.headers_mut();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
            response
        }
        Ok(None) => problem::response(&Problem::NotFound.into(), false),
        Err(error) => failed(&error),
    }
}

fn failed(error: &StoreError) -> Response<Body> {
    tracing::error!(%error, "published counts could not be read");
    problem::response(&Problem::Unavailable.into(), false)
}

/// `GET /counts`.
pub async fn page(State(context): State<Arc<Context>>, Query(look): Query<Look>, headers: HeaderMap) -> Response<Body> {
    let chosen = look.lang.as_deref();
    let locale = locale(&context, &headers, chosen);
    let asked = Arc::clone(&context);
    // Today is counted anew each time, in a sandbox only; no thread that answers others waits for it.
    let read = tokio::task::spawn_blocking(move || days(&asked, locale)).await;
    match read.unwrap_or_else(|error| Err(StoreError::Failed(format!("the thread that counted ended: {error}")))) {
        Ok(days) => {
            let view = CountsView {
                locale,
                operator: context.config.gateway.operator.clone(),
                journal: context.questions.origin().to_owned(),
                days,
                least: LEAST,
                sandbox: context.is_sandbox(),
            };
            html(&context, StatusCode::OK, render(&view), chosen)
        }
        Err(error) => {
            tracing::error!(%error, "the counts could not be shown");
            unavailable(&context)
        }
    }
}

fn days(context: &Context, locale: Locale) -> Result<Vec<DayView>, StoreError> {
    let mut days = Vec::new();
    if context.is_sandbox() {
        let day = Day::of(context.now());
        let tally = of_day(&context.reader, day)?;
        if !tally.cells.is_empty() {
            let names = counts::names(&context.reader, &context.sealer, &tally)?;
            days.push(so_far(day, &tally, &names, locale));
        }
    }
    for (day, document) in context.reader.read(|store| kept::latest(store, DAYS_SHOWN))? {
        let document = Document::parse(&document)
            .ok_or_else(|| StoreError::Corrupt(format!("expected the counts of {day}, found something else")))?;
        days.push(published(&document, locale));
    }
    days.reverse();
    Ok(days)
}

fn published(document: &Document, locale: Locale) -> DayView {
    let rows = document.rows.iter().map(|row| PartyView {
        company: row.name.clone(),
        purpose: purpose_words(locale, row.purpose),
        numbers: row
            .numbers()
            .map(|number| number.map(|asks| Number { asks, small: false })),
    });
    DayView {
        day: document.day.to_string(),
        so_far: false,
        rows: rows.collect(),
    }
}

/// Today, with every number, and a mark on those that a live gateway leaves out.
fn so_far(day: Day, tally: &Tally, names: &BTreeMap<PartyId, String>, locale: Locale) -> DayView {
    let number = |counted: &Counted| Number {
        asks: counted.asks,
        small: counted.published().is_none(),
    };
    let row = |((party, purpose), cell): (&(PartyId, Purpose), &Cell)| PartyView {
        company: names.get(party).cloned().unwrap_or_default(),
        purpose: purpose_words(locale, *purpose),
        numbers: [&cell.answered, &cell.refused, &cell.unanswered].map(|counted| Some(number(counted))),
    };
    DayView {
        day: day.to_string(),
        so_far: true,
        rows: tally.cells.iter().map(row).collect(),
    }
}

/// A purpose as a stranger is told of it.
fn purpose_words(locale: Locale, purpose: Purpose) -> String {
    let id = match purpose {
        Purpose::RequestedServiceProvision => "counts-for-help",
        Purpose::FraudPreventionAndDetection => "counts-for-fraud",
        Purpose::DeliveryOfGoods => "counts-for-goods",
        Purpose::PersonalSafety => "counts-for-safety",
        Purpose::InmateCommunication => "counts-for-prison",
        Purpose::LegalCompliance => "counts-for-law",
        Purpose::EmergencyResponse => "counts-for-emergency",
        Purpose::DirectMarketing => "counts-for-marketing",
        Purpose::TargetedAdvertising => "counts-for-advertising",
        Purpose::SellDataToThirdParties => "counts-for-data",
        Purpose::SellInsightsFromData => "counts-for-insights",
    };
    plain(locale, id)
}
