//! Stops wait in the store until they were told, and numbers are sealed there.

use domain::secret::Secret;

use super::*;
use crate::store::sqlite::log_path;

const NOW: Timestamp = Timestamp::from_unix_ms(1_800_000_000_000);
const HELP: Purpose = Purpose::RequestedServiceProvision;

fn party(byte: u8) -> PartyId {
    PartyId::from_bytes([byte; 16])
}

fn subject() -> Subject {
    Subject {
        key: SubjectKey::from_bytes([1; 16]),
        number: Msisdn::parse("+12025550101").expect("a reserved number"),
    }
}

fn stopped(towards: Option<PartyId>) -> Cold {
    Cold::Stopped {
        subject: subject().key,
        towards,
        recipient: party(4),
        purpose: HELP,
    }
}

/// A store, and the stops that wait in it.
struct World {
    folder: tempfile::TempDir,
    connection: Connection,
    stops: Stops,
    sealer: Arc<Sealer>,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("store.db");
        let sealer = Arc::new(Sealer::new(Secret::new([5; 32])));
        Self {
            connection: open_writer(&path).expect("a store"),
            stops: Stops::open(&path, &sealer).expect("opens"),
            folder,
            sealer,
        }
    }

    fn write(&mut self, cold: &Cold, now: Timestamp) {
        let transaction = self.connection.transaction().expect("begun");
        write(&transaction, cold, now, &self.sealer).expect("written");
        transaction.commit().expect("committed");
    }

    fn due(&self, now: Timestamp) -> Vec<Waiting> {
        self.stops.due(now, 10).expect("read")
    }
}

#[test]
fn a_stop_waits_with_the_number_that_was_passed_on() {
    let mut world = World::new();
    let held = |world: &World| is_untold(&world.connection, (subject().key, party(4), HELP)).expect("read");
    assert!(!held(&world));
    world.write(&stopped(None), NOW);
    assert!(world.due(NOW).is_empty(), "nobody knows whose number it would be");
    assert!(
        held(&world),
        "the home was not told, and is told once there is a number"
    );
    world.write(&Cold::PassedOn { subject: subject() }, NOW);
    assert_eq!(world.due(NOW).len(), 1, "an ask brought it");
    world.write(&stopped(None), NOW);
    let due = world.due(NOW);
    let [stop] = &due[..] else { panic!("expected one") };
    assert_eq!(
        (stop.subject, stop.number, stop.towards),
        (subject().key, subject().number, None)
    );
    assert_eq!((stop.recipient, stop.purpose, stop.at), (party(4), HELP, NOW));
    let path = world.folder.path().join("store.db");
    let mut bytes = std::fs::read(&path).expect("the store");
    bytes.extend(std::fs::read(log_path(&path)).expect("its log"));
    for secret in [&b"12025550101"[..], &subject().number.to_bytes()[..]] {
        assert!(!bytes.windows(secret.len()).any(|window| window == secret));
    }
    world.stops.done(stop).expect("done");
    assert!(!held(&world));
    assert_eq!(world.stops.waiting().expect("counted"), 0);
}

#[test]
fn what_is_not_taken_waits_longer_each_time_until_it_is_stopped_anew() {
    let mut world = World::new();
    world.write(&Cold::PassedOn { subject: subject() }, NOW);
    world.write(&stopped(None), NOW);
    let mut now = NOW;
    for wait_s in [1, 2, 4] {
        let due = world.due(now);
        world.stops.again(&due[0], now).expect("kept");
        assert!(world.due(now.after(Span::milliseconds(wait_s * 1000 - 1))).is_empty());
        now = now.after(Span::seconds(wait_s));
    }
    let told = world.due(now)[0];
    // Stopped once more while the first is on its way: that one is told too.
    now = now.after(Span::milliseconds(1));
    world.write(&stopped(None), now);
    world.stops.done(&told).expect("done");
    let due = world.due(now);
    assert_eq!(due.len(), 1);
    assert_eq!(due[0].at, now, "it says when it was stopped last");
    // What the other end had no time for is not a try.
    world.stops.put_off(&due[0], now.after(Span::seconds(5))).expect("kept");
    let put_off = world.due(now.after(Span::seconds(5)));
    assert_eq!(put_off[0].tries, due[0].tries);
}

#[test]
fn one_that_cannot_be_read_keeps_no_other_waiting() {
    let mut world = World::new();
    world.write(&Cold::PassedOn { subject: subject() }, NOW);
    world.write(&stopped(None), NOW);
    let spoilt = "UPDATE stop SET number = x'00'";
    world.connection.execute(spoilt, ()).expect("spoilt");
    let other = Cold::Stopped {
        subject: subject().key,
        towards: None,
        recipient: party(5),
        purpose: HELP,
    };
    world.write(&other, NOW.after(Span::seconds(1)));
    let now = NOW.after(Span::seconds(2));
    let due = world.due(now);
    assert_eq!(due.iter().map(|stop| stop.recipient).collect::<Vec<_>>(), [party(5)]);
    let waits: i64 = world
        .connection
        .query_row("SELECT due FROM stop WHERE number = x'00'", (), |row| row.get(0))
        .expect("kept");
    assert_eq!(waits, now.after(Span::seconds(3600)).unix_ms());
}

#[test]
fn relays_that_are_no_gateways_are_told_nothing() {
    let mut world = World::new();
    world.write(&Cold::PassedOn { subject: subject() }, NOW);
    let enrol = |byte: u8, client: &str, gateway: &str| Cold::Party {
        party: party(byte),
        client: client.to_owned(),
        record: format!(
            "{{\"name\":\"Breakwater\",\"client\":\"{client}\",\"keys\":[],\"purposes\":[],\"scopes\":[],\"dpop\":true{gateway}}}"
        ),
    };
    for cold in [
        enrol(8, "reseller", ""),
        enrol(9, "hub", ",\"gateway\":\"https://hub.example.com\""),
    ] {
        let transaction = world.connection.transaction().expect("begun");
        crate::store::party::sqlite::write(&transaction, &cold, &world.sealer).expect("written");
        transaction.commit().expect("committed");
    }
    for relay in [7, 8, 9] {
        world.write(&stopped(Some(party(relay))), NOW);
    }
    let towards: Vec<_> = world.due(NOW).iter().map(|stop| stop.towards).collect();
    assert_eq!(towards, [Some(party(9))]);
}
