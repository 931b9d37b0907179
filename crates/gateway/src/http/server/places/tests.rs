//! Tests of the places.

use super::*;

fn neighbour(text: &str) -> Neighbour {
    Neighbour::of(text.parse().expect("an address"))
}

fn is_closed(place: &Place) -> bool {
    place.seat.state.load(Ordering::Acquire) == CLOSED
}

#[test]
fn whoever_is_waited_for_longest_gives_way() {
    let places = Places::new(3, 3);
    let from = neighbour("192.0.2.1");
    let first = places.take(from).expect("a place");
    let second = places.take(from).expect("a place");
    let third = places.take(from).expect("a place");
    assert!(first.serve(), "the oldest is being served");
    let newcomer = places.take(neighbour("192.0.2.2")).expect("a place");
    assert!(is_closed(&second) && !is_closed(&first) && !is_closed(&third));
    assert!(!second.serve(), "what comes after that is not served");
    drop(second);
    assert!(places.take(from).is_ok(), "the third, of the two that are waited for");
    assert!(is_closed(&third) && !is_closed(&newcomer));
}

#[test]
fn nobody_who_is_being_served_gives_way() {
    let places = Places::new(2, 2);
    let held: Vec<Place> = (0..2)
        .map(|_| places.take(neighbour("192.0.2.1")).expect("a place"))
        .collect();
    assert!(held.iter().all(Place::serve));
    let full = places.take(neighbour("192.0.2.2"));
    assert_eq!(full.err(), Some(Full::Everywhere));
    assert!(held[0].wait().is_some(), "served, and idle from now on");
    assert!(places.take(neighbour("192.0.2.2")).is_ok());
    assert!(is_closed(&held[0]) && !is_closed(&held[1]));
}

#[test]
fn a_neighbour_has_a_share_and_others_keep_theirs() {
    let places = Places::new(10, 2);
    let (near, far) = (neighbour("2001:db8:1:2::1"), neighbour("2001:db8:1:3::1"));
    assert_eq!(near, neighbour("2001:db8:1:2:ffff::9"), "one customer's network");
    assert_ne!(near, far);
    assert_eq!(neighbour("::ffff:192.0.2.1"), neighbour("192.0.2.1"));
    let other = places.take(far).expect("a place");
    let held: Vec<Place> = (0..2).map(|_| places.take(near).expect("a place")).collect();
    assert!(held.iter().all(Place::serve));
    assert_eq!(places.take(near).err(), Some(Full::ForNeighbour));
    assert!(held[1].wait().is_some());
    assert!(places.take(near).is_ok(), "its own idle connection gives way");
    assert!(is_closed(&held[1]) && !is_closed(&other));
    drop(held);
    assert!(places.take(near).is_ok());
}

#[test]
fn a_wait_within_a_request_ends_with_what_came() {
    let places = Places::new(1, 1);
    let place = places.take(neighbour("192.0.2.1")).expect("a place");
    assert!(place.serve());
    let body = place.wait().expect("waiting for the body");
    assert_eq!(place.wait(), None, "once");
    place.end(body);
    assert_eq!(places.take(neighbour("192.0.2.2")).err(), Some(Full::Everywhere));
    let idle = place.wait().expect("answered, and waiting for the next request");
    place.end(body);
    assert!(
        places.take(neighbour("192.0.2.2")).is_ok(),
        "an old wait ends nothing: {idle:?}"
    );
    assert!(is_closed(&place));
}

#[tokio::test]
async fn the_closed_one_is_told_and_a_place_that_is_left_is_free() {
    let places = Places::new(1, 1);
    let place = places.take(neighbour("192.0.2.1")).expect("a place");
    let newcomer = places.take(neighbour("192.0.2.2")).expect("a place");
    place.closed().await;
    drop(place);
    assert!(newcomer.serve());
    assert!(places.take(neighbour("192.0.2.3")).is_err());
    drop(newcomer);
    places.freed().await;
    assert!(places.take(neighbour("192.0.2.3")).is_ok());
}
