//! Readiness and metrics name carriers and what became of asks: with a door of their own, the public one shuts.

use crate::http::fetch;
use crate::parts::{Parts, Settings, free_port};

#[test]
fn with_a_door_of_their_own_operators_are_told_nothing_at_the_public_one() {
    let port = free_port();
    let parts = Parts::start(Settings {
        listen: format!("operators_address = \"127.0.0.1:{port}\"\n"),
        ..Settings::default()
    });
    let own = format!("http://127.0.0.1:{port}");
    for path in ["/metrics", "/readyz"] {
        assert_eq!(parts.world.get(path).status, 404, "{path}");
        assert_eq!(fetch(&format!("{own}{path}")).status, 200, "{path}");
    }
    assert!(fetch(&format!("{own}/metrics")).text().contains("wayleave_"));
    assert_eq!(
        parts.world.get("/healthz").status,
        200,
        "a load balancer is told that it lives"
    );
    for path in ["/", "/openapi.json", "/oauth2/jwks", "/c/AAAAAAAAAAAAAAAAAAAAAA"] {
        assert_eq!(fetch(&format!("{own}{path}")).status, 404, "{path}");
    }
}
