use domain::id::AskId;

use super::super::tests::{DEPOT, End, Office, ROADSIDE};
use super::*;

fn wanted() -> Comparison {
    Comparison {
        source: Some("meridian".to_owned()),
        only_source: true,
        tolerance: Span::seconds(5),
        from: None,
        to: None,
    }
}

fn differences(office: &Office, comparison: &Comparison, ledger: &str) -> (Compared, Vec<Difference>) {
    let mut found = Vec::new();
    let compared = compare(&office.book(), comparison, &mut ledger.as_bytes(), &mut |difference| {
        found.push(difference.clone());
    });
    (compared.expect("compared"), found)
}

/// Two answered asks, one without an answer, one refused.
fn office() -> (Office, [AskId; 4]) {
    let mut office = Office::new();
    office.agree(1, ROADSIDE);
    let asks = [
        office.ask(1, ROADSIDE, End::Answered),
        office.ask(1, ROADSIDE, End::Answered),
        office.ask(1, ROADSIDE, End::Failed),
        office.ask(1, DEPOT, End::Answered),
    ];
    (office, asks)
}

fn line(office: &Office, seconds: i64, ask: AskId) -> String {
    let time = Timestamp::from_unix_ms(office.now().unix_ms() + seconds * 1000);
    format!("{time},{ask},delivered\n")
}

const HEAD: &str = "time,id,result\n";

#[test]
fn a_ledger_that_agrees_has_no_difference() {
    let (office, asks) = office();
    let lines = asks[..2].iter().map(|ask| line(&office, 4, *ask)).collect::<String>();
    // A repetition, which a question may have; a query that was never answered; columns in another order.
    let (compared, found) = differences(
        &office,
        &wanted(),
        &format!("{HEAD}{lines}{}", line(&office, 0, asks[0])),
    );
    assert_eq!(found, []);
    assert_eq!(
        (compared.lines, compared.matched, compared.again, compared.unsure),
        (3, 2, 1, 1)
    );
    let lines = asks[..3]
        .iter()
        .map(|ask| format!("{ask},,{}\n", office.now()))
        .collect::<String>();
    let (compared, found) = differences(&office, &wanted(), &format!("id,cell,time\n{lines}"));
    assert_eq!((found.len(), compared.matched, compared.unsure), (0, 3, 0));
}

#[test]
fn every_difference_is_named_with_its_line() {
    let (office, asks) = office();
    let smuggled = AskId::from_bytes([9; 16]);
    let ledger = [
        HEAD.to_owned(),
        line(&office, 0, asks[0]),
        line(&office, 0, smuggled),
        line(&office, 0, asks[3]),
        line(&office, 0, asks[0]),
        line(&office, 0, asks[0]),
        "yesterday,ask_x,\n".to_owned(),
        "too,few\n".to_owned(),
        line(&office, 6, asks[2]),
    ];
    let (compared, found) = differences(&office, &wanted(), &ledger.concat());
    assert_eq!(compared.differences, u64::try_from(found.len()).expect("few"));
    let shown: Vec<String> = found
        .iter()
        .map(|difference| match difference {
            Difference::Unreadable { line, .. } => format!("{line} unreadable"),
            Difference::LedgerOnly { line, id, .. } => format!("{line} ledger {id}"),
            Difference::Time { line, id, .. } => format!("{line} time {id}"),
            Difference::Repeated { line, id, .. } => format!("{line} again {id}"),
            Difference::JournalOnly { id, .. } => format!("journal {id}"),
        })
        .collect();
    assert_eq!(
        shown,
        [
            "7 unreadable".to_owned(),
            "8 unreadable".to_owned(),
            format!("3 ledger {smuggled}"),
            format!("4 ledger {}", asks[3]),
            format!("6 again {}", asks[0]),
            format!("9 time {}", asks[2]),
            format!("journal {}", asks[1]),
        ]
    );
}

#[test]
fn another_sources_answers_and_another_time_are_no_business_of_this_ledger() {
    let (office, asks) = office();
    let castor = Comparison {
        source: Some("castor".to_owned()),
        only_source: false,
        ..wanted()
    };
    assert_eq!(differences(&office, &castor, HEAD).1, []);
    let taken = differences(&office, &castor, &format!("{HEAD}{}", line(&office, 0, asks[0])));
    assert!(matches!(taken.1[..], [Difference::LedgerOnly { line: 2, .. }]));
    let later = Comparison {
        from: Some(office.now().after(Span::seconds(1))),
        ..wanted()
    };
    assert_eq!(differences(&office, &later, HEAD).1, []);
    assert_eq!(differences(&office, &wanted(), HEAD).1.len(), 2, "both answers");
}

#[test]
fn a_document_that_is_no_ledger_is_refused() {
    let (office, _) = office();
    let outcome = |ledger: &str| compare(&office.book(), &wanted(), &mut ledger.as_bytes(), &mut |_| ());
    for ledger in ["", "when,id\n", "time,id,time\n"] {
        assert!(matches!(outcome(ledger), Err(RecordsError::Line(1, _))), "{ledger}");
    }
    for end in ["\n", "\r\n"] {
        let lines = [
            "\u{feff}time,id,cell",
            "",
            "",
            "2026-11-22,ask_1,",
            "x,y,\"two\nlines\"",
            "x,y,",
        ];
        let (compared, found) = differences(&office, &wanted(), &lines.join(end));
        assert_eq!((compared.lines, found.len()), (3, 5));
        let numbers: Vec<u64> = found
            .iter()
            .filter_map(|difference| match difference {
                Difference::Unreadable { line, .. } => Some(*line),
                _ => None,
            })
            .collect();
        assert_eq!(numbers, [4, 5, 7], "{end:?}");
    }
}

#[test]
fn found_a_quotation_mark_that_is_never_closed_is_named_with_its_line() {
    let (office, asks) = office();
    let good = line(&office, 0, asks[0]);
    for (end, begins) in [("", 3), ("\n", 3), ("\nand,so,on\n", 3)] {
        let ledger = format!("{HEAD}{good}yesterday,\"ask_1,{end}");
        let (compared, found) = differences(&office, &wanted(), &ledger);
        assert_eq!(compared.lines, 2, "{ledger:?}");
        let unreadable = found.iter().find_map(|difference| match difference {
            Difference::Unreadable { line, what } => Some((*line, what.contains("closing quotation mark"))),
            _ => None,
        });
        assert_eq!(unreadable, Some((begins, true)), "{ledger:?}");
    }
    // One that is closed at the very end is read as it stands.
    let (_, found) = differences(&office, &wanted(), &format!("{HEAD}\n{good}yesterday,ask_1,\"x\n\n\""));
    assert!(
        matches!(found[..], [Difference::Unreadable { line: 4, .. }, ..]),
        "{found:?}"
    );
}
