//! AC-47: a bank draws circles, shrinking and shifting, to press yes and no into a position. It learns no more than the
//! coarse area that the person agreed to.

use serde_json::json;

use crate::partner::{Partner, assert_refused};
use crate::phone::Phone;
use crate::world::{RETRIEVE, World, retrieval};

const AGREED_M: f64 = 2000.0;
const RADIUS_M: f64 = 8000.0;
/// The widest coarse area of a carrier's usual answer, in metres.
const COARSE_MAX_M: f64 = 4000.0;
const STEP_M: f64 = 200.0;
const ASKS_A_DAY: usize = 20;

/// A place on the plane round the city's centre, in metres east and north.
#[derive(Clone, Copy)]
struct Place(f64, f64);

impl Place {
    const DEGREE_M: f64 = 110_600.0;

    fn degrees(self) -> (f64, f64) {
        let parallel = 12.0_f64.to_radians().cos() * 111_320.0;
        (12.0 + self.1 / Self::DEGREE_M, -40.0 + self.0 / parallel)
    }

    fn of_degrees((latitude, longitude): (f64, f64)) -> Self {
        let parallel = 12.0_f64.to_radians().cos() * 111_320.0;
        Self((longitude + 40.0) * parallel, (latitude - 12.0) * Self::DEGREE_M)
    }

    fn distance(self, other: Self) -> f64 {
        (self.0 - other.0).hypot(self.1 - other.1)
    }
}

fn verdict(bank: &Partner, number: &str, centre: Place, radius: f64) -> String {
    let answer = bank.verify(number, centre.degrees(), radius);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["verificationResult"]
        .as_str()
        .expect("a verdict")
        .to_owned()
}

/// Every place that is still possible, as somebody would conclude who takes each verdict for the phone's own.
struct Suspicion(Vec<Place>);

impl Suspicion {
    fn everywhere() -> Self {
        let line = |from: i32| (-from..=from).map(|step| f64::from(step) * STEP_M);
        Self(
            line(60)
                .flat_map(|east| line(60).map(move |north| Place(east, north)))
                .collect(),
        )
    }

    fn learn(&mut self, centre: Place, radius: f64, verdict: &str) {
        self.0.retain(|place| {
            let distance = place.distance(centre);
            match verdict {
                "TRUE" => distance <= radius,
                "FALSE" => distance >= radius,
                _ => (distance - radius).abs() <= 2.0 * COARSE_MAX_M,
            }
        });
    }

    /// The centre of a circle whose edge halves what is left.
    fn next_centre(&self, turn: usize) -> Place {
        let count = self.0.len() as f64;
        let east = self.0.iter().map(|place| place.0).sum::<f64>() / count;
        let north = self.0.iter().map(|place| place.1).sum::<f64>() / count;
        let angle = turn as f64 * 1.1;
        Place(east + RADIUS_M * angle.cos(), north + RADIUS_M * angle.sin())
    }

    fn surface(&self) -> f64 {
        self.0.len() as f64 * STEP_M * STEP_M
    }
}

/// Shrinks circles round the very place of the phone: three radii are answered, and that is all.
fn shrink(bank: &Partner, phone: &Phone<'_>, suspicion: &mut Suspicion) -> usize {
    let truth = Place::of_degrees(phone.world.truth(&phone.number));
    let radii = [20_000.0, 15_000.0, 10_000.0];
    for radius in radii {
        suspicion.learn(truth, radius, &verdict(bank, &phone.number, truth, radius));
    }
    for radius in [9000.0, 6000.0, 4000.0, 3000.0, 2500.0, 2001.0, 2000.0] {
        let answer = bank.verify(&phone.number, truth.degrees(), radius);
        assert_refused(&answer, "probing");
    }
    for radius in [1999.0, 1000.0, 100.0, 1.0] {
        let answer = bank.verify(&phone.number, truth.degrees(), radius);
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (422, "LOCATION_VERIFICATION.INVALID_AREA")
        );
        assert!(!answer.tells_a_place());
    }
    radii.len()
}

#[test]
fn ac_47_circles_find_no_more_than_the_coarse_area() {
    let world = World::shared();
    let phone = world.free_phone();
    let bank = world.partner("bank");
    phone.agree_to(&bank, &json!({}));
    let mut suspicion = Suspicion::everywhere();
    let spent = shrink(&bank, &phone, &mut suspicion);
    for turn in spent..ASKS_A_DAY {
        let centre = suspicion.next_centre(turn);
        let verdict = verdict(&bank, &phone.number, centre, RADIUS_M);
        suspicion.learn(centre, RADIUS_M, &verdict);
        assert!(!suspicion.0.is_empty(), "the verdicts contradict each other");
    }
    let surface = suspicion.surface();
    let agreed = std::f64::consts::PI * AGREED_M * AGREED_M;
    assert!(
        surface >= agreed,
        "20 circles pressed {surface:.0} m² out of {agreed:.0} m²"
    );
    // The day is spent, whatever is drawn.
    let answer = bank.verify(&phone.number, suspicion.next_centre(99).degrees(), RADIUS_M);
    assert_refused(&answer, "too-often");
    assert_eq!(world.queries(&phone.number).len(), ASKS_A_DAY);
}

#[test]
fn ac_47_the_carrier_never_learns_the_circle_and_a_place_is_not_to_be_had() {
    let world = World::shared();
    let phone = world.free_phone();
    let bank = world.partner("bank");
    phone.agree_to(&bank, &json!({}));
    verdict(&bank, &phone.number, Place(0.0, 0.0), 5000.0);
    let queries = world.queries(&phone.number);
    assert_eq!(queries.len(), 1);
    assert_eq!(queries[0]["kind"], "retrieve", "the comparison is made at the gateway");
    // A token for yes and no opens no retrieval.
    let answer = bank.call("POST", RETRIEVE, &retrieval(&phone.number));
    assert_eq!((answer.status, answer.code().as_str()), (403, "PERMISSION_DENIED"));
    assert!(!answer.tells_a_place());
    assert_eq!(world.queries(&phone.number).len(), 1);
}
