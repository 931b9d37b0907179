//! What `wayleave journal verify` is made of.

use domain::geo::{Circle, Metres, Point};
use domain::journal::checkpoint::VerifierKey;
use domain::journal::receipt::Receipt;
use domain::journal::tree_check::TreeCheck;
use domain::minimise::{Told, canonical};
use domain::time::Timestamp;
use serde_json::Value;

use crate::Verifier;
use crate::corpus::Files;

pub struct Own(VerifierKey);

impl Own {
    pub fn new(key: &str) -> Self {
        Self(VerifierKey::parse(key).expect("a key"))
    }

    fn log(&self, files: &Files) -> Option<()> {
        let note = std::str::from_utf8(files.get("checkpoint")?).ok()?;
        let checkpoint = self
            .0
            .open(note)
            .ok()
            .filter(|checkpoint| checkpoint.origin == self.0.name())?;
        let mut check = TreeCheck::new(checkpoint.size);
        while let Some(tile) = check.wanted() {
            check.take(files.get(&tile.to_string())?).ok()?;
        }
        (check.root() == checkpoint.root).then_some(())
    }
}

impl Verifier for Own {
    fn log_is_good(&self, files: &Files) -> bool {
        self.log(files).is_some()
    }

    fn receipt_is_good(&self, receipt: &[u8], answer: &[u8]) -> bool {
        let Some(receipt) = std::str::from_utf8(receipt)
            .ok()
            .and_then(|text| Receipt::from_json(text).ok())
        else {
            return false;
        };
        receipt.verify(&self.0).is_ok() && receipt.is_for(&told(answer))
    }
}

fn told(answer: &[u8]) -> String {
    let answer: Value = serde_json::from_slice(answer).expect("JSON");
    let (area, at) = (&answer["area"], answer["lastLocationTime"].as_str().expect("a time"));
    let degrees = |name: &str| area["center"][name].as_f64().expect("degrees");
    let circle = Circle {
        centre: Point::new(degrees("latitude"), degrees("longitude")).expect("a point"),
        radius: Metres::new(area["radius"].as_f64().expect("metres")).expect("a radius"),
    };
    canonical(&Told::Area(circle), Timestamp::from_rfc3339(at).expect("a time"))
}
