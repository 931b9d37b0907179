//! The running programs, driven from outside: over HTTP as partners, phones and strangers reach them, and over SMPP by
//! the simulated message centre. Nothing of the gateway's own code is linked; requests, tokens and proofs are made by
//! these tests alone. One module is one abuse case; `journey` is the whole story.

#![expect(
    clippy::disallowed_methods,
    reason = "a test outside of the programs has a clock and chance of its own"
)]

#[path = "outside/browser.rs"]
mod browser;
#[path = "outside/chain.rs"]
mod chain;
#[path = "outside/guesses.rs"]
mod guesses;
#[path = "outside/http.rs"]
mod http;
#[path = "outside/hub.rs"]
mod hub;
#[path = "outside/jose.rs"]
mod jose;
#[path = "outside/me.rs"]
mod me;
#[path = "outside/oauth.rs"]
mod oauth;
#[path = "outside/operator.rs"]
mod operator;
#[path = "outside/partner.rs"]
mod partner;
#[path = "outside/parts.rs"]
mod parts;
#[path = "outside/phone.rs"]
mod phone;
#[path = "outside/prison.rs"]
mod prison;
#[path = "outside/program.rs"]
mod program;
#[path = "outside/secured.rs"]
mod secured;
#[path = "outside/strange_log.rs"]
mod strange_log;
#[path = "outside/witness.rs"]
mod witness;
#[path = "outside/world.rs"]
mod world;

#[path = "outside/ac_22.rs"]
mod ac_22;
#[path = "outside/ac_23.rs"]
mod ac_23;
#[path = "outside/ac_24.rs"]
mod ac_24;
#[path = "outside/ac_26.rs"]
mod ac_26;
#[path = "outside/ac_27.rs"]
mod ac_27;
#[path = "outside/ac_28.rs"]
mod ac_28;
#[path = "outside/ac_31.rs"]
mod ac_31;
#[path = "outside/ac_33.rs"]
mod ac_33;
#[path = "outside/ac_35.rs"]
mod ac_35;
#[path = "outside/ac_37.rs"]
mod ac_37;
#[path = "outside/ac_38.rs"]
mod ac_38;
#[path = "outside/ac_39.rs"]
mod ac_39;
#[path = "outside/ac_40.rs"]
mod ac_40;
#[path = "outside/ac_41.rs"]
mod ac_41;
#[path = "outside/ac_42.rs"]
mod ac_42;
#[path = "outside/ac_43.rs"]
mod ac_43;
#[path = "outside/ac_47.rs"]
mod ac_47;
#[path = "outside/ac_47_signed.rs"]
mod ac_47_signed;
#[path = "outside/ac_48.rs"]
mod ac_48;
#[path = "outside/ac_48_documents.rs"]
mod ac_48_documents;
#[path = "outside/ac_48_variants.rs"]
mod ac_48_variants;
#[path = "outside/ac_49.rs"]
mod ac_49;
#[path = "outside/ac_50.rs"]
mod ac_50;
#[path = "outside/ac_51.rs"]
mod ac_51;
#[path = "outside/ac_53.rs"]
mod ac_53;
#[path = "outside/ac_56.rs"]
mod ac_56;
#[path = "outside/ac_58.rs"]
mod ac_58;
#[path = "outside/ac_61.rs"]
mod ac_61;
#[path = "outside/ac_65.rs"]
mod ac_65;
#[path = "outside/ac_69.rs"]
mod ac_69;
#[path = "outside/ac_70.rs"]
mod ac_70;
#[path = "outside/authorization_code.rs"]
mod authorization_code;
#[path = "outside/authorization_errors.rs"]
mod authorization_errors;
#[path = "outside/backchannel.rs"]
mod backchannel;
#[path = "outside/backup.rs"]
mod backup;
#[path = "outside/bad_carrier.rs"]
mod bad_carrier;
#[path = "outside/bad_input.rs"]
mod bad_input;
#[path = "outside/bad_mlp.rs"]
mod bad_mlp;
#[path = "outside/bad_reports.rs"]
mod bad_reports;
#[path = "outside/bad_start.rs"]
mod bad_start;
#[path = "outside/bad_tokens.rs"]
mod bad_tokens;
#[path = "outside/board.rs"]
mod board;
#[path = "outside/board_keys.rs"]
mod board_keys;
#[path = "outside/both_ends.rs"]
mod both_ends;
#[path = "outside/bound_to_certificate.rs"]
mod bound_to_certificate;
#[path = "outside/breaker.rs"]
mod breaker;
#[path = "outside/canaries.rs"]
mod canaries;
#[path = "outside/client_signed.rs"]
mod client_signed;
#[path = "outside/consent_audit.rs"]
mod consent_audit;
#[path = "outside/consent_info.rs"]
mod consent_info;
#[path = "outside/consent_receipts.rs"]
mod consent_receipts;
#[path = "outside/counts.rs"]
mod counts;
#[path = "outside/crash_steps.rs"]
mod crash_steps;
#[path = "outside/demo_chain.rs"]
mod demo_chain;
#[path = "outside/doors.rs"]
mod doors;
#[path = "outside/ends.rs"]
mod ends;
#[path = "outside/error_codes.rs"]
mod error_codes;
#[path = "outside/foreign_centres.rs"]
mod foreign_centres;
#[path = "outside/forged_rows.rs"]
mod forged_rows;
#[path = "outside/journey.rs"]
mod journey;
#[path = "outside/key_rotation.rs"]
mod key_rotation;
#[path = "outside/limits.rs"]
mod limits;
#[path = "outside/lines.rs"]
mod lines;
#[path = "outside/measures.rs"]
mod measures;
#[path = "outside/notices.rs"]
mod notices;
#[path = "outside/off_the_shelf.rs"]
mod off_the_shelf;
#[path = "outside/operators_door.rs"]
mod operators_door;
#[path = "outside/order_of_writes.rs"]
mod order_of_writes;
#[path = "outside/over_time.rs"]
mod over_time;
#[path = "outside/party_end.rs"]
mod party_end;
#[path = "outside/party_receipts.rs"]
mod party_receipts;
#[path = "outside/passed_on.rs"]
mod passed_on;
#[path = "outside/pause.rs"]
mod pause;
#[path = "outside/policies.rs"]
mod policies;
#[path = "outside/public_reader.rs"]
mod public_reader;
#[path = "outside/published_bucket.rs"]
mod published_bucket;
#[path = "outside/published_log.rs"]
mod published_log;
#[path = "outside/questions.rs"]
mod questions;
#[path = "outside/quiet_log.rs"]
mod quiet_log;
#[path = "outside/readme.rs"]
mod readme;
#[path = "outside/recipients.rs"]
mod recipients;
#[path = "outside/refresh.rs"]
mod refresh;
#[path = "outside/relays.rs"]
mod relays;
#[path = "outside/scanner.rs"]
mod scanner;
#[path = "outside/sealed_outcomes.rs"]
mod sealed_outcomes;
#[path = "outside/second_opinion.rs"]
mod second_opinion;
#[path = "outside/source_check.rs"]
mod source_check;
#[path = "outside/texts.rs"]
mod texts;
#[path = "outside/texts_lost.rs"]
mod texts_lost;
#[path = "outside/three_legged.rs"]
mod three_legged;
#[path = "outside/tickets.rs"]
mod tickets;
#[path = "outside/tls.rs"]
mod tls;
#[path = "outside/tls_source.rs"]
mod tls_source;
#[path = "outside/two_carriers.rs"]
mod two_carriers;
#[path = "outside/veto.rs"]
mod veto;
#[path = "outside/witness_order.rs"]
mod witness_order;
#[path = "outside/witness_program.rs"]
mod witness_program;
#[path = "outside/witnessed.rs"]
mod witnessed;
