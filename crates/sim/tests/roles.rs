//! Every role over real sockets: one program, a module per role.

#[path = "roles/carrier.rs"]
mod carrier;
#[path = "roles/common.rs"]
mod common;
#[path = "roles/people.rs"]
mod people;
#[path = "roles/smsc.rs"]
mod smsc;
