//! The carrier's subscribers: where each really is, and what the network last saw of each.

use super::radio::{self, Fix};
use crate::area::Point;
use crate::chance::Chance;
use crate::city::port_aster;
use crate::clock;
use crate::life::StartError;
use crate::roster::{Block, Line, LineState, Roster, digits};
use crate::sync::lock;
use crate::walk::Walker;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// How often the network hears of every phone by itself, in milliseconds; between, the last known position ages.
const REGISTER_EVERY_MS: i64 = 60_000;

/// How many fixes of a phone the control side remembers.
const RECENT_MAX: usize = 16;

/// One phone in motion.
#[derive(Debug)]
pub struct Subscriber {
    /// What the line is to the carrier.
    pub state: LineState,
    walker: Walker,
    chance: Chance,
    phase_ms: i64,
    last: Fix,
    recent: VecDeque<Fix>,
}

impl Subscriber {
    fn new(number: u64, state: LineState, now_ms: i64) -> Self {
        let mut seed = Chance::new(number);
        let phase_ms = seed.between(0, REGISTER_EVERY_MS as u64 - 1) as i64;
        let registered_ms = registration_before(now_ms, phase_ms);
        let walker = Walker::new(port_aster(), seed.bits(), registered_ms);
        let mut chance = Chance::from_system();
        let last = network_fix(&walker, registered_ms, 95, &mut chance);
        Self {
            state,
            walker,
            chance,
            phase_ms,
            last,
            recent: VecDeque::from([last]),
        }
    }

    /// Moves the phone on to `now_ms`; the network hears of it on the way, if its time has come.
    fn advance(&mut self, now_ms: i64, confidence: u8) {
        let registered_ms = registration_before(now_ms, self.phase_ms);
        if registered_ms > self.last.at_ms {
            self.walker.advance(registered_ms);
            let fix = network_fix(&self.walker, registered_ms, confidence, &mut self.chance);
            self.remember(fix);
        }
        self.walker.advance(now_ms);
    }

    /// What the network last saw, as of `now_ms`.
    pub fn last_known(&mut self, now_ms: i64, confidence: u8) -> Fix {
        self.advance(now_ms, confidence);
        self.last
    }

    /// Locates the phone at `now_ms` with the radius of `rung`.
    pub fn locate(&mut self, now_ms: i64, rung: u64, confidence: u8) -> Fix {
        self.advance(now_ms, confidence);
        let fix = radio::fix(self.walker.place(), rung, confidence, now_ms, &mut self.chance);
        self.remember(fix);
        fix
    }

    /// How fine the next fresh fix will be, and how long it takes within `range_ms`.
    pub fn prospect(&mut self, range_ms: (u64, u64)) -> (u64, u64) {
        let rung = self.chance.between(radio::FRESH_RUNGS.0, radio::FRESH_RUNGS.1);
        (rung, self.chance.between(range_ms.0, range_ms.1))
    }

    /// Where the phone really is at `now_ms`.
    pub fn truth(&mut self, now_ms: i64) -> Point {
        self.advance(now_ms, 95);
        self.walker.place()
    }

    /// The latest fixes, oldest first.
    pub fn recent(&self) -> impl Iterator<Item = &Fix> {
        self.recent.iter()
    }

    fn remember(&mut self, fix: Fix) {
        self.last = fix;
        if self.recent.len() >= RECENT_MAX {
            self.recent.pop_front();
        }
        self.recent.push_back(fix);
    }
}

fn registration_before(now_ms: i64, phase_ms: i64) -> i64 {
    (now_ms - phase_ms).div_euclid(REGISTER_EVERY_MS) * REGISTER_EVERY_MS + phase_ms
}

fn network_fix(walker: &Walker, at_ms: i64, confidence: u8, chance: &mut Chance) -> Fix {
    let rung = chance.between(radio::LAST_KNOWN_RUNGS.0, radio::LAST_KNOWN_RUNGS.1);
    radio::fix(walker.place(), rung, confidence, at_ms, chance)
}

/// All subscribers; those in blocks come to life when first asked about.
#[derive(Debug)]
pub struct Subscribers {
    lines: BTreeMap<u64, Line>,
    blocks: Vec<(u64, Block)>,
    changed: Mutex<BTreeMap<String, LineState>>,
    path: PathBuf,
    alive: RwLock<HashMap<u64, Arc<Mutex<Subscriber>>>>,
}

impl Subscribers {
    /// The roster, with the states that were changed in earlier runs (kept in `dir/phones.json`).
    ///
    /// # Errors
    /// When a number is no number or the kept states cannot be read.
    pub fn open(roster: Roster, dir: &Path) -> Result<Self, StartError> {
        let key = |number: &str| digits(number).ok_or_else(|| format!("expected an E.164 number, found `{number}`"));
        let path = dir.join("phones.json");
        let changed = match std::fs::read(&path) {
            Ok(text) => serde_json::from_slice(&text).map_err(|error| format!("`{}`: {error}", path.display()))?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => BTreeMap::new(),
            Err(error) => return Err(format!("cannot read `{}`: {error}", path.display()).into()),
        };
        let mut lines = BTreeMap::new();
        for line in roster.lines {
            lines.insert(key(&line.number)?, line);
        }
        let mut blocks = Vec::new();
        for block in roster.blocks {
            blocks.push((key(&block.first)?, block));
        }
        Ok(Self {
            lines,
            blocks,
            changed: Mutex::new(changed),
            path,
            alive: RwLock::default(),
        })
    }

    /// The subscriber of a number, with or without `+`; `None` when the roster has no such number.
    pub fn find(&self, number: &str) -> Option<Arc<Mutex<Subscriber>>> {
        let key = digits(number)?;
        let alive = self
            .alive
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&key)
            .cloned();
        if alive.is_some() {
            return alive;
        }
        let in_block = || {
            let found = self
                .blocks
                .iter()
                .find(|(first, block)| key >= *first && key - first < block.count);
            found.map(|(_, block)| block.state)
        };
        let state = self.lines.get(&key).map(|line| line.state).or_else(in_block)?;
        let state = lock(&self.changed).get(&format!("+{key}")).copied().unwrap_or(state);
        let mut alive = self.alive.write().unwrap_or_else(PoisonError::into_inner);
        let fresh = || Arc::new(Mutex::new(Subscriber::new(key, state, clock::now_ms())));
        Some(Arc::clone(alive.entry(key).or_insert_with(fresh)))
    }

    /// The named lines, in order of number.
    pub fn lines(&self) -> impl Iterator<Item = &Line> {
        self.lines.values()
    }

    /// The named line of a number.
    pub fn line(&self, number: &str) -> Option<&Line> {
        self.lines.get(&digits(number)?)
    }

    /// Changes what a line is to the carrier, for this run and the next ones; `false` when there is no such number.
    ///
    /// # Errors
    /// When the change cannot be kept on the disk.
    pub fn change(&self, number: &str, state: LineState) -> std::io::Result<bool> {
        let (Some(subscriber), Some(key)) = (self.find(number), digits(number)) else {
            return Ok(false);
        };
        let mut changed = lock(&self.changed);
        changed.insert(format!("+{key}"), state);
        lock(&subscriber).state = state;
        let text = serde_json::to_vec_pretty(&*changed)?;
        let new = self.path.with_extension("json.new");
        std::fs::write(&new, text)?;
        std::fs::rename(&new, &self.path)?;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_last_known_position_is_at_most_a_minute_old_and_was_true_then() {
        let mut subscriber = Subscriber::new(12_025_550_100, LineState::On, 1_000_000_000);
        for step in 0..600 {
            let now_ms = 1_000_000_000 + step * 7_000;
            let fix = subscriber.last_known(now_ms, 100);
            assert!(
                (0..REGISTER_EVERY_MS).contains(&(now_ms - fix.at_ms)),
                "age {} ms",
                now_ms - fix.at_ms
            );
            // The very first fix is from before the confidence of 100 percent was asked for.
            assert!(step < 10 || fix.area.contains(&fix.truth));
        }
    }

    #[test]
    fn blocks_hold_their_numbers_and_no_others() {
        let dir = tempfile::tempdir().unwrap();
        let block = Block {
            first: "+99900000000".into(),
            count: 10,
            state: LineState::On,
        };
        let roster = Roster {
            lines: vec![],
            blocks: vec![block],
        };
        let subscribers = Subscribers::open(roster.clone(), dir.path()).unwrap();
        assert!(subscribers.find("+99900000009").is_some());
        assert!(subscribers.find("+99900000010").is_none());
        assert!(subscribers.change("+99900000003", LineState::Off).unwrap());
        let again = Subscribers::open(roster, dir.path()).unwrap();
        assert_eq!(lock(&again.find("99900000003").unwrap()).state, LineState::Off);
    }
}
