//! Two ends that agree, and each way in which they do not.

use super::*;

fn time_of(seconds: i64) -> String {
    Timestamp::from_unix_seconds(1_800_000_000 + seconds).rfc3339()
}

fn ask(letter: &str, from: i64, to: i64, end: &str, reached: Reached) -> Line {
    Line {
        letter: letter.to_owned(),
        at: time_of(from),
        ended: (end != "open").then(|| time_of(to)),
        end: end.to_owned(),
        reached,
        recipient: "pty_A".to_owned(),
        purpose: "RequestedServiceProvision".to_owned(),
        question: "retrieve".to_owned(),
    }
}

fn collated(hub: Vec<Line>, home: Vec<Line>) -> (Compared, Vec<Difference>) {
    let bounds = Bounds {
        tolerance: Span::seconds(5),
        from: None,
        to: None,
    };
    let both = Both {
        bounds: &bounds,
        made: Timestamp::from_unix_seconds(1_800_001_000),
    };
    let by_letter = |lines: Vec<Line>| lines.into_iter().map(|line| (line.letter.clone(), line)).collect();
    let mut found = Vec::new();
    let compared = both.collate(&by_letter(hub), &by_letter(home), &mut |difference| {
        found.push(difference.clone())
    });
    (compared, found)
}

fn sealed(letter: &str) -> Line {
    ask(letter, 0, 2, "answered", Reached::Yes)
}

fn at_home(letter: &str) -> Line {
    ask(letter, 1, 1, "ended", Reached::Yes)
}

#[test]
fn what_was_refused_at_first_hides_nothing() {
    let mut lines = HashMap::new();
    let refused = ask("a", 0, 0, "refused", Reached::No);
    for line in [refused.clone(), sealed("a"), refused] {
        keep(&mut lines, line);
    }
    assert_eq!(lines.get("a"), Some(&sealed("a")));
    let open = ask("a", 1, 1, "open", Reached::Yes);
    let mut lines = HashMap::new();
    for line in [at_home("a"), open.clone(), at_home("a")] {
        keep(&mut lines, line);
    }
    assert_eq!(lines.get("a"), Some(&open));
}

#[test]
fn a_file_of_somebody_else_or_of_long_ago_is_refused() {
    let header = Header {
        what: WHAT.to_owned(),
        v: VERSION,
        role: Role::Home,
        gateway: "https://lark.example.com".to_owned(),
        made: time_of(0),
        size: 7,
    };
    let made = Timestamp::from_unix_seconds(1_800_000_000);
    let check = |gateway, age: u32, to: Option<Timestamp>| {
        let bounds = Bounds {
            tolerance: Span::seconds(5),
            from: None,
            to,
        };
        let now = made.after(Span::seconds(age));
        Expected { gateway, now }.check(&header, made, &bounds).is_ok()
    };
    assert!(check("https://lark.example.com", 80_000, None));
    assert!(!check("https://rook.example.com", 80_000, None));
    assert!(!check("https://lark.example.com", 90_000, None));
    assert!(!check(
        "https://lark.example.com",
        90_000,
        Some(made.after(Span::seconds(1)))
    ));
    assert!(check("https://lark.example.com", 90_000, Some(made)));
}

#[test]
fn two_ends_that_agree_have_no_difference() {
    let question = Line {
        question: "consent".to_owned(),
        ..sealed("q")
    };
    let hub = vec![
        sealed("a"),
        sealed("b"),
        ask("lost", 0, 9, "failed", Reached::Perhaps),
        ask("gone", 0, 9, "failed", Reached::Perhaps),
        ask("never", 0, 0, "refused", Reached::No),
        ask("young", 999, 999, "answered", Reached::Yes),
        question,
    ];
    let home = vec![
        at_home("a"),
        ask("b", 1, 1, "refused", Reached::Yes),
        ask("lost", 1, 1, "answered", Reached::Yes),
    ];
    let (compared, found) = collated(hub, home);
    assert_eq!(found, []);
    let want = Compared {
        hub: 6,
        home: 3,
        both: 3,
        unsure: 1,
        questions: 1,
        later: 1,
        differences: 0,
    };
    assert_eq!(compared, want);
}

#[test]
fn every_difference_is_named() {
    let home = |line: Line| vec![line];
    let other = Line {
        recipient: "pty_B".to_owned(),
        ..at_home("a")
    };
    let late = ask("a", 60, 60, "answered", Reached::Yes);
    let early = ask("a", -60, -60, "answered", Reached::Yes);
    let refused = ask("a", 0, 0, "refused", Reached::No);
    for (hub, home, want) in [
        (vec![sealed("a")], vec![], Difference::HubOnly(sealed("a"))),
        (vec![], home(at_home("a")), Difference::HomeOnly(at_home("a"))),
        (vec![refused], home(at_home("a")), Difference::NotPassedOn(at_home("a"))),
        (
            vec![sealed("a")],
            home(ask("a", 1, 1, "abandoned", Reached::Yes)),
            Difference::NoEnd(sealed("a")),
        ),
        (
            vec![sealed("a")],
            home(other.clone()),
            Difference::Otherwise(sealed("a"), other),
        ),
        (
            vec![sealed("a")],
            home(late.clone()),
            Difference::Time(sealed("a"), late),
        ),
        (
            vec![sealed("a")],
            home(early.clone()),
            Difference::Time(sealed("a"), early),
        ),
    ] {
        let (compared, found) = collated(hub, home);
        assert_eq!((compared.differences, found), (1, vec![want]));
    }
}

#[test]
fn a_file_is_read_as_it_is_written_and_nothing_else() {
    let header = |role| Header {
        what: WHAT.to_owned(),
        v: VERSION,
        role,
        gateway: "https://lark.example.com".to_owned(),
        made: time_of(0),
        size: 7,
    };
    let text = |role| {
        let line = serde_json::to_string(&sealed("a")).expect("JSON");
        format!("{}\n{line}\n", serde_json::to_string(&header(role)).expect("JSON"))
    };
    let (read_header, lines) = read(&mut text(Role::Home).as_bytes(), Role::Hub).expect("read");
    assert_eq!((read_header, lines.get("a")), (header(Role::Home), Some(&sealed("a"))));
    let whole = text(Role::Home);
    for (bad, line) in [
        (String::new(), 1),
        (text(Role::Hub), 1),
        (whole.replace("ledger", "diary"), 1),
        (whole.replace("\"v\":1", "\"v\":2"), 1),
        (whole.trim_end().to_owned(), 2),
        (whole.replace("\"letter\"", "\"number\""), 2),
        (format!("{whole}{}\n", "x".repeat(LINE_BYTES_MAX)), 3),
    ] {
        let found = read(&mut bad.as_bytes(), Role::Hub);
        assert!(
            matches!(found, Err(RecordsError::Line(at, _)) if at == line),
            "{bad}: {found:?}"
        );
    }
}
