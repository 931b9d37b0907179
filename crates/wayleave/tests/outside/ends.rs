//! A gateway that is told to stop.

use std::fs;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::partner::assert_answered;
use crate::parts::{Parts, Settings};

/// An end waits at most 17 s for what is under way. Here nothing is, so whoever waits that long waits for a leak.
const AT_ONCE: Duration = Duration::from_secs(12);

#[test]
fn a_gateway_that_has_nothing_under_way_ends_at_once() {
    let mut parts = Parts::start(Settings::default());
    let world = &parts.world;
    let (partner, phone) = (world.partner("plain"), world.free_phone());
    phone.agree_to(&partner, &json!({}));
    assert_answered(&partner.retrieve(&phone.number));
    let log = world.folder.join("gateway.log");
    let started = Instant::now();
    let status = parts.gateway.take().expect("a gateway").end();
    let (took, log) = (started.elapsed(), fs::read_to_string(log).expect("a log"));
    assert_eq!(status, Some(0), "{log}");
    assert!(took < AT_ONCE, "after {took:?}: {log}");
    assert!(!log.contains("did not end in time"), "{log}");
}
