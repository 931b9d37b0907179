//! Where positions come from: other operators' endpoints, and the phone's own browser. [`route`] picks one for each
//! recorded ask; a source cannot be asked with anything else.

pub mod breaker;
pub mod camara;
pub mod check;
pub mod gateway;
pub mod handset;
pub(crate) mod link;
pub mod mlp;
pub mod route;
pub(crate) mod token;

/// The counter of answers that were not believed, by source and reason.
pub const DOUBTS_TOTAL: &str = "wayleave_source_doubts_total";

#[cfg(test)]
pub(crate) mod tests;
