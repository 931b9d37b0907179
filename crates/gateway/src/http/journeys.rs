//! `/journeys`: whole journeys, played with the simulated systems of a sandbox. Elsewhere there is no such page.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{Response, StatusCode};
use wire::camara::error::Problem;

use super::extract::Path;
use super::problem;
use super::question::with_headers;
use crate::config::world_file::StageWorld;
use crate::context::Context;
use crate::pages::journeys::{self, Journey};
use crate::pages::policy::{PolicyFor, Reach, origin_of};

/// The list of journeys.
pub async fn index(State(context): State<Arc<Context>>) -> Response<Body> {
    list(stage_world(&context))
}

/// One journey.
pub async fn show(State(context): State<Arc<Context>>, Path(name): Path<String>) -> Response<Body> {
    play(stage_world(&context), &name, &context.config.gateway.issuer)
}

/// The simulated parties. A gateway of real people has none, whatever else went wrong.
fn stage_world(context: &Context) -> Option<&StageWorld> {
    context.stage_world.as_ref().filter(|_| context.is_sandbox())
}

fn list(world: Option<&StageWorld>) -> Response<Body> {
    let nothing = PolicyFor::Stage(Reach::default());
    match world {
        Some(world) => with_headers(StatusCode::OK, journeys::index(world), nothing),
        None => problem::response(&Problem::NotFound.into(), false),
    }
}

fn play(world: Option<&StageWorld>, name: &str, issuer: &str) -> Response<Body> {
    match (world, Journey::named(name)) {
        (Some(world), Some(journey)) => page(journey, world, issuer),
        _ => problem::response(&Problem::NotFound.into(), false),
    }
}

/// It reads from the simulated systems and the homes' journals, and shows the homes' pages on the drawn phone.
fn page(journey: Journey, world: &StageWorld, issuer: &str) -> Response<Body> {
    let reads: Vec<&str> = world.addresses().into_iter().filter_map(origin_of).collect();
    let shows: Vec<&str> = world
        .homes
        .values()
        .filter_map(|home| origin_of(&home.issuer))
        .collect();
    let reach = Reach {
        reads: &reads,
        shows: &shows,
    };
    with_headers(
        StatusCode::OK,
        journeys::show(journey, world, issuer),
        PolicyFor::Stage(reach),
    )
}

#[cfg(test)]
mod tests;
