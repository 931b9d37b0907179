//! Where positions come from: other operators' endpoints, and the phone's own browser. [`route`] picks one for each
//! recorded ask; a source cannot be asked with anything else.

pub mod breaker;
pub mod camara;
pub mod handset;
pub(crate) mod link;
pub mod mlp;
pub mod route;

#[cfg(test)]
mod tests;
