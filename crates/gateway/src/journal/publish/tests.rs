//! What a static host serves, after every step, every crash, and every attempt to put another log there.

mod broken;
mod contract;
mod fixture;
mod store;

use std::fs;

use domain::journal::tile::Tile;

use self::broken::Broken;
use self::fixture::{Fixture, check};
use super::*;

const STEPS: [u64; 8] = [1, 2, 200, 255, 256, 257, 512, 600];

#[tokio::test]
async fn a_folder_holds_what_the_gateway_serves_and_nothing_else() {
    let mut fixture = Fixture::new();
    let folder = fixture.folder.path().join("made/later");
    for size in STEPS {
        fixture.grow_to(size);
        let publisher = fixture.publisher(Arc::new(Folder::new(&folder)));
        let before = publisher.publish().await.expect("published");
        assert_eq!(publisher.publish().await.expect("nothing to do"), 0);
        assert!(before > 0, "{size}");
        let note = fs::read_to_string(folder.join(CHECKPOINT)).expect("a checkpoint");
        assert_eq!(
            Some(note),
            fixture.log.offered().expect("readable").map(|offered| offered.note)
        );
        for tile in Tile::added(0, size) {
            let file = fs::read(folder.join(tile.to_string())).unwrap_or_else(|error| panic!("{tile}: {error}"));
            assert_eq!(Some(file), fixture.log.tile(tile).expect("readable"), "{tile}");
        }
        assert_eq!(check(&folder, &fixture.key()), Ok(size));
    }
    // The beginnings of tiles that are full now are gone.
    for gone in ["tile/0/000.p", "tile/entries/001.p", "tile/0/001.p"] {
        assert!(!folder.join(gone).exists(), "{gone}");
    }
    assert!(!folder.join(folder::UNFINISHED).exists());
    let mode = |path: &str| fs::metadata(folder.join(path)).expect("there").permissions();
    use std::os::unix::fs::PermissionsExt as _;
    assert_eq!(mode("tile/0/000").mode() & 0o777, 0o644);
    assert_eq!(mode("tile/0").mode() & 0o777, 0o755);
}

#[test]
fn tiles_beyond_the_journal_are_not_there() {
    let mut fixture = Fixture::new();
    fixture.grow_to(300);
    for (path, there) in [
        ("tile/0/000", true),
        ("tile/0/000.p/255", true),
        ("tile/0/001.p/44", true),
        ("tile/0/001.p/45", false),
        ("tile/0/001", false),
        ("tile/0/002.p/1", false),
        ("tile/1/000.p/1", true),
        ("tile/1/000.p/2", false),
        ("tile/2/000.p/1", false),
        ("tile/entries/001.p/1", true),
        ("tile/entries/001.p/45", false),
        ("tile/6/000", false),
    ] {
        let tile = Tile::parse(path).expect(path);
        assert_eq!(fixture.log.tile(tile).expect("readable").is_some(), there, "{path}");
    }
}

#[tokio::test]
async fn a_crash_at_any_write_leaves_a_whole_log() {
    for (from, to) in [(0, 3), (200, 300), (255, 513)] {
        let mut crashes = 0;
        loop {
            for done in [false, true] {
                let mut fixture = Fixture::new();
                let folder = fixture.folder.path().join("public");
                if from > 0 {
                    fixture.grow_to(from);
                    let publisher = fixture.publisher(Arc::new(Folder::new(&folder)));
                    publisher.publish().await.expect("published");
                }
                fixture.grow_to(to);
                let broken = Arc::new(Broken::new(Folder::new(&folder), crashes, done));
                let outcome = fixture.publisher(broken).publish().await;
                let found = check(&folder, &fixture.key());
                if outcome.is_ok() {
                    assert_eq!(found, Ok(to));
                } else if from > 0 {
                    assert!(
                        found == Ok(from) || found == Ok(to),
                        "{from} to {to}, step {crashes}: {found:?}"
                    );
                }
                // Whoever comes after the crash finishes it.
                let publisher = fixture.publisher(Arc::new(Folder::new(&folder)));
                publisher.publish().await.expect("published after all");
                assert_eq!(check(&folder, &fixture.key()), Ok(to));
                if outcome.is_ok() && !done {
                    crashes = usize::MAX;
                }
            }
            if crashes == usize::MAX {
                break;
            }
            crashes += 1;
        }
    }
}

#[tokio::test]
async fn nothing_is_published_over_a_contradiction() {
    let mut fixture = Fixture::new();
    let folder = fixture.folder.path().join("public");
    fixture.grow_to(300);
    fixture
        .publisher(Arc::new(Folder::new(&folder)))
        .publish()
        .await
        .expect("published");
    let note = fs::read(folder.join(CHECKPOINT)).expect("a checkpoint");

    let mut older = Fixture::new();
    older.grow_to(299);
    let mut forked = Fixture::of_others();
    forked.grow_to(400);
    let mut foreign = Fixture::under("other.example.com/journal");
    foreign.grow_to(400);
    for (other, why) in [(&older, "older copy"), (&forked, "forked"), (&foreign, "key signed")] {
        let error = other
            .publisher(Arc::new(Folder::new(&folder)))
            .publish()
            .await
            .expect_err(why);
        assert!(error.to_string().contains(why), "{error}");
    }
    assert_eq!(fs::read(folder.join(CHECKPOINT)).expect("a checkpoint"), note);
    assert_eq!(check(&folder, &fixture.key()), Ok(300));

    // A tile that somebody altered at the host is not passed over.
    fixture.grow_to(520);
    fs::write(folder.join("tile/0/001"), [0; 8192]).expect("altered");
    let error = fixture
        .publisher(Arc::new(Folder::new(&folder)))
        .publish()
        .await
        .expect_err("altered");
    assert!(error.to_string().contains("tile/0/001"), "{error}");
    assert_eq!(fs::read(folder.join(CHECKPOINT)).expect("a checkpoint"), note);
}
