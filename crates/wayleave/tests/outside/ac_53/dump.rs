//! A full dump of a store, as a thief has it: every cell of every table, and what can be searched in it.

use std::collections::HashSet;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use rusqlite::Connection;
use rusqlite::types::Value;

/// So many bytes of a hash in a row are no accident.
const PIECE: usize = 8;

/// How far apart two halves of a coordinate may stand.
const NEAR_BYTES: usize = 32;

/// Two decimals of a degree.
const NEAR_DEGREES: f64 = 0.005;

/// Every cell of every table.
pub struct Dump {
    /// The bytes of each text and blob; of a text that spells bytes in hexadecimal or base64, those too.
    pub cells: Vec<Vec<u8>>,
    pub integers: Vec<i64>,
    pub fractions: Vec<f64>,
    pieces: HashSet<[u8; PIECE]>,
}

impl Dump {
    /// Reads a store's file, and nothing beside it.
    pub fn of(store: &Path) -> Self {
        let connection = Connection::open(store).expect("a store");
        let names = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
        let mut select = connection.prepare(names).expect("a statement");
        let tables: Vec<String> = select
            .query_map([], |row| row.get(0))
            .expect("rows")
            .collect::<Result<_, _>>()
            .expect("names");
        let mut dump = Self {
            cells: Vec::new(),
            integers: Vec::new(),
            fractions: Vec::new(),
            pieces: HashSet::new(),
        };
        for table in &tables {
            let mut select = connection
                .prepare(&format!("SELECT * FROM \"{table}\""))
                .expect("a table");
            let columns = select.column_count();
            let mut rows = select.query([]).expect("rows");
            while let Some(row) = rows.next().expect("a row") {
                (0..columns).for_each(|column| dump.take(row.get(column).expect("a cell")));
            }
        }
        dump
    }

    /// Takes one more cell.
    pub fn take(&mut self, cell: Value) {
        match cell {
            Value::Null => {}
            Value::Integer(number) => self.integers.push(number),
            Value::Real(number) => self.fractions.push(number),
            Value::Blob(bytes) => self.keep(bytes),
            Value::Text(text) => {
                let words = text.split(|c: char| !c.is_ascii_alphanumeric() && !"-_+/".contains(c));
                let long = words.filter(|word| word.len() >= 2 * PIECE);
                long.flat_map(spelled).for_each(|bytes| self.keep(bytes));
                self.keep(text.into_bytes());
            }
        }
    }

    fn keep(&mut self, bytes: Vec<u8>) {
        let pieces = bytes
            .windows(PIECE)
            .filter_map(|piece| piece.first_chunk::<PIECE>().copied());
        self.pieces.extend(pieces);
        self.cells.push(bytes);
    }

    /// Whether any cell holds the beginning or the end of these bytes.
    pub fn holds_part_of(&self, bytes: &[u8]) -> bool {
        let held = |piece: Option<&[u8]>| piece.is_some_and(|piece| self.pieces.contains(piece));
        held(bytes.first_chunk::<PIECE>().map(|piece| &piece[..]))
            || held(bytes.last_chunk::<PIECE>().map(|piece| &piece[..]))
    }

    /// Whether any cell holds this text, in any of the ways in which texts are written.
    pub fn reads(&self, text: &str) -> bool {
        let wide: Vec<u16> = text.encode_utf16().collect();
        let big: Vec<u8> = wide.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        let little: Vec<u8> = wide.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        [text.as_bytes().to_vec(), big, little].iter().any(|form| {
            let mut cells = self.cells.iter();
            cells.any(|cell| cell.windows(form.len()).any(|window| window == form))
        })
    }

    /// Whether any cell holds a place as near as two decimals to this one: both halves side by side as numbers of any kind,
    /// or as text.
    pub fn locates(&self, (latitude, longitude): (f64, f64)) -> bool {
        let near = |found: f64, wanted: f64| (found - wanted).abs() <= NEAR_DEGREES;
        let both = |found: &dyn Fn(f64) -> bool| found(latitude) && found(longitude);
        let micro = |wanted: f64| {
            let near = |number: &&i64| near(**number as f64 / 1e6, wanted) || near(**number as f64 / 1e7, wanted);
            self.integers.iter().find(near).is_some()
        };
        let real = |wanted: f64| self.fractions.iter().any(|found| near(*found, wanted));
        let in_one = |cell: &Vec<u8>| {
            READINGS.iter().any(|(width, read)| {
                let places = |wanted: f64| -> Vec<usize> {
                    let windows = cell.windows(*width).enumerate();
                    windows
                        .filter(|(_, window)| near(read(window), wanted))
                        .map(|(at, _)| at)
                        .collect()
                };
                let (north, east) = (places(latitude), places(longitude));
                north
                    .iter()
                    .any(|at| east.iter().any(|other| at.abs_diff(*other) <= NEAR_BYTES))
            })
        };
        let written = |wanted: f64| {
            let text = format!("{wanted:.2}");
            // What is cut off and what is rounded.
            let cut = format!("{:.3}", wanted)[..text.len()].to_owned();
            self.reads(&text) || self.reads(&cut)
        };
        both(&micro) || both(&real) || self.cells.iter().any(in_one) || both(&written)
    }
}

type Reading = (usize, fn(&[u8]) -> f64);

/// The ways in which a number of degrees is written in bytes.
const READINGS: [Reading; 8] = [
    (8, |bytes| f64::from_be_bytes(bytes.try_into().expect("eight"))),
    (8, |bytes| f64::from_le_bytes(bytes.try_into().expect("eight"))),
    (4, |bytes| f32::from_be_bytes(bytes.try_into().expect("four")).into()),
    (4, |bytes| f32::from_le_bytes(bytes.try_into().expect("four")).into()),
    (4, |bytes| {
        f64::from(i32::from_be_bytes(bytes.try_into().expect("four"))) / 1e6
    }),
    (4, |bytes| {
        f64::from(i32::from_le_bytes(bytes.try_into().expect("four"))) / 1e6
    }),
    (8, |bytes| {
        i64::from_be_bytes(bytes.try_into().expect("eight")) as f64 / 1e6
    }),
    (8, |bytes| {
        i64::from_le_bytes(bytes.try_into().expect("eight")) as f64 / 1e6
    }),
];

/// The bytes that a word spells.
fn spelled(word: &str) -> Vec<Vec<u8>> {
    let hex = |word: &str| {
        let pairs = word.as_bytes().chunks(2);
        let bytes = pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
        bytes.collect::<Option<Vec<u8>>>()
    };
    let base64 = [URL_SAFE_NO_PAD.decode(word).ok(), STANDARD_NO_PAD.decode(word).ok()];
    base64.into_iter().chain([hex(word)]).flatten().collect()
}
