//! Where the journeys are shown, and what their pages may reach.

use axum::http::header::CONTENT_SECURITY_POLICY;

use super::{StatusCode, list, play};
use crate::config::world_file::sample_world;
use crate::pages::journeys::Journey;

const ISSUER: &str = "http://127.0.0.1:8080";

#[test]
fn a_gateway_without_a_simulated_world_has_no_journeys() {
    assert_eq!(list(None).status(), StatusCode::NOT_FOUND);
    for journey in Journey::ALL {
        assert_eq!(play(None, journey.name(), ISSUER).status(), StatusCode::NOT_FOUND);
    }
}

#[test]
fn each_journey_has_a_page_and_no_other_name_has() {
    let world = sample_world();
    assert_eq!(list(Some(&world)).status(), StatusCode::OK);
    for journey in Journey::ALL {
        assert_eq!(play(Some(&world), journey.name(), ISSUER).status(), StatusCode::OK);
    }
    for name in ["", "Roadside", "emergency", "roadside/"] {
        assert_eq!(
            play(Some(&world), name, ISSUER).status(),
            StatusCode::NOT_FOUND,
            "{name}"
        );
    }
}

#[test]
fn a_page_reaches_the_origins_of_its_world_alone_and_frames_only_homes() {
    let world = sample_world();
    let page = play(Some(&world), "roadside", ISSUER);
    let policy = page.headers()[CONTENT_SECURITY_POLICY].to_str().expect("a policy");
    let of = |directive: &str| {
        let found = policy.split("; ").find_map(|part| part.strip_prefix(directive));
        let mut origins: Vec<&str> = found.expect(directive).split_whitespace().collect();
        origins.sort_unstable();
        origins
    };
    let origin = |port: u16| format!("http://127.0.0.1:{port}");
    let mut reads: Vec<String> = (4001..=4011).map(origin).collect();
    reads.insert(0, "'self'".to_owned());
    assert_eq!(of("connect-src "), reads);
    assert_eq!(of("frame-src "), ["'self'".to_owned(), origin(4003), origin(4005)]);
    assert_eq!(of("frame-ancestors "), ["'none'"]);
    let list = list(Some(&world));
    let policy = list.headers()[CONTENT_SECURITY_POLICY].to_str().expect("a policy");
    assert!(policy.contains("connect-src 'self';"), "{policy}");
}
