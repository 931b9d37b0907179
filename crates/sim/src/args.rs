//! The command line: `wayleave-sim ROLE …`, one role per process.

use clap::{Args, Parser};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Simulated systems of other people, on loopback, with reserved numbers only.
#[derive(Debug, Parser)]
#[command(name = "wayleave-sim", version)]
pub enum Command {
    /// A carrier that locates its subscribers through CAMARA Device Location.
    CarrierCamara(crate::carrier_camara::Options),
    /// A carrier that locates its subscribers through OMA MLP.
    CarrierMlp(crate::carrier_mlp::Options),
    /// A short message service centre that speaks SMPP 3.4.
    Smsc(crate::smsc::Options),
    /// The phones in people's hands, with a page to use them.
    Phones(crate::phones::Options),
    /// A partner's own backend, which asks the gateway.
    Partner(crate::partner::Options),
    /// The authority that tells a gateway whose a number is.
    PortAuthority(crate::port_authority::Options),
    /// A relay, such as a reseller: it carries signed asks, and sealed outcomes that it cannot read.
    Relay(crate::relay::Options),
    /// A service that asks through a relay or directly: a roadside service's desk, a bank; with its ticket system.
    Service(crate::service::Options),
    /// A prison's telephony platform, which calls from one listed number and asks where the called phone is.
    PrisonPlatform(crate::prison_platform::Options),
    /// A carrier's switch, which tells gateways of live calls.
    Switch(crate::switch::Options),
    /// A bucket of a store that speaks S3, which everybody may read.
    Bucket(crate::bucket::Options),
}

/// What every role is told.
#[derive(Debug, Clone, Args)]
pub struct Common {
    /// Address and port of the role's HTTP side; port 0 takes any free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    pub listen: SocketAddr,
    /// The role's own folder, for its ledger and state.
    #[arg(long)]
    pub data: PathBuf,
    /// Stop when standard input closes, so that no role outlives the program that started it.
    #[arg(long)]
    pub exit_with_stdin: bool,
}

impl Command {
    /// What every role is told.
    pub fn common(&self) -> &Common {
        match self {
            Self::CarrierCamara(options) => &options.common,
            Self::CarrierMlp(options) => &options.common,
            Self::Smsc(options) => &options.common,
            Self::Phones(options) => &options.common,
            Self::Partner(options) => &options.common,
            Self::PortAuthority(options) => &options.common,
            Self::Relay(options) => &options.common,
            Self::Service(options) => &options.common,
            Self::PrisonPlatform(options) => &options.common,
            Self::Switch(options) => &options.common,
            Self::Bucket(options) => &options.common,
        }
    }
}
