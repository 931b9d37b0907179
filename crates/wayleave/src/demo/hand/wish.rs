//! What the stage may ask of the operator's hand, and the command that it becomes.

use std::path::Path;

use domain::number::Msisdn;
use domain::purpose::Purpose;
use hyper::Method;
use serde::Deserialize;
use serde_json::Value;

use crate::Failure;
use crate::demo::world::AGREED_NUMBER;
use crate::http::send;

/// The longest short name of a party.
const NAME_MAX: usize = 40;
/// Where a carrier's ledger is put for the operator to compare.
const LEDGER: &str = "ledger.csv";
/// Where a home's side of what passed between it and the hub is put.
const SIDE: &str = "side.jsonl";

/// Where an operator sits.
#[derive(Debug, Clone)]
pub(in crate::demo) struct Place {
    /// Its name on the stage.
    pub(in crate::demo) name: &'static str,
    /// Its folder, under the demo's: empty for the hub.
    pub(in crate::demo) folder: String,
    /// Its gateway's issuer.
    pub(in crate::demo) issuer: String,
    /// What verifies its journal.
    pub(in crate::demo) journal_key: String,
    /// Its carrier's network, by its control.
    pub(in crate::demo) carrier: Option<String>,
}

impl Place {
    fn file(&self, name: &str) -> String {
        if self.folder.is_empty() {
            name.to_owned()
        } else {
            format!("{}/{name}", self.folder)
        }
    }
}

/// What is wished.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wish {
    action: String,
    at: String,
    /// The home that the hub is held against.
    with: Option<String>,
    party: Option<String>,
    purpose: Option<String>,
    number: Option<String>,
}

/// A command's words, and what must be there before it can run.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Arguments {
    /// The words after `wayleave`.
    pub(super) words: Vec<String>,
    /// Another operator's command, which writes the file that this one reads.
    pub(super) before: Option<(Vec<String>, String)>,
    /// The control of a carrier whose ledger the operator has asked for, and the file that it is put in.
    ledger: Option<(String, String)>,
}

impl Wish {
    /// Reads a wish.
    pub(super) fn read(body: &[u8]) -> Result<Self, String> {
        serde_json::from_slice(body).map_err(|error| format!("expected a wish as JSON: {error}"))
    }

    /// The command that it becomes at one of these places.
    pub(super) fn arguments(&self, places: &[Place]) -> Result<Arguments, String> {
        let place = places.iter().find(|place| place.name == self.at).ok_or_else(|| {
            let known: Vec<&str> = places.iter().map(|place| place.name).collect();
            format!(
                "`at`: expected one of {}, found `{}`",
                known.join(", "),
                self.at.escape_debug()
            )
        })?;
        let config = place.file("wayleave.toml");
        let because = ["--who", "the operator", "--because", "asked on the stage"];
        let mut words: Vec<&str> = Vec::new();
        match self.action.as_str() {
            "suspend-party" => words.extend(["party", "suspend", self.party()?]),
            "release-party" => words.extend(["party", "suspend", self.party()?, "--lift"]),
            "suspend-programme" => words.extend(["party", "suspend", self.party()?, "--programme", self.purpose()?]),
            "release-programme" => {
                words.extend([
                    "party",
                    "suspend",
                    self.party()?,
                    "--programme",
                    self.purpose()?,
                    "--lift",
                ]);
            }
            "suspend-person" => words.extend([&["person", "suspend", self.number()?][..], &because].concat()),
            "release-person" => words.extend([&["person", "suspend", self.number()?, "--lift"][..], &because].concat()),
            "list-parties" => words.extend(["party", "list"]),
            "count" => words.extend(["journal", "count", "--party", self.party()?, "--by", "day"]),
            "verify" => return Ok(verify(place)),
            "policy" => return Ok(policy(place, self.purpose()?)),
            "first-answer" => return Ok(first_answer()),
            "reconcile" => return self.reconcile(place, places),
            other => {
                return Err(format!(
                    "`action`: expected a known one, found `{}`",
                    other.escape_debug()
                ));
            }
        }
        words.extend(["--config", &config]);
        Ok(plain(&words))
    }

    /// A carrier's ledger against its home's journal; at the hub, its journal against a home's.
    fn reconcile(&self, place: &Place, places: &[Place]) -> Result<Arguments, String> {
        let config = place.file("wayleave.toml");
        if let Some(carrier) = place.carrier.clone() {
            let file = place.file(LEDGER);
            let mut arguments = plain(&["journal", "reconcile", &file, "--config", &config]);
            arguments.ledger = Some((carrier, file));
            return Ok(arguments);
        }
        let with = self.with.as_deref().unwrap_or_default();
        let home = places.iter().find(|home| home.carrier.is_some() && home.name == with);
        let home = home.ok_or_else(|| {
            format!(
                "`with`: expected a carrier's own gateway, found `{}`",
                with.escape_debug()
            )
        })?;
        let (file, theirs) = (home.file(SIDE), home.file("wayleave.toml"));
        let mut arguments = plain(&[
            "journal",
            "reconcile",
            "--against",
            &file,
            "--source",
            home.name,
            "--config",
            &config,
        ]);
        let export = plain(&[
            "journal",
            "reconcile",
            "--export",
            &file,
            "--hub",
            "hub",
            "--config",
            &theirs,
        ]);
        arguments.before = Some((export.words, file));
        Ok(arguments)
    }

    fn party(&self) -> Result<&str, String> {
        let name = self.party.as_deref().unwrap_or_default();
        let fits = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-') && !name.starts_with('-');
        if fits && (1..=NAME_MAX).contains(&name.len()) {
            return Ok(name);
        }
        Err(format!(
            "`party`: expected a short name, found `{}`",
            name.escape_debug()
        ))
    }

    fn purpose(&self) -> Result<&str, String> {
        let term = self.purpose.as_deref().unwrap_or_default();
        Purpose::from_term(term).map(Purpose::term).ok_or_else(|| {
            let known = Purpose::ALL.map(Purpose::term).join(", ");
            format!("`purpose`: expected one of {known}, found `{}`", term.escape_debug())
        })
    }

    fn number(&self) -> Result<&str, String> {
        let number = self.number.as_deref().unwrap_or_default();
        if Msisdn::parse(number).is_some_and(|number| number.is_reserved()) {
            return Ok(number);
        }
        Err("`number`: expected a reserved number, such as `+12025550101`".to_owned())
    }
}

fn plain(words: &[&str]) -> Arguments {
    Arguments {
        words: words.iter().map(|word| (*word).to_owned()).collect(),
        before: None,
        ledger: None,
    }
}

/// The log over HTTP, as anybody verifies it.
fn verify(place: &Place) -> Arguments {
    let log = format!("{}/journal", place.issuer);
    plain(&["journal", "verify", &log, "--key", &place.journal_key])
}

fn policy(place: &Place, purpose: &str) -> Arguments {
    let file = place.file("policy.toml");
    plain(&["policy", "explain", &file, "--world", "sandbox", "--purpose", purpose])
}

fn first_answer() -> Arguments {
    let client = "clients/plain.json";
    plain(&["client", "ask", "--client", client, "--number", AGREED_NUMBER])
}

impl Arguments {
    /// Gets what the command reads: the carrier's ledger, as the carrier would send it, or nothing of the last time.
    pub(super) async fn prepare(&self, folder: &Path) -> Result<(), Failure> {
        if let Some((_, file)) = &self.before {
            for old in [folder.join(file), folder.join(format!("{file}.note"))] {
                if old.exists() {
                    std::fs::remove_file(old)?;
                }
            }
        }
        let Some((control, file)) = &self.ledger else {
            return Ok(());
        };
        let answer = send(Method::GET, &format!("{control}/ledger"), &[], "").await?;
        Ok(std::fs::write(folder.join(file), sheet(&answer.text()))?)
    }
}

/// A carrier's ledger of queries as a sheet of times and ids. Each carrier has its own name for the id of a query.
fn sheet(ledger: &str) -> String {
    let lines = ledger
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let rows = lines.filter_map(|line| {
        let text = |field: &str| line.get(field)?.as_str().map(str::to_owned);
        let id = match text("kind")?.as_str() {
            "retrieve" | "verify" => text("correlator"),
            "slir" => text("requestor"),
            _ => None,
        };
        Some(format!("{},{}\n", text("at")?, id?))
    });
    std::iter::once("time,id\n".to_owned()).chain(rows).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places() -> Vec<Place> {
        let place = |name, folder: &str, carrier: Option<&str>| Place {
            name,
            folder: folder.to_owned(),
            issuer: "http://127.0.0.1:8080".to_owned(),
            journal_key: "key".to_owned(),
            carrier: carrier.map(str::to_owned),
        };
        vec![
            place("hub", "", None),
            place("osier", "homes/osier", Some("http://127.0.0.1:9/control")),
        ]
    }

    fn words(wish: &Value) -> Result<String, String> {
        let wish = Wish::read(wish.to_string().as_bytes())?;
        Ok(wish.arguments(&places())?.words.join(" "))
    }

    #[test]
    fn a_wish_becomes_the_operators_command() {
        let wish = serde_json::json!({"action": "suspend-party", "at": "osier", "party": "larkspur"});
        assert_eq!(
            words(&wish),
            Ok("party suspend larkspur --config homes/osier/wayleave.toml".to_owned())
        );
        let wish = serde_json::json!({"action": "verify", "at": "hub"});
        assert_eq!(
            words(&wish),
            Ok("journal verify http://127.0.0.1:8080/journal --key key".to_owned())
        );
        let wish = serde_json::json!({"action": "reconcile", "at": "hub", "with": "osier"});
        assert_eq!(
            words(&wish),
            Ok("journal reconcile --against homes/osier/side.jsonl --source osier --config wayleave.toml".to_owned())
        );
        let wish = serde_json::json!({"action": "reconcile", "at": "osier"});
        assert_eq!(
            words(&wish),
            Ok("journal reconcile homes/osier/ledger.csv --config homes/osier/wayleave.toml".to_owned())
        );
    }

    #[test]
    fn nothing_else_is_run() {
        for (wish, part) in [
            (serde_json::json!({"action": "erase", "at": "hub"}), "`action`"),
            (serde_json::json!({"action": "list-parties", "at": "../x"}), "`at`"),
            (
                serde_json::json!({"action": "count", "at": "hub", "party": "--config"}),
                "`party`",
            ),
            (serde_json::json!({"action": "count", "at": "hub"}), "`party`"),
            (
                serde_json::json!({"action": "suspend-person", "at": "hub", "number": "--lift"}),
                "`number`",
            ),
            (
                serde_json::json!({"action": "policy", "at": "hub", "purpose": "Any"}),
                "`purpose`",
            ),
            (serde_json::json!({"action": "reconcile", "at": "hub"}), "`with`"),
            (
                serde_json::json!({"action": "reconcile", "at": "hub", "with": "hub"}),
                "`with`",
            ),
            (
                serde_json::json!({"action": "verify", "at": "hub", "more": 1}),
                "unknown field",
            ),
        ] {
            let why = words(&wish).expect_err("a refusal");
            assert!(why.contains(part), "{why}");
        }
    }

    #[test]
    fn a_ledger_becomes_a_sheet_of_queries() {
        let ledger = "{\"kind\":\"retrieve\",\"at\":\"2026-01-01T00:00:00.000Z\",\"correlator\":\"a\"}\n\
                      {\"kind\":\"token\",\"at\":\"2026-01-01T00:00:00.000Z\"}\n\
                      {\"kind\":\"slir\",\"at\":\"2026-01-01T00:00:01.000Z\",\"requestor\":\"b\"}\n";
        assert_eq!(
            sheet(ledger),
            "time,id\n2026-01-01T00:00:00.000Z,a\n2026-01-01T00:00:01.000Z,b\n"
        );
    }
}
