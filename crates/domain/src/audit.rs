//! The arithmetic of an audit of consents: which entries an auditor's seed picks, how sure a rate is, and how many must be
//! looked at to see it. All of it can be repeated by other software: see `docs/auditing/consent-audit.md`.

pub mod choice;
pub mod interval;
pub mod tally;
