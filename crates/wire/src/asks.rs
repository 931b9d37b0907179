//! Signed asks, which others carry and cannot read: what a recipient wishes, the body in which asks are posted, whom they
//! are about, and the sealed outcome. The signature itself is [`crate::jose::signed_ask`]'s.

pub mod body;
pub mod name;
pub mod opened;
pub mod outcome;
pub mod subject;
pub mod told;
pub mod wish;

pub use name::EventName;
pub use wish::Wish;

#[cfg(test)]
mod tests;
