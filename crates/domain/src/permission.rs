//! What can cover an ask.

pub mod assertion;
pub mod chain;
pub mod consent;
pub mod evidence;
pub mod life;
pub mod lines;
pub mod probe;
pub mod terms;
pub mod within;
