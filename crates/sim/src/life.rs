//! A role's life: start, say `ready` in one line, serve, stop when told, with the ledger on the disk.

use crate::args::{Command, Common};
use crate::ledger::Ledger;
use crate::{
    bucket, carrier_camara, carrier_mlp, partner, phones, port_authority, prison_platform, relay, service, smsc, switch,
};
use serde_json::Value;
use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;

/// Why a role could not start; a sentence.
pub type StartError = Box<dyn std::error::Error + Send + Sync>;

/// A role that serves. It stops with the runtime that it was started on.
#[derive(Debug)]
pub struct Running {
    /// What the `ready` line says.
    pub ready: Value,
    /// The role's ledger.
    pub ledger: Arc<Ledger>,
}

/// How often buffered ledger lines reach the operating system.
const FLUSH_EVERY: Duration = Duration::from_millis(100);

/// Starts the role, prints its `ready` line and serves until standard input closes (where asked) or a signal comes.
///
/// # Errors
/// When the role cannot start, or its ledger cannot be written at the end.
pub fn run(command: Command) -> Result<(), StartError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let outcome = runtime.block_on(async {
        let common = command.common().clone();
        let running = start(command).await?;
        let mut out = std::io::stdout();
        writeln!(out, "ready {}", running.ready)?;
        out.flush()?;
        tokio::select! {
            () = told_to_stop(&common) => {}
            () = keep_flushed(&running.ledger) => {}
        }
        running.ledger.flush()?;
        Ok(())
    });
    // A peer that is told to stop hangs up; waiting would also wait for a line on standard input.
    runtime.shutdown_background();
    outcome
}

async fn start(command: Command) -> Result<Running, StartError> {
    match command {
        Command::CarrierCamara(options) => carrier_camara::start(options).await,
        Command::CarrierMlp(options) => carrier_mlp::start(options).await,
        Command::Smsc(options) => smsc::start(options).await,
        Command::Phones(options) => phones::start(options).await,
        Command::Partner(options) => partner::start(options).await,
        Command::PortAuthority(options) => port_authority::start(options).await,
        Command::Relay(options) => relay::start(options).await,
        Command::Service(options) => service::start(options).await,
        Command::PrisonPlatform(options) => prison_platform::start(options).await,
        Command::Switch(options) => switch::start(options).await,
        Command::Bucket(options) => bucket::start(options).await,
    }
}

/// Binds the role's HTTP side.
///
/// # Errors
/// When the address is taken or not allowed; the sentence names it.
pub async fn listen(address: std::net::SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address)
        .await
        .map_err(|error| format!("cannot listen on {address}: {error}").into())
}

/// Hands buffered lines to the operating system ten times a second, for ever.
async fn keep_flushed(ledger: &Ledger) {
    loop {
        tokio::time::sleep(FLUSH_EVERY).await;
        if let Err(error) = ledger.flush() {
            eprintln!("wayleave-sim: cannot write the ledger: {error}");
        }
    }
}

async fn told_to_stop(common: &Common) {
    let stdin_closes = async {
        if !common.exit_with_stdin {
            return std::future::pending().await;
        }
        let mut stdin = tokio::io::stdin();
        let mut ignored = [0_u8; 256];
        while !matches!(stdin.read(&mut ignored).await, Ok(0) | Err(_)) {}
    };
    tokio::select! {
        () = stdin_closes => {}
        () = signalled() => {}
    }
}

#[cfg(unix)]
async fn signalled() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

#[cfg(not(unix))]
async fn signalled() {
    // Without a handler the process is to be ended from outside.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
