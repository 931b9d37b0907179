//! What the stage and tests ask of a service: its desk's questions, and its tickets.

use super::Service;
use crate::client::Client;
use crate::clock;
use crate::control::{Problem, with_ledger};
use crate::desk::api::problem;
use crate::event_source::{self, Event};
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// How long a ticket lives where nobody says, in seconds.
const TICKET_LIVES_S: i64 = 7200;
/// How many asks may rest on a ticket where nobody says.
const TICKET_COUNT: u32 = 12;

/// The control side.
pub fn routes(service: &Arc<Service>) -> Router {
    let routes = Router::new()
        .route("/control/ticket", post(ticket))
        .route("/control/ticket/end", post(ticket_end))
        .with_state(Arc::clone(service))
        .merge(crate::desk::api::routes(&service.desk));
    with_ledger(routes, Arc::clone(&service.desk.ledger))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ticket {
    number: String,
    id: String,
    until: Option<i64>,
    count: Option<u32>,
    recipient: Option<String>,
}

async fn ticket(State(service): State<Arc<Service>>, Json(ticket): Json<Ticket>) -> Result<Json<Value>, Problem> {
    tell(&service, ticket, "live").await
}

async fn ticket_end(State(service): State<Arc<Service>>, Json(ticket): Json<Ticket>) -> Result<Json<Value>, Problem> {
    tell(&service, ticket, "ended").await
}

async fn tell(service: &Service, ticket: Ticket, state: &'static str) -> Result<Json<Value>, Problem> {
    let desk = &service.desk;
    if service.events.is_empty() {
        let why = "expected a ticket system: start with `--events FILE`";
        return Err(Problem::new(StatusCode::CONFLICT, why));
    }
    let own = Client::open(&desk.options.client).map_err(problem)?.client_id;
    let event = Event {
        id: ticket.id,
        kind: "ticket",
        state,
        number: ticket.number,
        recipient: ticket.recipient.unwrap_or(own),
        until_s: ticket.until.unwrap_or_else(|| clock::now_s() + TICKET_LIVES_S),
        count: ticket.count.unwrap_or(TICKET_COUNT),
        line: None,
    };
    let outcome = event_source::post_to_all(&service.events, &desk.session, &desk.keys, &desk.saw, &event).await;
    let status = outcome.as_ref().ok().map(|told| told["status"].clone());
    let line = json!({"id": event.id, "state": state, "recipient": event.recipient, "status": status});
    desk.ledger.note("ticket", &line);
    outcome.map(Json).map_err(problem)
}
