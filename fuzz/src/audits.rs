//! What an auditor of consents reads: samples that the operator altered and signed anew, answers, reports, keys.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use domain::audit::choice::choose;
use domain::journal::checkpoint::VerifierKey;
use domain::journal::statement;
use domain::time::Timestamp;
use gateway::audit::check::{Checked, check, print};
use gateway::audit::report::{REPORT_NAME, make, read_answers, read_tokens, verify};
use gateway::audit::{Pick, SAMPLE, SAMPLE_NAME, Sample, VERSION, evidence, from_hex, key};
use serde_json::Value;

use crate::input::Choices;
use crate::lined::{PARTY, altered, entry, lined};

/// The leaves of the answers of the month.
const POPULATION: [u64; 5] = [1, 3, 5, 7, 9];
const SEED: &str = "00ff5e";

struct Documents {
    sample: String,
    report: String,
}

fn documents() -> &'static Documents {
    static DOCUMENTS: OnceLock<Documents> = OnceLock::new();
    DOCUMENTS.get_or_init(|| {
        let sample = String::from_utf8(print(&sample()).expect("printed")).expect("text");
        let checked = checked(&sample, &sample).expect("a true sample");
        let now = Timestamp::from_unix_ms(1_800_000_000_000);
        let report = make(&checked, sample.as_bytes(), None, &lined().keys, now).expect("a report");
        Documents {
            report: report.print().expect("printed"),
            sample,
        }
    })
}

fn sample() -> Sample {
    let count = POPULATION.len() as u64;
    let places = choose(&from_hex(SEED).expect("a seed"), &lined().root, count, 3);
    let pick = |place: u64| {
        let leaf = POPULATION[usize::try_from(place).expect("small")];
        let mut pick = Pick {
            entry: entry(u8::try_from(leaf).expect("small")),
            consent: None,
            receipt: None,
            evidence: String::new(),
        };
        pick.evidence = evidence::judged(&pick, (PARTY, &BTreeMap::new()), &lined().checkpoint, &lined().key);
        pick
    };
    Sample {
        what: SAMPLE.to_owned(),
        v: VERSION,
        gateway: "https://gateway.example.com".to_owned(),
        operator: "Example Mobile".to_owned(),
        made_at: "2026-12-01T12:00:00.000Z".to_owned(),
        key: lined().key.to_string(),
        checkpoint: lined().checkpoint.clone(),
        party: PARTY.to_owned(),
        party_name: "Example Roadside".to_owned(),
        month: "2026-11".to_owned(),
        n: 3,
        seed: SEED.to_owned(),
        population: POPULATION.to_vec(),
        erased: 0,
        policies: BTreeMap::new(),
        picks: places.into_iter().map(pick).collect(),
    }
}

/// What the auditor makes of a sample under the signature of another, or of this very one.
fn checked(text: &str, signed: &str) -> Option<Checked> {
    let note = statement::sign_document(&lined().keys, SAMPLE_NAME, signed.as_bytes());
    check(text.as_bytes(), &note, &lined().key).ok()
}

/// Raw bytes as answers, as a key and as tokens; then a sample and a report, altered.
pub(crate) fn run(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        small_files(text);
    }
    let mut choices = Choices::new(data);
    let (anew, of_report) = (choices.flag(), choices.flag());
    if of_report {
        report(anew, &mut choices);
    } else {
        a_sample(anew, &mut choices);
    }
}

fn small_files(text: &str) {
    if let Ok(answers) = read_answers(text) {
        let tokens = text.lines().map(|line| {
            let line: Value = serde_json::from_str(line).expect("an accepted line is JSON");
            line["token"]
                .as_str()
                .expect("an accepted line names a token")
                .to_owned()
        });
        let tokens: std::collections::BTreeSet<String> = tokens.collect();
        assert!(answers.keys().eq(&tokens), "answers of others than the lines name");
    }
    if let Some(keys) = key::read(text) {
        assert_eq!(VerifierKey::of(&keys).name(), keys.origin());
        assert!(VerifierKey::parse(&VerifierKey::of(&keys).to_string()).is_ok());
    }
    let checked = checked(&documents().sample, &documents().sample).expect("a true sample");
    if let Ok(tokens) = read_tokens(text.as_bytes(), &checked, documents().sample.as_bytes()) {
        let picked = |leaf: &u64| checked.sample.picks.iter().any(|pick| pick.entry.leaf == *leaf);
        let mut leaves: Vec<u64> = tokens.tokens.values().flatten().copied().collect();
        assert!(leaves.iter().all(picked), "a token of what was not picked");
        let all = leaves.len();
        leaves.sort_unstable();
        leaves.dedup();
        assert_eq!(leaves.len(), all, "two are asked about one entry");
    }
}

fn a_sample(anew: bool, choices: &mut Choices<'_>) {
    let original = &documents().sample;
    let text = altered(original, choices);
    let signed = if anew { &text } else { original };
    let Some(checked) = checked(&text, signed) else {
        assert_ne!(text, *original, "a true sample was refused");
        return;
    };
    assert!(anew || text == *original, "a sample that nobody signed was accepted");
    let sample = &checked.sample;
    let population = &sample.population;
    assert!(population.is_sorted_by(|one, next| one < next));
    assert!(population.iter().all(|leaf| *leaf < checked.checkpoint.size));
    let seed = from_hex(&sample.seed).expect("a seed");
    let places = choose(&seed, &checked.checkpoint.root, population.len() as u64, sample.n);
    assert_eq!(places.len(), sample.picks.len(), "others than the seed picks");
    for (place, pick) in places.iter().zip(&sample.picks) {
        assert_eq!(population[usize::try_from(*place).expect("small")], pick.entry.leaf);
        let leaf = usize::try_from(pick.entry.leaf).expect("small");
        assert_eq!(pick.entry.hash(), lined().hashes.get(leaf).copied(), "another entry");
        let part: Value = serde_json::from_str(pick.entry.party.text().expect("opened")).expect("JSON");
        assert_eq!(part["kind"], "answered");
        assert_eq!(part["recipient"], sample.party.as_str());
        // The journal's entries name no consent, so nothing can prove one.
        assert!(!evidence::holds(&pick.evidence), "evidence that nobody gave");
    }
}

fn report(anew: bool, choices: &mut Choices<'_>) {
    let original = &documents().report;
    let text = altered(original, choices);
    let signed = if anew { &text } else { original };
    let note = statement::sign_document(&lined().keys, REPORT_NAME, signed.as_bytes());
    match verify(&text, &note, &lined().key) {
        Ok(report) => {
            assert!(anew || text == *original, "a report that nobody signed was accepted");
            assert_eq!(report.print().expect("printed"), text, "a report with two spellings");
            assert_eq!(report.tally().n, report.picks.len() as u64);
        }
        Err(_) => assert_ne!(text, *original, "a true report was refused"),
    }
}
