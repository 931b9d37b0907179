//! Attempts to forge what only a step taken may yield. Each stands beside a twin that differs in the forbidden line alone
//! and compiles, so that a refusal means the forbidden thing and no misspelt name. The error is named; a nightly
//! `cargo test --doc` compares it, and a stable one takes any.
//!
//! # A recorded ask cannot be made
//!
//! ```
//! use domain::{ask::Ask, decide::Grant, journal::settle::Recorded, time::Timestamp};
//! fn forge(ask: Ask, grant: Grant, at: Timestamp, real: Recorded) -> Recorded {
//!     drop((ask, grant, 0_u64, 1_u64, at));
//!     real
//! }
//! ```
//!
//! ```compile_fail,E0451
//! use domain::{ask::Ask, decide::Grant, journal::settle::Recorded, time::Timestamp};
//! fn forge(ask: Ask, grant: Grant, at: Timestamp, real: Recorded) -> Recorded {
//!     drop(real);
//!     Recorded { ask, grant, leaf: 0_u64, n: 1_u64, at }
//! }
//! ```
//!
//! # Nor altered
//!
//! ```
//! use domain::{decide::Grant, journal::settle::Recorded};
//! fn widen(recorded: &mut Recorded, grant: Grant) -> bool {
//!     *recorded.grant() == grant
//! }
//! ```
//!
//! ```compile_fail,E0616
//! use domain::{decide::Grant, journal::settle::Recorded};
//! fn widen(recorded: &mut Recorded, grant: Grant) -> bool {
//!     recorded.grant = grant;
//!     *recorded.grant() == grant
//! }
//! ```
//!
//! # Nor doubled
//!
//! ```
//! use domain::{ask::Ask, journal::settle::{Recorded, Released}, minimise::Answer, party::Caller, reply::Reply};
//! fn twice<T: Clone>(value: &T) -> T { value.clone() }
//! fn all(a: &Ask, b: &Caller, c: &Recorded, d: &Answer, e: &Released, f: &Reply) {
//!     let _ = (a, b, c, d, e, f);
//!     twice(&0_u8);
//! }
//! ```
//!
//! ```compile_fail,E0277
//! use domain::journal::settle::Recorded;
//! fn twice<T: Clone>(value: &T) -> T { value.clone() }
//! fn all(c: &Recorded) {
//!     twice(c);
//! }
//! ```
//!
//! ```compile_fail,E0277
//! use domain::journal::settle::Released;
//! fn twice<T: Clone>(value: &T) -> T { value.clone() }
//! fn all(e: &Released) {
//!     twice(e);
//! }
//! ```
//!
//! ```compile_fail,E0277
//! use domain::minimise::Answer;
//! fn twice<T: Clone>(value: &T) -> T { value.clone() }
//! fn all(d: &Answer) {
//!     twice(d);
//! }
//! ```
//!
//! ```compile_fail,E0277
//! use domain::reply::Reply;
//! fn twice<T: Clone>(value: &T) -> T { value.clone() }
//! fn all(f: &Reply) {
//!     twice(f);
//! }
//! ```
//!
//! ```compile_fail,E0277
//! use domain::ask::Ask;
//! fn twice<T: Clone>(value: &T) -> T { value.clone() }
//! fn all(a: &Ask) {
//!     twice(a);
//! }
//! ```
//!
//! ```compile_fail,E0277
//! use domain::party::Caller;
//! fn twice<T: Clone>(value: &T) -> T { value.clone() }
//! fn all(b: &Caller) {
//!     twice(b);
//! }
//! ```
//!
//! # Nor used twice
//!
//! ```
//! use domain::{geo::grid::GridKey, journal::settle::Recorded, locate::Found, minimise::minimise, time::Timestamp};
//! fn answer(recorded: Recorded, one: Found, other: Found, key: &GridKey, now: Timestamp) {
//!     let _ = minimise(recorded, one, key, now);
//!     drop(other);
//! }
//! ```
//!
//! ```compile_fail,E0382
//! use domain::{geo::grid::GridKey, journal::settle::Recorded, locate::Found, minimise::minimise, time::Timestamp};
//! fn answer(recorded: Recorded, one: Found, other: Found, key: &GridKey, now: Timestamp) {
//!     let _ = minimise(recorded, one, key, now);
//!     let _ = minimise(recorded, other, key, now);
//! }
//! ```
//!
//! # A release cannot be made
//!
//! ```
//! use domain::{journal::receipt::Receipt, journal::settle::Released, minimise::Answer, time::Timestamp};
//! fn forge(answer: Answer, receipt: Receipt, at: Timestamp, real: Released) -> Released {
//!     drop((answer, receipt, at));
//!     real
//! }
//! ```
//!
//! ```compile_fail,E0451
//! use domain::{journal::receipt::Receipt, journal::settle::Released, minimise::Answer, time::Timestamp};
//! fn forge(answer: Answer, receipt: Receipt, at: Timestamp, real: Released) -> Released {
//!     drop(real);
//!     Released { answer, receipt, at }
//! }
//! ```
//!
//! # A reply cannot be made
//!
//! ```
//! use domain::{reply::Reply, time::Timestamp};
//! fn forge(body: Vec<u8>, receipt: String, leave_by: Timestamp, real: Reply) -> Reply {
//!     drop((body, receipt, leave_by));
//!     real
//! }
//! ```
//!
//! ```compile_fail,E0451
//! use domain::{reply::Reply, time::Timestamp};
//! fn forge(body: Vec<u8>, receipt: String, leave_by: Timestamp, real: Reply) -> Reply {
//!     drop(real);
//!     Reply { body, receipt, leave_by }
//! }
//! ```
//!
//! # A position cannot be printed, nor read before it is minimised
//!
//! ```
//! use domain::locate::Fix;
//! fn leak(fix: &Fix) -> Option<String> {
//!     let _ = fix;
//!     serde_json::to_string("anything else").ok()
//! }
//! ```
//!
//! ```compile_fail,E0277
//! use domain::locate::Fix;
//! fn leak(fix: &Fix) -> Option<String> {
//!     serde_json::to_string(fix).ok()
//! }
//! ```
//!
//! ```compile_fail,E0624
//! use domain::{geo::Area, locate::Fix};
//! fn leak(fix: &Fix) -> &Area {
//!     fix.area()
//! }
//! ```
//!
//! ```compile_fail,E0624
//! use domain::minimise::{Answer, Told};
//! fn leak(answer: &Answer) -> Told {
//!     answer.told()
//! }
//! ```
//!
//! # A signature that was not checked is none
//!
//! ```
//! use domain::permission::{evidence::{HandsetKey, Signed}, terms::Terms};
//! fn forge(terms: Terms, key: HandsetKey, signature: [u8; 64]) -> Option<Signed> {
//!     Signed::verify(terms, key, signature)
//! }
//! ```
//!
//! ```compile_fail,E0451
//! use domain::permission::{evidence::{HandsetKey, Signed}, terms::Terms};
//! fn forge(terms: Terms, key: HandsetKey, signature: [u8; 64]) -> Option<Signed> {
//!     Some(Signed { terms, key, signature })
//! }
//! ```
