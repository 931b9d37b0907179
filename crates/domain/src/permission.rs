//! What can cover an ask.

pub mod consent;
pub mod evidence;
pub mod probe;
pub mod terms;
