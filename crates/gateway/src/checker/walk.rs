//! The walk over the journal: entry by entry, in order, in short reads beside a gateway that goes on writing.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use domain::journal::Leaf;
use domain::journal::keys::mac;
use domain::journal::store::StoreError;
use domain::journal::tree::{Frontier, leaf_hash, sha256};
use rusqlite::Connection;

use super::answers::Flight;
use super::difference::Report;
use super::forms::Forms;
use super::known::Known;
use super::parties::Party;
use super::policies::Policy;
use super::rows::{Found, Row, Rows};
use super::spill::Spill;
use super::statement::Statement;
use super::tags::Tags;
use crate::seal::Sealer;

/// So many entries are read at a time.
const AT_A_TIME: u64 = 2_000;
/// How often it is said how far the check is, in entries.
const SAID_EVERY: u64 = 500_000;

/// What a check needs.
pub struct Checked<'a> {
    /// A connection of its own, for reading only.
    pub store: &'a Connection,
    /// Opens the words of questions and the records of accounts.
    pub sealer: &'a Sealer,
    /// The journal's master secret, under which people are tagged.
    pub journal_master: [u8; 32],
    /// Differences before this entry are not told. What stood before it is followed all the same.
    pub from: Leaf,
    /// Whether to give up, since the process is to end.
    pub stopped: &'a dyn Fn() -> bool,
}

/// Goes through the whole journal. `progress` is called with the number of entries so far.
///
/// # Errors
/// When the store cannot be read. What contradicts itself is a difference, not an error.
pub fn check(checked: &Checked<'_>, progress: &mut dyn FnMut(u64)) -> Result<Report, StoreError> {
    let mut walk = Walk::new(checked, Spill::new()?);
    let mut said = 0;
    loop {
        let (size, _) = walk.rows.head()?;
        if walk.next >= size {
            break;
        }
        walk.step(size)?;
        if walk.next - said >= SAID_EVERY {
            said = walk.next;
            progress(said);
        }
    }
    walk.close()?;
    progress(walk.next);
    walk.report.entries = walk.next;
    walk.report.people = walk.spill.met();
    Ok(walk.report)
}

/// The check under way.
pub(super) struct Walk<'a> {
    pub(super) rows: Rows<'a>,
    pub(super) tags: Tags,
    forms: Forms,
    pub(super) spill: Spill,
    policies: HashMap<String, Option<Rc<Policy>>>,
    /// The policy in force, by its hash.
    pub(super) in_force: Option<String>,
    pub(super) parties: HashMap<String, Party>,
    /// The notices of misuse that nobody closed.
    pub(super) notices: BTreeSet<String>,
    /// Covered asks that have not ended, by their place.
    pub(super) flights: HashMap<Leaf, Flight>,
    /// The same of one person.
    pub(super) flights_of: HashMap<[u8; 16], Vec<Leaf>>,
    stopped: &'a dyn Fn() -> bool,
    tree: Frontier,
    pub(super) next: Leaf,
    pub(super) latest: i64,
    /// What is a difference unless it was about a canary, which one of the next two entries would say.
    pub(super) unless_canary: Option<(Leaf, &'static str, String)>,
    /// Asks by a consent that nobody knows, about people of whom something was erased: they are differences unless that
    /// consent can have been erased since.
    pub(super) by_unknown: Vec<(Leaf, String)>,
    /// What differs unless the party was approved for other purposes later: its record of today is all that there is.
    pub(super) unless_approved: Vec<(Leaf, String, &'static str, String)>,
    /// How many entries were erased, as the entries about it say.
    pub(super) erased_told: u64,
    pub(super) from: Leaf,
    pub(super) report: Report,
}

impl<'a> Walk<'a> {
    pub(super) fn new(checked: &Checked<'a>, spill: Spill) -> Self {
        Self {
            rows: Rows::new(checked.store, checked.sealer),
            tags: Tags::new(&checked.journal_master),
            forms: Forms::new(),
            spill,
            policies: HashMap::new(),
            in_force: None,
            parties: HashMap::new(),
            notices: BTreeSet::new(),
            flights: HashMap::new(),
            flights_of: HashMap::new(),
            stopped: checked.stopped,
            tree: Frontier::default(),
            next: 0,
            latest: i64::MIN,
            unless_canary: None,
            by_unknown: Vec::new(),
            unless_approved: Vec::new(),
            erased_told: 0,
            from: checked.from,
            report: Report::default(),
        }
    }

    /// Tells a difference, unless it lies before what was asked for.
    pub(super) fn differ(&mut self, leaf: Leaf, rule: &'static str, words: impl Into<String>) {
        if leaf >= self.from {
            self.report.differ(leaf, rule, words.into());
        }
    }

    /// The same about somebody of whom entries may have been erased: then it cannot be said any more who is right.
    pub(super) fn doubt(&mut self, known: &Known, leaf: Leaf, rule: &'static str, words: impl Into<String>) {
        if known.hole.is_some() {
            self.report.unchecked += u64::from(leaf >= self.from);
        } else {
            self.differ(leaf, rule, words);
        }
    }

    /// Whether the check goes on.
    pub(super) fn go_on(&self) -> Result<(), StoreError> {
        if (self.stopped)() {
            return Err(StoreError::Failed("the check was told to stop".to_owned()));
        }
        Ok(())
    }

    /// Follows the next entries below `size`.
    pub(super) fn step(&mut self, size: u64) -> Result<(), StoreError> {
        self.go_on()?;
        let below = size.min(self.next + AT_A_TIME);
        for found in self.rows.journal(self.next, below)? {
            if found.leaf() != self.next {
                let (want, leaf) = (self.next, found.leaf());
                self.differ(leaf, "place", format!("expected entry {want}, found {leaf}"));
                self.next = leaf;
            }
            self.tell_if_no_canary(self.next);
            match found {
                Found::Shell { leaf, tag, commitments } => self.shell(leaf, tag, commitments)?,
                Found::Entry(row) => self.entry(&row)?,
            }
            self.next += 1;
        }
        if self.next < below {
            let want = self.next;
            self.differ(want, "place", format!("expected entry {want}, found none"));
            self.next = below;
        }
        Ok(())
    }

    fn shell(&mut self, leaf: Leaf, tag: [u8; 32], [party, own]: [[u8; 32]; 2]) -> Result<(), StoreError> {
        self.tree.push(leaf_hash(&[tag, party, own].concat()));
        self.report.erased += 1;
        if !self.spill.add_shell(tag, leaf)? {
            self.differ(leaf, "tag", "it bears the tag of another erased entry");
        }
        Ok(())
    }

    fn entry(&mut self, row: &Row) -> Result<(), StoreError> {
        let commitment = |part: &([u8; 16], String)| mac(&part.0, part.1.as_bytes());
        let public = [row.tag, commitment(&row.party), commitment(&row.own)].concat();
        self.tree.push(leaf_hash(&public));
        let statement = match Statement::read(row, &self.forms) {
            Ok(statement) => statement,
            Err(why) => {
                self.differ(row.leaf, "form", why);
                return Ok(());
            }
        };
        if statement.at < self.latest {
            self.differ(row.leaf, "time", "it is older than the entry before it");
        }
        self.latest = self.latest.max(statement.at);
        self.tag(row, &statement);
        let Some(subject) = statement.subject else {
            return self.of_nobody(&statement);
        };
        if statement.kind == "erased" {
            self.excuse_unknown();
            self.erased(&statement);
        }
        let mut known = self.spill.take(subject)?;
        self.number(row, subject, &statement, &mut known)?;
        self.of_somebody(&statement, subject, &mut known)?;
        self.spill.put(subject, known)
    }

    fn of_nobody(&mut self, statement: &Statement) -> Result<(), StoreError> {
        match statement.kind.as_str() {
            "policy-changed" => self.policy_changed(statement),
            "party-enrolled" | "party-keys" | "party-approved" | "party-suspended" | "party-resumed"
            | "party-ending" => self.party(statement),
            "notice-received" | "notice-closed" => {
                self.notice(statement);
                Ok(())
            }
            "canary-asked" => {
                self.canary_asked(statement);
                Ok(())
            }
            "erased" => {
                self.excuse_unknown();
                self.erased(statement);
                Ok(())
            }
            // The other kinds decide nothing.
            _ => Ok(()),
        }
    }

    fn of_somebody(&mut self, statement: &Statement, subject: [u8; 16], known: &mut Known) -> Result<(), StoreError> {
        match statement.kind.as_str() {
            "asked" => self.asked(statement, subject, known),
            "refused" => self.refused(statement, known),
            "answered" | "withheld" | "failed" | "abandoned" => self.ended(statement, subject, known),
            "consent-asked" | "consent-not-asked" => self.put(statement, subject, known),
            "consent-given" => self.given(statement, subject, known),
            "consent-refused" | "consent-withdrawn" | "consent-lapsed" | "consent-void" => {
                self.over(statement, subject, known);
                Ok(())
            }
            _ => {
                self.person(statement, subject, known)?;
                Ok(())
            }
        }
    }

    fn policy_changed(&mut self, statement: &Statement) -> Result<(), StoreError> {
        let hash = statement.text("policy").to_owned();
        if self.policy(&hash)?.is_none() {
            self.differ(
                statement.leaf,
                "policy",
                "the text of this policy is not there, or not understood",
            );
        }
        self.in_force = Some(hash);
        Ok(())
    }

    /// The policy that a decision names, which must be the one in force. The one it names is gone by all the same.
    pub(super) fn policy_of(&mut self, statement: &Statement) -> Result<Option<Rc<Policy>>, StoreError> {
        let hash = statement.text("policy").to_owned();
        if self.in_force.as_ref() != Some(&hash) {
            self.differ(
                statement.leaf,
                "policy",
                "it was decided by a policy that was not in force",
            );
        }
        self.policy(&hash)
    }

    /// A policy by its hash.
    pub(super) fn policy(&mut self, hash: &str) -> Result<Option<Rc<Policy>>, StoreError> {
        if let Some(policy) = self.policies.get(hash) {
            return Ok(policy.clone());
        }
        let text = match unhex(hash) {
            Some(bytes) => self
                .rows
                .policy(&bytes)?
                .filter(|text| sha256(&[text.as_bytes()]) == bytes),
            None => None,
        };
        let policy = text.and_then(|text| Policy::read(&text)).map(Rc::new);
        self.policies.insert(hash.to_owned(), policy.clone());
        Ok(policy)
    }

    /// Whether the entries so far have this size and these roots.
    pub(super) fn is_tree(&self, size: u64, roots: &[u8]) -> bool {
        self.tree.size() == size && self.tree.roots().concat() == roots
    }
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(index * 2..index * 2 + 2)?, 16).ok()?;
    }
    Some(bytes)
}
