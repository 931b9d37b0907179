//! Settling, seen from its items and outcomes, on a store in memory.

mod around;
mod consents;
mod faults;
mod history;
mod limits;
mod model;
mod opening;
mod outcomes;
mod receipts;
mod road;
mod steps;
mod world;
