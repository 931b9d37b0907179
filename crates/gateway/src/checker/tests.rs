//! The check against honest histories, in which it must find nothing, and against forged ones, in which it must name each
//! forgery.

mod chain;
mod erasures;
mod forger;
mod forgeries;
mod histories;
mod lines;
mod unseen;
mod world;

use super::forms::Forms;
use super::tags::Tags;

#[test]
fn every_kind_has_its_form() {
    let forms = Forms::new();
    let known: std::collections::BTreeSet<_> = forms.kinds().copied().collect();
    let all = domain::journal::entry::Kind::ALL.map(domain::journal::entry::Kind::word);
    assert_eq!(known, all.into());
}

#[test]
fn a_tag_is_for_one_number_of_one_person() {
    let tags = Tags::new(&[1; 32]);
    let tag = tags.of([1; 16], 7, false);
    assert_eq!(tag, tags.of([1; 16], 7, false));
    let others = [
        tags.of([2; 16], 7, false),
        tags.of([1; 16], 8, false),
        tags.of([1; 16], 7, true),
        tags.of_nobody(7),
        Tags::new(&[2; 32]).of([1; 16], 7, false),
    ];
    assert!(!others.contains(&tag));
}
