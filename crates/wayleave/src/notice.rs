//! `wayleave notice`: what others say about parties. Somebody acts on each notice or dismisses it, or the clock does.

use std::path::PathBuf;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::id::NoticeId;
use domain::journal::settle::{Change, HowClosed, Item, Outcome};
use gateway::chance::SystemChance;
use gateway::clock::SystemClock;
use gateway::data::{self, Data};
use gateway::store::party::notices::{Row, altered, by_id, list, text_of};

use crate::journal::looked::check;
use crate::journal::records::config as open_config;
use crate::{Failure, leave};

/// What can be done with notices.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List the notices: open ones by what is left of their time, then what others tell, then those that are closed.
    List {
        /// The configuration.
        #[arg(long, default_value = "wayleave.toml")]
        config: PathBuf,
    },
    /// Show what a notice says.
    Show {
        /// The configuration.
        #[arg(long, default_value = "wayleave.toml")]
        config: PathBuf,
        /// The notice, as `notice list` names it.
        notice: NoticeId,
    },
    /// Dismiss a notice: the journal keeps who did, and why.
    Dismiss(Close),
    /// Act on a notice: what it is about is suspended, asks in flight included.
    Act(Close),
}

/// What closes a notice.
#[derive(Debug, clap::Args)]
pub(crate) struct Close {
    /// The configuration.
    #[arg(long, default_value = "wayleave.toml")]
    config: PathBuf,
    /// The notice, as `notice list` names it.
    notice: NoticeId,
    /// Who decided.
    #[arg(long)]
    who: String,
    /// Why.
    #[arg(long)]
    because: String,
}

/// Runs a command.
pub(crate) fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::List { config } => {
            let data = open(config)?;
            for row in data.reader.read(|store| list(store, &data.sealer))? {
                println!("{}", line(&row));
            }
            Ok(())
        }
        Command::Show { config, notice } => {
            let data = open(config)?;
            let row = find(&data, *notice)?;
            let text = data.reader.read(|store| text_of(store, &data.sealer, *notice))?;
            let text = text.unwrap_or_default();
            println!("{}\n{}\n{text}", line(&row), payload(&text));
            Ok(())
        }
        Command::Dismiss(close) => settle(close, false),
        Command::Act(close) => settle(close, true),
    }
}

fn open(config: &std::path::Path) -> Result<Data, Failure> {
    Ok(data::open(&open_config(config)?.gateway, Arc::new(SystemClock))?)
}

fn find(data: &Data, notice: NoticeId) -> Result<Row, Failure> {
    let found = data.reader.read(|store| by_id(store, notice, &data.sealer))?;
    if found.as_ref().is_some_and(|row| !row.is_genuine) {
        return Err(altered(notice).into());
    }
    found.ok_or_else(|| format!("expected a notice that came, found none of the name {notice}").into())
}

fn settle(close: &Close, acts: bool) -> Result<(), Failure> {
    check(&close.who, &close.because)?;
    let mut data = open(&close.config)?;
    let row = find(&data, close.notice)?;
    if acts && row.kind == "resumed" {
        return Err(
            "expected a notice to act on, found one that lifts: `party suspend --lift`, then dismiss it".into(),
        );
    }
    let (who, because) = (close.who.clone(), close.because.clone());
    let told = ["suspended", "ending"].contains(&row.kind.as_str());
    let how = if acts && told {
        // Peers are not told back what one of them told.
        HowClosed::Followed { who, because }
    } else if acts {
        HowClosed::Acted { who, because }
    } else {
        HowClosed::Dismissed { who, because }
    };
    let change = Item::Change(Change::CloseNotice {
        notice: row.id,
        about: (row.about, row.purpose),
        how,
    });
    let mut outcomes = data.journal.settle("notice", vec![change], &mut SystemChance::new())?;
    match outcomes.pop() {
        Some(Outcome::Changed(_)) if acts => {
            leave::wait();
            println!("acted on; what it is about is suspended");
        }
        Some(Outcome::Changed(_)) => println!("dismissed; the journal keeps who did, and why"),
        _ => return Err(format!("expected an open notice, found one that is {}", row.state).into()),
    }
    Ok(())
}

fn line(row: &Row) -> String {
    format!(
        "{}  {:<9}  {}  about {}{}  by {}  came {}{}",
        row.id,
        if row.is_genuine { &row.state } else { "ALTERED" },
        row.kind,
        row.about,
        row.purpose
            .map_or_else(String::new, |purpose| format!(" for {purpose}")),
        row.by,
        row.at.rfc3339(),
        row.until
            .map_or_else(String::new, |until| format!("  act until {}", until.rfc3339()))
    )
}

/// What the signed notice says. Its signature was checked when it came.
fn payload(text: &str) -> String {
    let claims = text
        .split('.')
        .nth(1)
        .and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
    let claims = claims.and_then(|bytes| serde_json::from_slice::<serde_json::Value>(&bytes).ok());
    claims.map_or_else(String::new, |claims| format!("{claims:#}"))
}
