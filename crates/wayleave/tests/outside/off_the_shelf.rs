//! Libraries and SDKs that know nothing of this gateway are driven by `web/tests/clients.test.js`, a stage of `make test`.
//! Where only `cargo test` runs, that test is started from here if npm's packages are there, and is said to be left out if
//! they are not.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use crate::program::{WAYLEAVE, said};

#[test]
fn off_the_shelf_clients_work_as_they_are() {
    if std::env::var_os("WAYLEAVE_MAKE_TEST").is_some() {
        return;
    }
    let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web");
    if !web.join("node_modules/openid-client").exists() {
        let words = "!!! SKIPPED: off-the-shelf clients: npm's packages are missing (make setup, or make test)\n";
        // Past the test runner, which keeps what a passing test prints to itself.
        let _shown = std::io::stderr().write_all(words.as_bytes());
        return;
    }
    let programs = Path::new(WAYLEAVE).parent().expect("a folder");
    let output = Command::new("node")
        .args(["--test", "tests/clients.test.js"])
        .current_dir(web)
        .env("WAYLEAVE_BIN_DIR", programs)
        .output();
    let output = output.expect("node, which came with npm's packages");
    assert!(output.status.success(), "{}", said(&output));
}
