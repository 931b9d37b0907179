//! Other people's systems, for demos and tests: a carrier and its switch, an SMSC, the phones in people's hands, a
//! partner's backend, relays and the services behind them, a prison's telephony platform, the authority that knows whose
//! a number is, a bucket of somebody's store.
//!
//! Everything here is deliberately foreign to the gateway: its own SMPP codec, its own JWT and DPoP code, its own
//! reading of the CAMARA documents, its own ledgers. A mistake in the gateway's codecs must not be able to hide
//! behind the same mistake here. Each role runs as a process of its own (`wayleave-sim ROLE`), speaks its protocol on
//! loopback, and keeps a ledger of everything that it received, in order.

pub mod area;
pub mod args;
pub mod bucket;
pub mod carrier;
pub mod carrier_camara;
pub mod carrier_mlp;
pub mod chance;
pub mod city;
pub mod client;
pub mod clock;
pub mod control;
pub mod desk;
pub mod event_source;
pub mod feed;
pub mod fetch;
pub mod jwe;
pub mod jwt;
pub mod ledger;
pub mod life;
pub mod partner;
pub mod phones;
pub mod port_authority;
pub mod prison_platform;
pub mod recipient;
pub mod relay;
pub mod roster;
pub mod saw;
pub mod service;
pub mod smpp;
pub mod smsc;
pub mod switch;
pub mod sync;
pub mod tls;
pub mod walk;

use clap::Parser;
use std::ffi::OsString;
use std::process::ExitCode;

/// Runs the role that the command line names until it is told to stop; errors go to standard error.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let command = match args::Command::try_parse_from(args) {
        Ok(command) => command,
        Err(error) => {
            let code = if error.use_stderr() { 2 } else { 0 };
            // Nothing useful can be done when even the usage text cannot be printed.
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    match life::run(command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("wayleave-sim: {error}");
            ExitCode::FAILURE
        }
    }
}
