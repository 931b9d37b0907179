//! Settling, seen from its items and outcomes, on a store in memory.

mod around;
mod chain;
mod consents;
mod elsewhere;
mod events;
mod faults;
mod history;
mod limits;
mod model;
mod opening;
mod outcomes;
mod passing;
mod receipts;
mod road;
mod signing;
mod steps;
mod world;
