//! AC-50, by the clock: how long the absence of an answer takes tells no more than its words. Measured at the caller's
//! socket, in a program of its own so that no other test disturbs it, with enough samples to see a millisecond.

#![expect(
    clippy::disallowed_methods,
    reason = "a test outside of the programs has a clock and chance of its own"
)]
#![expect(dead_code, reason = "the modules are shared with the other tests from outside")]

#[path = "outside/http.rs"]
mod http;
#[path = "outside/jose.rs"]
mod jose;
#[path = "outside/partner.rs"]
mod partner;
#[path = "outside/phone.rs"]
mod phone;
#[path = "outside/program.rs"]
mod program;
#[path = "outside/world.rs"]
mod world;

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::json;

use partner::Partner;
use phone::Phone;
use world::World;

/// Each consent allows so many asks.
const ASKS_A_CONSENT: usize = 12;
/// So many times that many asks are measured at most, until a millisecond can be seen. Twice that, and the first, which are
/// not counted, are no more consents than a person has room for.
const CONSENTS_MAX: usize = 7;
/// So many times that many are always measured.
const CONSENTS_LEAST: usize = 3;
/// After so long no more is measured than must be.
const LONG: Duration = Duration::from_secs(60);
/// The two-sample test of Kolmogorov and Smirnov passes samples of one distribution 9,999 times in 10,000.
const CRITICAL: f64 = 2.23;
/// The finest difference of medians that counts, in milliseconds.
const FINEST_MS: f64 = 1.0;
/// What may hide a difference on a busy machine, in milliseconds.
const SHIFTS_MS: [f64; 7] = [FINEST_MS, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0];

/// One measurement at a time.
static ALONE: Mutex<()> = Mutex::new(());

/// Somebody about whom there is no answer, and why.
struct Silent<'a> {
    why: &'static str,
    phone: Phone<'a>,
    agrees: bool,
    status: u16,
}

impl<'a> Silent<'a> {
    fn new(world: &'a World, why: &'static str, agrees: bool, status: u16) -> Self {
        let phone = world.free_phone();
        Self {
            why,
            phone,
            agrees,
            status,
        }
    }

    fn become_state(&self, state: &str) {
        let url = format!("{}/phones/{}", self.phone.world.carrier, self.phone.number);
        let answer = http::send_json("PUT", &url, &json!({"state": state}));
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    /// How long one ask takes, in milliseconds.
    fn time(&self, plain: &Partner) -> f64 {
        let request = plain.signed("POST", world::RETRIEVE);
        let request = request.json(&world::retrieval(&self.phone.number));
        let started = Instant::now();
        let answer = request.send(plain.host());
        let took = started.elapsed();
        assert_eq!(answer.status, self.status, "{}: {}", self.why, answer.text());
        took.as_secs_f64() * 1000.0
    }
}

/// As many asks as one consent allows, about each in turn, so that whatever disturbs the machine disturbs all alike.
fn measure(plain: &Partner, all: &[Silent<'_>], samples: &mut [Vec<f64>]) {
    for silent in all.iter().filter(|silent| silent.agrees) {
        silent.phone.agree_to(plain, &json!({}));
    }
    for _ in 0..ASKS_A_CONSENT {
        for (silent, sample) in all.iter().zip(samples.iter_mut()) {
            sample.push(silent.time(plain));
        }
    }
}

/// How far two samples are from one distribution, as a multiple of what chance alone gives.
fn distance(one: &[f64], other: &[f64]) -> f64 {
    let share =
        |sample: &[f64], limit: f64| sample.iter().filter(|time| **time <= limit).count() as f64 / sample.len() as f64;
    let limits = one.iter().chain(other);
    let apart = limits
        .map(|limit| (share(one, *limit) - share(other, *limit)).abs())
        .fold(0.0, f64::max);
    let (n, m) = (one.len() as f64, other.len() as f64);
    apart / ((n + m) / (n * m)).sqrt()
}

/// Whether these samples would tell a difference of so many milliseconds.
fn sees(sample: &[f64], shift_ms: f64) -> bool {
    let shifted: Vec<f64> = sample.iter().map(|time| time + shift_ms).collect();
    distance(sample, &shifted) > CRITICAL
}

fn median(sample: &[f64]) -> f64 {
    let mut sorted = sample.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

/// Stops the test if the samples tell the reasons apart, twice in a row: a difference that the gateway makes is there each
/// time, one that the machine made is not.
fn are_alike(plain: &Partner, all: &[Silent<'_>]) {
    // The first asks teach the gateway how long its carriers take, and are not counted.
    measure(plain, all, &mut fresh(all));
    let found = tells_apart(plain, all).and_then(|first| {
        println!("AGAIN: {first}");
        tells_apart(plain, all)
    });
    assert_eq!(found, None, "the time tells two reasons apart");
}

fn fresh(all: &[Silent<'_>]) -> Vec<Vec<f64>> {
    vec![Vec::new(); all.len()]
}

/// Which reason the time tells from the first, if any, by new samples.
fn tells_apart(plain: &Partner, all: &[Silent<'_>]) -> Option<String> {
    let mut samples = fresh(all);
    let started = Instant::now();
    for round in 1..=CONSENTS_MAX {
        measure(plain, all, &mut samples);
        if round < CONSENTS_LEAST {
            continue;
        }
        if started.elapsed() > LONG || samples.iter().all(|sample| sees(sample, FINEST_MS)) {
            break;
        }
    }
    let seen = SHIFTS_MS
        .into_iter()
        .find(|shift| samples.iter().all(|sample| sees(sample, *shift)));
    let seen = seen.expect("samples that see 64 ms: is this machine alive?");
    if seen > FINEST_MS {
        println!("NOISY: other work on this machine hides differences below {seen} ms");
    }
    let first = &samples[0];
    let lines = all.iter().zip(&samples).skip(1).map(|(silent, sample)| {
        let (apart, shift) = (distance(first, sample), median(sample) - median(first));
        let line = format!(
            "`{}` against `{}`: {} samples each, {apart:.2} of {CRITICAL}, {shift:+.3} ms",
            silent.why,
            all[0].why,
            sample.len()
        );
        println!("{line}");
        (apart > CRITICAL).then_some(line)
    });
    lines.collect::<Vec<_>>().into_iter().flatten().next()
}

#[test]
fn ac_50_a_denial_takes_as_long_for_every_number() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let world = World::demo();
    let plain = world.partner("plain");
    let all = [
        Silent::new(&world, "nobody agreed", false, 403),
        Silent::new(&world, "unknown to the carrier", true, 403),
        Silent::new(&world, "gone to another carrier", true, 403),
    ];
    all[1].become_state("unknown-to-carrier");
    all[2].become_state("ported");
    are_alike(&plain, &all);
}

#[test]
fn ac_50_a_pause_takes_as_long_as_a_phone_that_is_off() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let world = World::demo();
    let plain = world.partner("plain");
    let all = [
        Silent::new(&world, "off", true, 422),
        Silent::new(&world, "paused", true, 422),
    ];
    all[0].become_state("off");
    all[1].phone.reply("PAUSE");
    are_alike(&plain, &all);
    assert!(world.queries(&all[1].phone.number).is_empty(), "the carrier was asked");
}
