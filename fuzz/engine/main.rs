//! The coverage-guided engine: libFuzzer around one target, which `WAYLEAVE_FUZZ_TARGET` names.
#![no_main]

use std::sync::OnceLock;

use fuzz::{PLANTED, Target, named};
use libfuzzer_sys::fuzz_target;

static CHOSEN: OnceLock<&'static Target> = OnceLock::new();

fn chosen() -> &'static Target {
    let name = std::env::var("WAYLEAVE_FUZZ_TARGET").unwrap_or_default();
    named(&name)
        .or_else(|| (name == PLANTED.name).then_some(&PLANTED))
        .unwrap_or_else(|| panic!("WAYLEAVE_FUZZ_TARGET: expected the name of a target, found `{name}`"))
}

fuzz_target!(|data: &[u8]| (CHOSEN.get_or_init(chosen).run)(data));
