use std::os::unix::fs::PermissionsExt as _;

use domain::journal::settle::Item;

use super::*;
use crate::clock::SystemClock;

fn gateway(folder: &Path) -> Gateway {
    let gateway = Gateway {
        world: WorldWord::Sandbox,
        issuer: "http://127.0.0.1:8080".to_owned(),
        operator: "Port Aster".to_owned(),
        contact: None,
        locale: "en".to_owned(),
        time_zone: "UTC".to_owned(),
        data_dir: folder.join("data"),
        token_key_days: 90,
        party_keys_wait_s: 259_200,
        policy_file: None,
    };
    data::create_if_missing(&gateway).expect("made");
    gateway
}

fn clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}

#[test]
fn a_backup_and_its_keys_never_lie_together_nor_in_the_data_directory() {
    let folder = tempfile::tempdir().expect("a folder");
    let gateway = gateway(folder.path());
    let place = |outcome: Result<(), BackupError>| matches!(outcome, Err(BackupError::Place(..)));
    for within in ["data", "data/backups"] {
        let to = folder.path().join(within);
        assert!(place(make(&gateway, &to, clock()).map(drop)), "{within}");
        assert!(
            place(keep_keys(&gateway, &to, None, clock().now()).map(drop)),
            "{within}"
        );
    }
    let store_to = folder.path().join("store");
    for together in ["store", "store/keys", "."] {
        let to = folder.path().join(together);
        let outcome = keep_keys(&gateway, &to, Some(&store_to), clock().now());
        assert!(place(outcome.map(drop)), "{together}");
    }
}

#[test]
fn what_is_made_is_for_its_owner_only_and_leaves_nothing_unfinished() {
    let folder = tempfile::tempdir().expect("a folder");
    let gateway = gateway(folder.path());
    let to = folder.path().join("store");
    let made = make(&gateway, &to, clock()).expect("a backup");
    let keys = keep_keys(&gateway, &folder.path().join("keys"), Some(&to), clock().now()).expect("keys");
    for made in [&made.folder, &keys] {
        assert_eq!(
            fs::metadata(made).expect("a folder").permissions().mode() & 0o777,
            0o700
        );
        for file in fs::read_dir(made).expect("a folder") {
            let file = file.expect("a file");
            let mode = file.metadata().expect("there").permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{}", file.path().display());
        }
    }
    assert_eq!(fs::read_dir(&to).expect("a folder").count(), 1, "only the backup");
    assert_eq!(last(&gateway.data_dir).expect("noted").rfc3339(), made.manifest.made_at);
}

#[test]
fn a_store_that_does_not_verify_makes_no_backup() {
    let folder = tempfile::tempdir().expect("a folder");
    let gateway = gateway(folder.path());
    let mut opened = data::open(&gateway, clock()).expect("opens");
    let enrol = domain::journal::settle::Change::Enrol {
        party: domain::id::PartyId::from_bytes([1; 16]),
        client: "bank".to_owned(),
        record: "{}".to_owned(),
        programmes: Vec::new(),
        seal: None,
    };
    let mut chance = crate::chance::SystemChance::new();
    opened
        .journal
        .settle("test", vec![Item::Change(enrol)], &mut chance)
        .expect("settled");
    let store = Connection::open(&opened.store).expect("the store");
    store
        .execute("UPDATE entry SET party = party || ' '", [])
        .expect("altered");
    let to = folder.path().join("store");
    let outcome = make(&gateway, &to, clock());
    assert!(
        matches!(
            outcome,
            Err(BackupError::Data(DataError::Store(StoreError::Corrupt(_))))
        ),
        "{outcome:?}"
    );
    assert_eq!(
        fs::read_dir(&to).expect("a folder").count(),
        0,
        "nothing is left that looks like a backup"
    );
    assert_eq!(last(&gateway.data_dir), None);
}
