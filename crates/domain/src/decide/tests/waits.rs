//! How long a source may take, where a hub waits for the outcome.

use super::help;
use crate::time::Span;

#[test]
fn a_source_has_no_longer_than_a_hub_waits() {
    let deadline = |wait: Option<u32>| {
        let case = help().with(|case| case.carried.wait = wait.map(Span::milliseconds));
        case.decide().expect("covered").deadline
    };
    let own = deadline(None);
    assert_eq!(deadline(Some(2000)), Span::milliseconds(2000));
    assert_eq!(deadline(Some(0)), Span::default());
    assert_eq!(
        deadline(Some(600_000)),
        own,
        "nobody waits longer than the policy lets a source take"
    );
}
