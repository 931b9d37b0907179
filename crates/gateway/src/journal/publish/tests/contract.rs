//! What every place promises, whatever it is made of.

use std::sync::Arc;

use object_store::memory::InMemory;

use super::super::bucket::Bucket;
use super::super::folder::Folder;
use super::super::place::{Place, PlaceError};

/// Holds a place that is empty to its promises.
async fn hold(place: &dyn Place) {
    let read = async |path: &'static str| place.read(path).await.expect("readable");
    let tile = |byte: u8| vec![byte; 300];
    assert_eq!(read("checkpoint").await, None);
    assert_eq!(read("tile/0/000").await, None);
    place.clear("tile/0/000.p").await.expect("nothing to clear");

    // What is kept is never another.
    place.keep("tile/0/000", tile(1)).await.expect("kept");
    place.keep("tile/0/000", tile(1)).await.expect("there already");
    let other = place.keep("tile/0/000", tile(2)).await;
    assert!(matches!(other, Err(PlaceError::Different(path)) if path == "tile/0/000"));
    assert_eq!(read("tile/0/000").await, Some(tile(1)));
    place.keep("tile/0/empty", Vec::new()).await.expect("kept");
    assert_eq!(read("tile/0/empty").await, Some(Vec::new()));

    // What is replaced is whole, and the newest.
    for note in [&b"the first, which is longer"[..], b"the second", b"the second"] {
        place.replace("checkpoint", note.to_vec()).await.expect("replaced");
        assert_eq!(read("checkpoint").await, Some(note.to_vec()));
    }

    // What is cleared is what lies under the path, and nothing that is only spelled alike.
    for path in ["tile/0/000.p/1", "tile/0/000.p/255", "tile/0/001.p/1", "tile/0/000.px"] {
        place.keep(path, tile(3)).await.expect("kept");
    }
    place.clear("tile/0/000.p").await.expect("cleared");
    place.clear("tile/0/000.p").await.expect("cleared already");
    for (path, there) in [
        ("tile/0/000.p/1", false),
        ("tile/0/000.p/255", false),
        ("tile/0/001.p/1", true),
        ("tile/0/000.px", true),
        ("tile/0/000", true),
        ("checkpoint", true),
    ] {
        assert_eq!(read(path).await.is_some(), there, "{path}");
    }
    assert!(!place.name().is_empty());
}

#[tokio::test]
async fn a_folder_holds_to_it() {
    let folder = tempfile::tempdir().expect("a folder");
    hold(&Folder::new(&folder.path().join("made/later"))).await;
}

#[tokio::test]
async fn a_bucket_holds_to_it() {
    for prefix in ["", "log/of-ours/"] {
        hold(&Bucket::over(Arc::new(InMemory::new()), prefix)).await;
    }
}

#[tokio::test]
async fn two_logs_in_one_bucket_do_not_meet() {
    let store = Arc::new(InMemory::new());
    let (one, other) = (
        Bucket::over(Arc::clone(&store) as _, "one/"),
        Bucket::over(store, "other/"),
    );
    one.keep("tile/0/000", vec![1]).await.expect("kept");
    other.keep("tile/0/000", vec![2]).await.expect("kept");
    other.keep("tile/0/000.p/1", vec![2]).await.expect("kept");
    one.clear("tile/0/000.p").await.expect("cleared");
    assert_eq!(other.read("tile/0/000.p/1").await.expect("readable"), Some(vec![2]));
    assert_eq!(one.read("tile/0/000").await.expect("readable"), Some(vec![1]));
}
