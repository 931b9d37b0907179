//! What a request's path and query say, as axum reads them, with problem documents where they cannot be read.

use axum::body::Body;
use axum::extract::{FromRequestParts, Path as AxumPath, Query as AxumQuery};
use axum::http::Response;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use wire::camara::error::Problem;
use wire::json::ParseError;

use super::problem;

/// A part of the path. What is not text is a path that does not exist.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Response<Body>;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        match AxumPath::from_request_parts(parts, state).await {
            Ok(AxumPath(value)) => Ok(Self(value)),
            Err(_) => Err(problem::response(&Problem::NotFound.into(), false)),
        }
    }
}

/// The query.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Response<Body>;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        match AxumQuery::from_request_parts(parts, state).await {
            Ok(AxumQuery(value)) => Ok(Self(value)),
            Err(_) => {
                let error = ParseError::new("a query that this path has", "another one").under_field("query");
                Err(problem::response(&Problem::from(error).into(), false))
            }
        }
    }
}
