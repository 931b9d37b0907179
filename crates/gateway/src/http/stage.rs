//! The front page: in a sandbox the stage, in a live world what this gateway is. And the files that pages load.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE, ETAG};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use domain::journal::checkpoint::VerifierKey;
use domain::journal::entry::Entry;
use serde::Deserialize;
use serde_json::{Value, json};
use wire::camara::error::Problem;

use super::extract::{Path, Query};
use super::json as answer;
use super::problem;
use super::question::with_headers;
use crate::config::sandbox::Sandbox;
use crate::context::Context;
use crate::pages::assets;
use crate::pages::live::{self, LiveView};
use crate::pages::policy::{PolicyFor, Reach, origin_of};
use crate::pages::stage::{self, StageView};
use crate::store::journal::sqlite::read_entries;

/// The most entries that one look at the journal shows.
const ENTRIES_MAX: usize = 100;

/// The front page.
pub async fn front(State(context): State<Arc<Context>>) -> Response<Body> {
    let told = context.config.sandbox.as_ref().filter(|_| context.is_sandbox());
    match told.and_then(Sandbox::stage) {
        Some(told) => {
            let page = stage::render(&StageView {
                issuer: context.config.gateway.issuer.clone(),
                phones_url: told.phones_url.to_owned(),
                partner_url: told.partner_url.to_owned(),
                carrier_control_url: told.carrier_control_url.to_owned(),
                stage_number: told.number.to_owned(),
                journal_key: Some(VerifierKey::of(&context.questions).to_string()),
                has_journeys: context.stage_world.is_some(),
            });
            let urls = [told.phones_url, told.partner_url, told.carrier_control_url];
            let reads: Vec<&str> = urls.into_iter().filter_map(origin_of).collect();
            let reach = Reach {
                reads: &reads,
                shows: &[],
            };
            with_headers(StatusCode::OK, page, PolicyFor::Stage(reach))
        }
        None => with_headers(
            StatusCode::OK,
            live::render(&live_view(&context)),
            context.page_policy(),
        ),
    }
}

fn live_view(context: &Context) -> LiveView {
    let gateway = &context.config.gateway;
    LiveView {
        operator: gateway.operator.clone(),
        contact: gateway.contact.clone(),
        issuer: gateway.issuer.clone(),
        carriers: context
            .config
            .source
            .iter()
            .map(|source| source.name().to_owned())
            .collect(),
        texts_from: context.config.sms.as_ref().map(|sms| sms.number.clone()),
        journal_key: Some(VerifierKey::of(&context.questions).to_string()),
        journal_size: context.reader.read(super::operations::journal_size),
    }
}

/// A file that a page loads.
pub async fn asset(Path(name): Path<String>, Query(version): Query<Version>) -> Response<Body> {
    let Some(asset) = assets::find(&name) else {
        return problem::response(&Problem::NotFound.into(), false);
    };
    let mut response = Response::new(Body::from(asset.bytes));
    let headers: &mut HeaderMap = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
    headers.insert(
        CACHE_CONTROL,
        HeaderValue::from_static(asset.cache_control(version.v.as_deref())),
    );
    headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    if let Ok(etag) = HeaderValue::from_str(&asset.etag()) {
        headers.insert(ETAG, etag);
    }
    response
}

/// The version that a page names.
#[derive(Debug, Deserialize)]
pub struct Version {
    v: Option<String>,
}

/// Where a look at the journal starts.
#[derive(Debug, Deserialize)]
pub struct After {
    after: Option<u64>,
}

/// The journal as the stage shows it: who asked and why not, in a made-up world only. The stage of another gateway reads
/// it where the configuration names that stage.
pub async fn journal(State(context): State<Arc<Context>>, Query(after): Query<After>) -> Response<Body> {
    if !context.is_sandbox() {
        return problem::response(&Problem::NotFound.into(), false);
    }
    let size = context.reader.read(super::operations::journal_size).unwrap_or(0);
    let most = u64::try_from(ENTRIES_MAX).unwrap_or(0);
    let from = after
        .after
        .map_or(size.saturating_sub(most), |leaf| leaf.saturating_add(1));
    let entries = context
        .reader
        .read(|store| read_entries(store, from, ENTRIES_MAX))
        .unwrap_or_default();
    let names = context
        .reader
        .read(crate::store::party::sqlite::list)
        .unwrap_or_default();
    let name = |id: &str| {
        names
            .iter()
            .find(|party| party.id.to_string() == id)
            .map(|party| party.record.name.clone())
    };
    let entries: Vec<Value> = entries.iter().map(|entry| row(entry, &name)).collect();
    let mut response = answer::response(StatusCode::OK, json!({"entries": entries, "size": size}).to_string());
    if let Some(origin) = context.stage_origin().and_then(|origin| origin.parse().ok()) {
        response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    }
    response
}

fn row(entry: &Entry, name: &dyn Fn(&str) -> Option<String>) -> Value {
    let party: Value = serde_json::from_str(&entry.party.text).unwrap_or_default();
    let subject: Value = serde_json::from_str(&entry.subject_part.text).unwrap_or_default();
    let id = party
        .get("recipient")
        .or_else(|| party.get("party"))
        .and_then(Value::as_str)
        .unwrap_or_default();
    json!({
        "leaf": entry.leaf,
        "at": entry.at.rfc3339(),
        "kind": entry.kind.word(),
        "party": name(id),
        "closes": entry.closes,
        "wrote": party,
        "outcome": party.get("outcome"),
        "reason": subject.get("reason").filter(|reason| !reason.is_null()).or_else(|| party.get("why")),
    })
}
