//! The companies at work: the reseller that carries, the roadside company, the bank, the prison's telephones.

use std::path::Path;

use super::home::Home;
use super::members::{BANK, DESK, Member, PLATFORM, RESELLER, ROADSIDE, id_of};
use crate::Failure;
use crate::demo::children::Child;

/// The prison's listed number.
pub(super) const LINE: &str = "+12025550190";

/// The companies' controls.
pub(super) struct Actors {
    /// The reseller's.
    pub(super) reseller: String,
    /// The roadside company's.
    pub(super) roadside: String,
    /// The bank's.
    pub(super) bank: String,
    /// The prison platform's.
    pub(super) platform: String,
}

/// What a company is told that asks through the hub about one home's numbers.
struct Way<'a> {
    clients: &'a Path,
    /// The relays' ids, from the recipient outward.
    relays: Vec<String>,
    /// Whose outcomes are believed, the hub's and one home's: their issuers and their journals' keys.
    trusted: [(&'a str, &'a str); 2],
}

impl Way<'_> {
    fn arguments(&self, member: &Member) -> Vec<String> {
        let mut arguments = vec!["--client".to_owned(), member.file(self.clients).display().to_string()];
        arguments.extend(
            self.relays
                .iter()
                .flat_map(|relay| ["--relay".to_owned(), relay.clone()]),
        );
        for (issuer, journal_key) in self.trusted {
            arguments.extend(["--trust", issuer, "--journal-key", journal_key].map(str::to_owned));
        }
        arguments
    }
}

/// What the companies need to know of the chain.
pub(super) struct Known<'a> {
    /// The files of who is enrolled at the hub.
    pub(super) clients: &'a Path,
    /// The hub's id at the homes.
    pub(super) hub: &'a str,
    /// The hub's issuer and its journal's key.
    pub(super) hub_trust: (&'a str, &'a str),
    /// The homes of the roadside company's and the bank's people, and of the prison's, with their journals' keys.
    pub(super) homes: [(&'a Home, &'a str); 2],
    /// The switch's control.
    pub(super) switch: &'a str,
}

/// Starts them all.
pub(super) async fn start(data: &Path, known: &Known<'_>, children: &mut Vec<Child>) -> Result<Actors, Failure> {
    let [(osier, _), (tern, _)] = known.homes;
    let reseller = [
        "--client".to_owned(),
        RESELLER.file(known.clients).display().to_string(),
    ];
    let reseller = play(data, "relay", &RESELLER, &reseller).await?;
    let (url, carried) = (reseller.said("url")?, id_of(&RESELLER, known.clients)?.to_string());
    let [to_osier, to_tern] = known.homes.map(|(home, key)| [known.hub_trust, (&*home.issuer, key)]);
    let way = |trusted, relays| Way {
        clients: known.clients,
        relays,
        trusted,
    };
    let resold = || way(to_osier, vec![carried.clone(), known.hub.to_owned()]);
    let via = ["--via".to_owned(), url];
    let tickets = told_to(known.clients, osier, &DESK);
    let roadside = [&resold().arguments(&ROADSIDE)[..], &via, &tickets].concat();
    let roadside = play(data, "service", &ROADSIDE, &roadside).await?;
    let bank = [&resold().arguments(&BANK)[..], &via].concat();
    let bank = play(data, "service", &BANK, &bank).await?;
    let direct = way(to_tern, vec![known.hub.to_owned()]);
    let calls = ["--line", LINE, "--switch", known.switch].map(str::to_owned);
    let platform = [
        &direct.arguments(&PLATFORM)[..],
        &calls,
        &told_to(known.clients, tern, &PLATFORM),
    ]
    .concat();
    let platform = play(data, "prison-platform", &PLATFORM, &platform).await?;
    let actors = Actors {
        reseller: reseller.said("control")?,
        roadside: roadside.said("control")?,
        bank: bank.said("control")?,
        platform: platform.said("control")?,
    };
    children.extend([reseller, roadside, bank, platform]);
    Ok(actors)
}

/// The gateways that hear of a company's events, the hub and one home, as arguments.
fn told_to(clients: &Path, home: &Home, source: &Member) -> Vec<String> {
    let files = [source.file(clients), source.file(&home.clients())];
    let options = files
        .iter()
        .flat_map(|file| ["--events".to_owned(), file.display().to_string()]);
    options.collect()
}

async fn play(data: &Path, role: &str, member: &Member, arguments: &[String]) -> Result<Child, Failure> {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    Child::simulated_as(data, &format!("{role}-{}", member.client), role, &arguments).await
}
