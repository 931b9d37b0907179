//! OMA's Mobile Location Protocol, by which carriers' location servers are asked: standard location immediate, in the
//! dialects 3.0, 3.1, 3.2, 3.4 and 3.5. Requests are printed; answers and pushed reports are read.
//!
//! What is sent keeps to the dialect. What comes is read as it is found in the field: many spellings are taken, each is
//! noted as a [`quirk::Quirk`], and none changes where somebody is. Where a spelling leaves that open, the answer is
//! refused instead. Nothing of an answer is ever printed.

pub mod answer;
mod coordinate;
pub mod dialect;
mod encoding;
pub mod error;
pub mod expect;
mod measure;
mod msid;
mod outcome;
mod position;
pub mod quirk;
pub mod report;
pub mod resid;
mod shape;
pub mod slir;
mod time;
mod xml;

/// The largest document that is read, in bytes. A larger one is refused by its length alone.
pub const BYTES_MAX: usize = 64 * 1024;

#[cfg(test)]
mod tests;
