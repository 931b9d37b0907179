//! Columns that only the key directory opens, and the rows that decisions rest on.

use domain::secret::Secret;
use domain::subject::SubjectKey;
use gateway::seal::{Place, Sealer};
use gateway::store::permission::person;

use crate::input::Choices;

pub(crate) fn run(data: &[u8]) {
    let sealer = Sealer::new(Secret::new([3; 32]));
    let key = SubjectKey::from_bytes([7; 16]);
    assert!(
        person::read(key, data, &sealer).is_none(),
        "a row without a stamp was read"
    );
    let mut row = data.to_vec();
    row.extend(sealer.stamp("person", key.to_bytes(), data));
    if let Some(read) = person::read(key, &row, &sealer) {
        let again = person::read(key, &person::write(key, &read, &sealer), &sealer);
        assert_eq!(again.as_ref(), Some(&read), "a row is not read as it was written");
        let other = SubjectKey::from_bytes([8; 16]);
        assert!(
            person::read(other, &row, &sealer).is_none(),
            "a row was moved to another person"
        );
    }
    opens_in_its_place(data, &sealer);
}

fn opens_in_its_place(data: &[u8], sealer: &Sealer) {
    let mut choices = Choices::new(data);
    let row = choices.i64();
    let (place, flip) = (usize::from(u16::from_be_bytes(choices.bytes())), choices.byte());
    let (other_row, other_column) = (choices.flag(), choices.flag());
    let home = Place {
        table: "consent",
        column: "number",
        row,
    };
    assert!(sealer.open(home, data).is_err(), "bytes that nobody sealed were opened");
    let plain = choices.rest();
    let mut sealed = sealer.seal(home, plain).expect("sealed");
    let place = place % sealed.len();
    sealed[place] ^= flip;
    let away = Place {
        row: if other_row { row.wrapping_add(1 << 20) } else { row },
        column: if other_column { "words" } else { "number" },
        ..home
    };
    let opened = sealer.open(away, &sealed).ok();
    let untouched = flip == 0 && !other_row && !other_column;
    assert_eq!(
        opened.as_deref(),
        untouched.then_some(plain),
        "opened although altered or moved"
    );
}
