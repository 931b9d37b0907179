//! The log as strangers read it (C2SP tlog-tiles, tlog-checkpoint, tlog-proof): public, without a token, and the same for
//! everybody.

pub mod checkpoint;
pub mod proof;
pub mod tile;

use std::sync::Arc;

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, Response};
use domain::journal::store::StoreError;
use wire::camara::error::Problem;

use super::lanes::Room;
use super::problem;
use crate::journal::label::Label;
use crate::journal::public::PublicLog;

/// Reads the log on a thread that may wait for the disk. The room is held until the thread is done, also when whoever
/// asked has gone: strangers together keep no more threads than their lane is wide.
async fn read<T: Send + 'static>(
    log: &Arc<PublicLog>,
    room: Room,
    body: impl FnOnce(&PublicLog) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, Response<Body>> {
    let log = Arc::clone(log);
    let read = tokio::task::spawn_blocking(move || {
        let _room = room;
        body(&log)
    });
    let read = read.await;
    match read {
        Ok(Ok(found)) => Ok(found),
        Ok(Err(error)) => {
            tracing::error!(%error, "the public log cannot be read");
            Err(problem::response(&Problem::Unavailable.into(), false))
        }
        Err(error) => {
            tracing::error!(%error, "the thread that read the public log ended");
            Err(problem::response(&Problem::Unavailable.into(), false))
        }
    }
}

fn response(label: Label, body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(body.into());
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(label.kind));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(label.keeping));
    response
}

fn not_found() -> Response<Body> {
    problem::response(&Problem::NotFound.into(), false)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::super::lanes::{Lane, Lanes};
    use super::*;
    use crate::store::sqlite::open_writer;

    #[tokio::test]
    async fn a_reader_holds_its_room_until_the_thread_is_done() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("store.db");
        drop(open_writer(&path).expect("a store"));
        let log = Arc::new(PublicLog::open(&path).expect("opens"));
        let lanes = Lanes::new(1);
        let free = || {
            std::iter::from_fn(|| lanes.enter(Lane::Readers))
                .collect::<Vec<Room>>()
                .len()
        };
        let all = free();
        let room = lanes.enter(Lane::Readers).expect("room");
        let (go, wait) = channel::<()>();
        let (began, begins) = tokio::sync::oneshot::channel();
        let reading = tokio::spawn(async move {
            read(&log, room, move |_| {
                let _ = began.send(());
                let _ = wait.recv();
                Ok(())
            })
            .await
            .is_ok()
        });
        begins.await.expect("the thread reads");
        assert_eq!(free(), all - 1, "while it reads");
        reading.abort();
        assert!(reading.await.is_err(), "whoever asked has gone");
        assert_eq!(free(), all - 1, "the thread still reads");
        drop(go);
        while free() < all {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
    }
}
