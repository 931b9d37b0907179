//! Every role over real sockets: one program, a module per role.

#[path = "roles/carrier.rs"]
mod carrier;
#[path = "roles/chain.rs"]
mod chain;
#[path = "roles/common.rs"]
mod common;
#[path = "roles/consent_master.rs"]
mod consent_master;
#[path = "roles/fake_gateway.rs"]
mod fake_gateway;
#[path = "roles/happenings.rs"]
mod happenings;
#[path = "roles/mlp.rs"]
mod mlp;
#[path = "roles/mlp_misdeeds.rs"]
mod mlp_misdeeds;
#[path = "roles/people.rs"]
mod people;
#[path = "roles/smsc.rs"]
mod smsc;
