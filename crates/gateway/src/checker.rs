//! A second opinion on the journal. It reads the entries in order, keeps its own small record of every person and party,
//! and decides every ask, answer and consent once more, from the entries, the terms, the signatures and the texts of the
//! policies alone. It shares no deciding code with the path of a request: a fault there, or a row that somebody wrote by
//! hand, is found here.

mod answers;
mod around;
mod asks;
mod closing;
mod consents;
mod difference;
mod ends;
mod events;
mod evidence;
mod forms;
mod home;
pub mod job;
mod known;
mod lives;
mod notices;
mod numbers;
mod parties;
mod policies;
mod questions;
mod rows;
mod schedule;
mod seals;
mod spill;
mod standing;
mod statement;
mod tags;
mod terms;
mod walk;

pub use difference::{Difference, Report};
pub use walk::{Checked, check};

#[cfg(test)]
mod tests;
