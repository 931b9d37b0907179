//! Every role over real sockets: one program, a module per role.

#[path = "roles/carrier.rs"]
mod carrier;
#[path = "roles/common.rs"]
mod common;
#[path = "roles/consent_master.rs"]
mod consent_master;
#[path = "roles/mlp.rs"]
mod mlp;
#[path = "roles/mlp_misdeeds.rs"]
mod mlp_misdeeds;
#[path = "roles/people.rs"]
mod people;
#[path = "roles/smsc.rs"]
mod smsc;
