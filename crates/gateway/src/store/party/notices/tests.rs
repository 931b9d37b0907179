//! Whoever can write to the store, and has no keys, cannot act on a notice, dismiss it, or make one.

use domain::secret::Secret;

use super::*;
use crate::store::sqlite::open_writer;

const NOW: Timestamp = Timestamp::from_unix_ms(1_800_000_000_000);
fn the_notice() -> NoticeId {
    NoticeId::from_bytes([1; 16])
}

fn misuse() -> Misuse {
    Misuse {
        id: the_notice(),
        by: PartyId::from_bytes([2; 16]),
        about: PartyId::from_bytes([3; 16]),
        purpose: Some(Purpose::RequestedServiceProvision),
        kind: "misuse",
        text: "signed".to_owned(),
        document: [4; 32],
        until: Some(NOW.after(domain::time::Span::seconds(60))),
    }
}

fn come(connection: &mut Connection, sealer: &Sealer) {
    let transaction = connection.transaction().expect("begun");
    write(&transaction, &Cold::Notice(Box::new(misuse())), NOW, sealer).expect("written");
    transaction.commit().expect("committed");
}

fn close(connection: &mut Connection, sealer: &Sealer) -> Result<(), StoreError> {
    let transaction = connection.transaction().expect("begun");
    let closed = Cold::NoticeClosed {
        notice: the_notice(),
        how: "dismissed",
    };
    write(&transaction, &closed, NOW, sealer)?;
    transaction.commit().map_err(failed)
}

fn is_open_in(connection: &mut Connection, sealer: &Sealer) -> Result<bool, StoreError> {
    is_open(&connection.transaction().expect("begun"), the_notice(), sealer)
}

#[test]
fn a_notice_stands_until_it_is_closed() {
    let folder = tempfile::tempdir().expect("a folder");
    let sealer = Sealer::new(Secret::new([9; 32]));
    let mut connection = open_writer(&folder.path().join("store.db")).expect("a store");
    come(&mut connection, &sealer);
    let found = by_id(&connection, the_notice(), &sealer).expect("read").expect("a row");
    assert!(found.is_genuine && found.stands());
    assert_eq!(nearest(&connection, &sealer).expect("read"), misuse().until);
    assert!(is_open_in(&mut connection, &sealer).expect("read"));
    close(&mut connection, &sealer).expect("closed");
    assert!(!is_open_in(&mut connection, &sealer).expect("read"));
    let closed = by_id(&connection, the_notice(), &sealer).expect("read").expect("a row");
    assert!(closed.is_genuine && !closed.stands() && closed.closed == Some(NOW));
    let text = text_of(&connection, &sealer, the_notice()).expect("read");
    assert_eq!(text.as_deref(), Some("signed"));
}

#[test]
fn any_altered_column_is_noticed_and_nothing_happens_by_it() {
    let sealer = Sealer::new(Secret::new([9; 32]));
    for altered in [
        "id = x'01010101010101010101010101010102'",
        "sender = about",
        "about = sender",
        "purpose = NULL",
        "kind = 'suspended'",
        "document = NULL",
        "at = at + 1",
        "until = 1",
        "until = NULL",
        "state = 'noted'",
        "state = 'acted'",
        "closed = 1",
        "stamp = x''",
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let mut connection = open_writer(&folder.path().join("store.db")).expect("a store");
        come(&mut connection, &sealer);
        connection
            .execute(&format!("UPDATE notice SET {altered}"), [])
            .expect("altered");
        let later = NOW.after(domain::time::Span::seconds(3600));
        let rows = list(&connection, &sealer).expect("read");
        assert!(rows.iter().all(|row| !row.is_genuine), "{altered}: {rows:?}");
        let due = overdue(&connection, later, &sealer).expect("read");
        assert!(due.iter().all(|row| !row.is_genuine), "{altered}: {due:?}");
        assert_eq!(nearest(&connection, &sealer).expect("read"), None, "{altered}");
        if altered.starts_with("id") {
            assert!(!is_open_in(&mut connection, &sealer).expect("read"), "it is another's");
        } else {
            assert!(is_open_in(&mut connection, &sealer).is_err(), "{altered}");
        }
        let again = by_id(&connection, the_notice(), &sealer).expect("read");
        assert!(again.is_none_or(|row| !row.is_genuine), "{altered}");
        let closing = close(&mut connection, &sealer);
        let stands = by_id(&connection, the_notice(), &sealer)
            .expect("read")
            .is_some_and(|row| row.stands());
        assert_eq!(
            closing.is_err(),
            stands,
            "{altered}: an altered row is closed by nobody"
        );
    }
}
