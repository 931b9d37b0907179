//! `wayleave demo`: a gateway on an embedded store, and a simulated world of other people's systems beside it, each in a
//! process of its own, on loopback, with reserved numbers only.

mod agree;
mod chain;
mod children;
mod clients;
mod command;
mod hand;
mod settings;
mod world;

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};

use gateway::config::Config;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::Failure;
use chain::Chain;
use children::Child;
use world::World;

/// What `demo` is told.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Where everything is kept; a second start with the same folder continues where the first ended.
    #[arg(long, default_value = "wayleave-demo")]
    data: PathBuf,
    /// The gateway's address; with port 0 any free one, or the one of the last time.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The name under which the address is reached; passkeys can be made for `localhost`, and for no bare address.
    #[arg(long)]
    name: Option<String>,
    /// What the gateway logs, such as `debug`; its log is in the folder too.
    #[arg(long, default_value = "info")]
    log: String,
}

/// Starts everything, tells the way in, and ends everything on Ctrl-C.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let outcome = runtime.block_on(play(options));
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    outcome
}

async fn play(options: &Options) -> Result<(), Failure> {
    std::fs::create_dir_all(&options.data)
        .map_err(|error| format!("cannot use `{}`: {error}", options.data.display()))?;
    let data = options.data.canonicalize()?;
    let held = Held::choose(options.listen, &data)?;
    let mut children = Vec::new();
    let mut ending = Ending::listen()?;
    let started = tokio::select! {
        started = start(&data, held, options, &mut children) => started.map(Some),
        () = ending.asked_for() => Ok(None),
    };
    let outcome = match started {
        Ok(Some(world)) => {
            announce(&world);
            tokio::select! {
                () = ending.asked_for() => Ok(()),
                name = children::first_to_end(&mut children) => Err(format!("`{name}` ended by itself; see {}", data.join("log").display()).into()),
            }
        }
        Ok(None) => Ok(()),
        Err(error) => Err(error),
    };
    eprintln!("ending");
    children::end(children).await;
    outcome
}

async fn start(data: &Path, held: Held, options: &Options, children: &mut Vec<Child>) -> Result<World, Failure> {
    let listen = held.address;
    let name = options
        .name
        .as_ref()
        .map(|name| format!("http://{name}:{}", listen.port()));
    let issuer = name.unwrap_or_else(|| format!("http://{listen}"));
    let chain = Chain::start(data, &issuer, children).await?;
    let world = world::start(data, &issuer, chain.homes(), children).await?;
    let config = settings::write(&world, None, listen)?;
    clients::enrol(&config, &data.join("clients"))?;
    let (chain, homes) = chain.open(&config, data, &options.log).await?;
    children.extend(homes);
    let operator = hand::start(data, &issuer, chain.operators(&config)?).await?;
    chain.people_the_stage(&world, &operator, &config, children).await?;
    settings::write(&world, Some(&chain), listen)?;
    drop(held);
    let gateway = Child::gateway(data, &options.log).await?;
    children.push(gateway);
    agree::agree(&world).await?;
    world.write(data)?;
    Ok(world)
}

fn announce(world: &World) {
    println!("ready {}", world.issuer);
    println!("  the stage    {}/", world.issuer);
    println!("  the journeys {}/journeys", world.issuer);
    println!("  the phones   {}/phones", world.phones_url());
    println!("  the world    {}", world.folder.join("world.json").display());
    println!("  the clients  {}", world.folder.join("clients").display());
    println!("Ctrl-C ends everything; the same command continues.");
}

/// An address for a gateway that starts later. It is held until then, so that none of the other processes, which take any
/// free port, takes it.
struct Held {
    address: SocketAddr,
    _listener: TcpListener,
}

impl Held {
    /// The address to listen on: the wanted one, which must be free; with port 0 the one of the last time, or any.
    fn choose(wanted: SocketAddr, data: &Path) -> Result<Self, Failure> {
        if !wanted.ip().is_loopback() {
            return Err(format!(
                "`--listen`: expected an address on loopback, since this is a sandbox, found `{wanted}`"
            )
            .into());
        }
        let last = Config::load(&data.join("wayleave.toml"))
            .ok()
            .and_then(|config| config.listen.address.parse::<SocketAddr>().ok());
        let last = last.filter(|_| wanted.port() == 0);
        if let Some(listener) = last.and_then(|last| TcpListener::bind(last).ok()) {
            return Self::new(listener);
        }
        let free = TcpListener::bind(wanted).map_err(|error| {
            format!("expected `{wanted}` to be free, found it is not: {error}; choose another with --listen")
        })?;
        Self::new(free)
    }

    fn new(listener: TcpListener) -> Result<Self, Failure> {
        Ok(Self {
            address: listener.local_addr()?,
            _listener: listener,
        })
    }
}

/// The signals that end the demo. They are listened for once, from before anything starts: one that comes between two
/// listenings would be lost.
struct Ending {
    terminate: Signal,
    interrupt: Signal,
}

impl Ending {
    fn listen() -> Result<Self, Failure> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn asked_for(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
