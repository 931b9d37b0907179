//! The listener for reports, beside the public one: how it starts, and how it ends last but one, so that asks which are
//! under way at the end still hear their carriers.

use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::{RunError, door};
use crate::clock::Clock;
use crate::config::Config;
use crate::config::push::Push;
use crate::http::server;
use crate::journal::sequencer::Sequencer;
use crate::sources::mlp::dropped::Dropped;
use crate::sources::mlp::listener::{self, Reports};
use crate::sources::mlp::waiting::Waiting;

/// The listener's address, taken before anything else starts, so that a busy one is named.
pub(super) struct Bound {
    listener: TcpListener,
    push: Push,
}

/// The listener and the writer of what it drops, while they run.
pub(super) struct Running {
    listener: JoinHandle<()>,
    stop_listener: watch::Sender<bool>,
    writer: JoinHandle<()>,
    stop_writer: watch::Sender<bool>,
}

/// Takes the address for reports, if there is one.
pub(super) async fn bind(config: &Config) -> Result<Option<Bound>, RunError> {
    let Some(push) = config.push.clone() else {
        return Ok(None);
    };
    let listener = TcpListener::bind(&push.address).await;
    let listener = listener.map_err(|error| RunError::Listen(push.address.clone(), error))?;
    Ok(Some(Bound { listener, push }))
}

/// Listens for reports to the asks in `waiting`, if there is an address for them.
pub(super) fn start(
    bound: Option<Bound>,
    waiting: Arc<Waiting>,
    docket: &Sequencer,
    clock: &Arc<dyn Clock>,
) -> Result<Option<Running>, RunError> {
    bound
        .map(|bound| bound.start(waiting, docket.clone(), clock))
        .transpose()
}

impl Bound {
    fn start(self, waiting: Arc<Waiting>, docket: Sequencer, clock: &Arc<dyn Clock>) -> Result<Running, RunError> {
        let Self { listener, push } = self;
        let (stop_listener, stop_writer) = (watch::Sender::new(false), watch::Sender::new(false));
        let dropped = Arc::new(Dropped::new());
        let reports = Reports {
            waiting,
            dropped: Arc::clone(&dropped),
            body_bytes_max: push.body_bytes_max,
            body_within: Duration::from_millis(u64::from(push.body_timeout_ms)),
        };
        let limits = push.limits();
        let acceptor = door::acceptor("push", &limits, clock, &stop_listener.subscribe())?;
        let (router, stop) = (listener::router(Arc::new(reports)), stop_listener.subscribe());
        let listener = tokio::spawn(async move { server::serve(listener, router, &limits, acceptor, stop).await });
        let writer = tokio::spawn(dropped.write_down(docket, stop_writer.subscribe()));
        Ok(Running {
            listener,
            stop_listener,
            writer,
            stop_writer,
        })
    }
}

impl Running {
    /// Writes down what was dropped so far. What is dropped from now on is only counted: whoever writes holds the journal
    /// open, which is about to end.
    pub(super) async fn end_writing(&mut self) {
        self.stop_writer.send_replace(true);
        if let Err(error) = (&mut self.writer).await {
            tracing::error!(%error, "the writer of dropped reports failed");
        }
    }

    /// Listens no more. No ask waits any longer.
    pub(super) async fn end_listening(self) {
        self.stop_listener.send_replace(true);
        if let Err(error) = self.listener.await {
            tracing::error!(%error, "the listener for reports failed");
        }
    }
}
