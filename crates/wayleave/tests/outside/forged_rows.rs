//! Somebody who can write to the database, with a phone of their own: a link that was texted to one person opens no
//! question of another's.

use rusqlite::Connection;
use serde_json::json;

use crate::http::fetch;
use crate::partner::assert_refused;
use crate::parts::{Parts, Settings};

#[test]
fn a_link_that_was_moved_to_another_question_opens_nothing() {
    let parts = Parts::start(Settings::default());
    let world = &parts.world;
    let (victim, accomplice, partner) = (world.free_phone(), world.free_phone(), world.partner("plain"));
    partner.ask_consent(&victim.number, &json!({}));
    victim.question(0);
    partner.ask_consent(&accomplice.number, &json!({}));
    let own = accomplice.question(0);
    assert_eq!(own.state(), "asked");

    let store = Connection::open(parts.gateway_folder().join("wayleave.db")).expect("the store");
    store
        .busy_timeout(std::time::Duration::from_secs(10))
        .expect("a timeout");
    let rows = "SELECT row, link FROM consent ORDER BY row";
    let mut select = store.prepare(rows).expect("a statement");
    let questions: Vec<(i64, Vec<u8>)> = select
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .expect("rows")
        .collect::<Result<_, _>>()
        .expect("rows");
    let [(of_victim, _), (of_accomplice, link)] = &questions[..] else {
        panic!("expected two questions, found {}", questions.len());
    };
    let set = "UPDATE consent SET link = ?2 WHERE row = ?1";
    assert_eq!(
        store.execute(set, (of_accomplice, vec![7_u8; 16])).expect("an update"),
        1
    );
    assert_eq!(store.execute(set, (of_victim, link)).expect("an update"), 1);

    assert_eq!(fetch(&own.link).status, 404);
    assert_eq!(fetch(&format!("{}/receipt", own.link)).status, 404);
    assert!(accomplice.press("agree", &own).status >= 400);
    assert_refused(&partner.retrieve(&victim.number), "not-answered");
}
