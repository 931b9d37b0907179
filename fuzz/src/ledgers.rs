//! Ledgers of carriers, in CSV: each query keeps the line on which it stands, and a plain reader finds the same.

use domain::time::Timestamp;
use gateway::records::ledger::Difference;
use gateway::records::ledger::lines::load;

/// The first line, so that what follows is read at all.
const HEAD: &str = "time,id,result\n";

pub(crate) fn run(data: &[u8]) {
    // With a first line of its own, and with ours.
    drop(read(data));
    let ledger = [HEAD.as_bytes(), data].concat();
    let Some((queries, unreadable)) = read(&ledger) else {
        return;
    };
    let text = std::str::from_utf8(&ledger).ok();
    // Quotes and lone carriage returns are what a plain reader does not know.
    if let Some(text) = text.filter(|text| !text.contains(['"', '\r'])) {
        assert_eq!((queries, unreadable), plainly(text), "two readers differ");
    }
}

type Queries = Vec<(u64, String, i64)>;

/// The queries, and the lines that cannot be read; `None` for a ledger that cannot be read at all.
fn read(ledger: &[u8]) -> Option<(Queries, Vec<u64>)> {
    let (mut queries, mut unreadable) = (Vec::new(), Vec::new());
    let mut put = |line: u64, id: &str, time: Timestamp| {
        queries.push((line, id.to_owned(), time.unix_ms()));
        Ok(())
    };
    let mut note = |difference: Difference| {
        let Difference::Unreadable { line, .. } = difference else {
            panic!("a difference that no line has");
        };
        unreadable.push(line);
        1
    };
    let (lines, differences) = load(&mut &ledger[..], &mut put, &mut note).ok()?;
    assert_eq!(lines, (queries.len() + unreadable.len()) as u64, "a line was lost");
    assert_eq!(differences, unreadable.len() as u64);
    let mut places: Vec<u64> = queries
        .iter()
        .map(|(line, ..)| *line)
        .chain(unreadable.iter().copied())
        .collect();
    places.sort_unstable();
    assert!(places.is_sorted_by(|one, next| one < next), "two records on one line");
    let ends = ledger.iter().filter(|byte| **byte == b'\n').count() as u64;
    assert!(
        places.iter().all(|line| (2..=ends + 1).contains(line)),
        "a line that is not there"
    );
    assert!(queries.iter().all(|(_, id, _)| (1..=200).contains(&id.len())));
    Some((queries, unreadable))
}

/// The same of a ledger without quotes.
fn plainly(text: &str) -> (Queries, Vec<u64>) {
    let (mut queries, mut unreadable) = (Vec::new(), Vec::new());
    for (number, line) in (1..).zip(text.split('\n')).skip(1) {
        if line.trim().is_empty() {
            continue;
        }
        let fields: Vec<&str> = line.split(',').map(str::trim).collect();
        match fields[..] {
            [time, id, _] if (1..=200).contains(&id.len()) => match Timestamp::from_rfc3339(time) {
                Some(time) => queries.push((number, id.to_owned(), time.unix_ms())),
                None => unreadable.push(number),
            },
            _ => unreadable.push(number),
        }
    }
    (queries, unreadable)
}
