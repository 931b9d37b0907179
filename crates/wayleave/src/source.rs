//! `wayleave source`: what differs between a carrier and the standard that it speaks, in words.

mod asked;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use domain::number::Msisdn;
use gateway::clock::SystemClock;
use gateway::config::Config;
use gateway::config::source::Source;
use gateway::sources::check::finding::{Finding, State, hindrances};
use gateway::sources::check::probe::Probe;
use gateway::sources::check::{NOBODY, Nobody, camara, mlp};
use serde_json::json;

use crate::Failure;

/// What can be done with sources.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Ask a carrier what it must refuse, and say what its answers show. Nobody is located.
    Check(Check),
}

/// What `source check` is told.
#[derive(Debug, clap::Args)]
pub(crate) struct Check {
    /// The source's name in the configuration.
    name: String,
    /// The configuration.
    #[arg(long, default_value = "wayleave.toml")]
    config: PathBuf,
    /// A number that belongs to nobody: +999… or one that is reserved for fiction.
    #[arg(long, default_value = NOBODY)]
    nobody: String,
    /// How long each answer may take, in seconds.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=60))]
    within_s: u64,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Then ask the running gateway, as a partner does, about this phone, whose owner agreed to it. No position is
    /// printed.
    #[arg(long, requires = "client")]
    number: Option<String>,
    /// The partner's file for that ask.
    #[arg(long, requires = "number")]
    client: Option<PathBuf>,
}

/// Runs a command.
pub(crate) fn run(command: &Command) -> Result<(), Failure> {
    let Command::Check(check) = command;
    let config = Config::load(&check.config)?;
    let section = config.source.iter().find(|source| source.name() == check.name);
    let section = section.ok_or_else(|| {
        let known: Vec<&str> = config.source.iter().map(Source::name).collect();
        format!(
            "expected one of the sources `{}`, found `{}`",
            known.join("`, `"),
            check.name
        )
    })?;
    let nobody = Msisdn::parse(&check.nobody).and_then(Nobody::new).ok_or(
        "`--nobody`: expected a number that belongs to nobody (+999… or reserved for fiction), found another: a carrier \
         is never asked about somebody without a decision",
    )?;
    let probe = Probe::new(
        Duration::from_secs(check.within_s),
        section.trust()?,
        Arc::new(SystemClock),
    );
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let findings = runtime.block_on(async {
        let mut findings = match section {
            Source::Camara(section) => camara::check(&camara::Target::new(section)?, nobody, &probe).await,
            Source::Gateway(_) => {
                return Err(
                    "expected a carrier, found a gateway: it is checked by a signed ask, see docs/operating/chain.md"
                        .into(),
                );
            }
            Source::Mlp(section) => {
                let target = mlp::Target::new(section, config.push.as_ref())?;
                mlp::check(&target, nobody, &probe).await
            }
        };
        if let (Some(number), Some(client)) = (&check.number, &check.client) {
            findings.extend(asked::ask(&check.name, number, client).await?);
        }
        Ok::<_, Failure>(findings)
    })?;
    report(check, &findings)
}

fn report(check: &Check, findings: &[Finding]) -> Result<(), Failure> {
    let against = hindrances(findings);
    if check.json {
        let report = json!({"source": check.name, "serviceable": against == 0, "findings": findings});
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        for finding in findings {
            println!("{finding}");
        }
        let differing = findings
            .iter()
            .filter(|finding| finding.state == State::Differs)
            .count();
        println!(
            "\n{}: {} looked at, {differing} differ, {against} prevent service",
            check.name,
            findings.len()
        );
    }
    if against == 0 {
        return Ok(());
    }
    Err(format!("expected a carrier that can be put into service, found {against} points against it").into())
}
