//! `wayleave serve`.

use std::io::Write as _;
use std::path::PathBuf;

use gateway::config::Config;
use gateway::config::journal::Alone;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::journal::looked::check;
use crate::{Failure, log};

/// What `serve` is told.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The configuration.
    #[arg(long, default_value = "wayleave.toml")]
    config: PathBuf,
    /// Log these lines instead of those that the configuration names, such as `debug`.
    #[arg(long)]
    log: Option<String>,
    /// Start although too few witnesses, or nobody who holds what was published, can be reached to say that this journal is
    /// the whole one. It is said loudly, and is an entry of the journal.
    #[arg(long, requires = "who", requires = "because")]
    without_witnesses: bool,
    /// Who starts it without witnesses: a name that whoever reads the journal reads.
    #[arg(long, requires = "without_witnesses")]
    who: Option<String>,
    /// Why, in words that they read.
    #[arg(long, requires = "without_witnesses")]
    because: Option<String>,
    /// Stop when standard input closes, so that a gateway does not outlive the program that started it.
    #[arg(long)]
    exit_with_stdin: bool,
}

impl Options {
    /// Who wants to start without witnesses, if anybody does.
    fn alone(&self) -> Result<Option<Alone>, Failure> {
        let (true, Some(who), Some(why)) = (self.without_witnesses, &self.who, &self.because) else {
            return Ok(None);
        };
        check(who, why)?;
        Ok(Some(Alone {
            who: who.clone(),
            why: why.clone(),
        }))
    }
}

/// Serves until it is told to stop.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let mut config = Config::load(&options.config)?;
    if let Some(filter) = &options.log {
        config.log.filter.clone_from(filter);
    }
    config.journal.without_witnesses = options.alone()?;
    log::start(&config.log)?;
    let scheme = if config.listen.pair().is_some() {
        "https"
    } else {
        "http"
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let served = runtime.block_on(async {
        let stop = watch::Sender::new(false);
        let stopped = stop.subscribe();
        tokio::spawn(wait_for_end(stop, options.exit_with_stdin));
        gateway::run::run(config, stopped, |address| {
            // Whoever started this may wait for the line; if it has gone, serving goes on.
            let _ = writeln!(std::io::stdout(), "ready {scheme}://{address}");
        })
        .await
    });
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    Ok(served?)
}

/// Tells `stop` when a signal comes, or standard input is closed where that counts.
pub(crate) async fn wait_for_end(stop: watch::Sender<bool>, with_stdin: bool) {
    let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        tracing::error!("signals cannot be heard; end this process by closing its standard input");
        return;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
        () = stdin_closed(), if with_stdin => {}
    }
    tracing::info!("ending: what was accepted is finished");
    stop.send_replace(true);
    // A second signal ends the process at once; the journal stands that.
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    std::process::exit(130);
}

/// Returns once standard input is closed. Reading happens on a thread that the process need not wait for.
async fn stdin_closed() {
    let (closed, wait) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        let _ = closed.send(());
    });
    let _ = wait.await;
}
