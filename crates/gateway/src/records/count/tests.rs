use super::super::tests::{DEPOT, End, Office, ROADSIDE, party};
use super::*;
use domain::journal::checkpoint::VerifierKey;
use domain::journal::cosignature::Cosigner;
use domain::journal::note::Note;

fn answered() -> Question {
    Question {
        outcomes: vec![Outcome::Answered],
        ..Question::default()
    }
}

/// Asks and people.
fn figures(answer: &Answer) -> (u64, usize) {
    (answer.asks(), answer.people.len())
}

fn counted(office: &Office, question: &Question) -> Answer {
    count(&office.book(), question, &[]).expect("counted")
}

/// Three people: the first is asked about by both parties, the second by one, the third never agreed.
fn busy() -> Office {
    let mut office = Office::new();
    office.agree(1, ROADSIDE);
    office.agree(1, DEPOT);
    office.agree(2, DEPOT);
    for (person, of, end) in [
        (1, ROADSIDE, End::Answered),
        (1, ROADSIDE, End::Answered),
        (1, DEPOT, End::Failed),
        (2, DEPOT, End::Answered),
        (3, DEPOT, End::Answered),
        (2, DEPOT, End::Open),
    ] {
        office.ask(person, of, end);
    }
    office
}

#[test]
fn every_ask_counts_once_by_how_it_ended() {
    let office = busy();
    let answer = counted(&office, &Question::default());
    assert_eq!(figures(&answer), (6, 3));
    let outcomes: Vec<(Outcome, u64)> = answer.outcomes.clone().into_iter().collect();
    assert_eq!(
        outcomes,
        [
            (Outcome::Answered, 3),
            (Outcome::Failed, 1),
            (Outcome::Refused, 1),
            (Outcome::Open, 1)
        ]
    );
    assert_eq!(figures(&counted(&office, &answered())), (3, 2));
    let of = |of| Question {
        party: Some(party(of)),
        ..answered()
    };
    assert_eq!(figures(&counted(&office, &of(ROADSIDE))), (2, 1));
    assert_eq!(figures(&counted(&office, &of(DEPOT))), (1, 1));
    let other = Question {
        purpose: Some(Purpose::FraudPreventionAndDetection),
        ..Question::default()
    };
    assert_eq!(figures(&counted(&office, &other)), (0, 0));
    let by_party = Question {
        by: Some(By::Party),
        ..Question::default()
    };
    let groups = counted(&office, &by_party).groups;
    let groups: Vec<(u64, usize)> = groups.values().map(|group| (group.asks, group.people.len())).collect();
    assert_eq!(groups, [(2, 1), (4, 3)]);
    // Each answered ask is shown by its two entries.
    assert_eq!(counted(&office, &answered()).leaves().len(), 6);
}

#[test]
fn time_is_that_of_the_end_and_bounds_are_half_open() {
    let mut office = Office::new();
    office.agree(1, ROADSIDE);
    let first = office.now();
    office.ask(1, ROADSIDE, End::Answered);
    office.wait(60);
    let second = office.now();
    office.ask(1, ROADSIDE, End::Answered);
    let within = |from, to| Question {
        from,
        to,
        ..Question::default()
    };
    assert_eq!(counted(&office, &within(Some(first), Some(second))).asks(), 1);
    assert_eq!(counted(&office, &within(Some(second), None)).asks(), 1);
    assert_eq!(counted(&office, &within(None, Some(first))).asks(), 0);
    let person = &counted(&office, &within(None, None)).people[&office.subject(1).key];
    assert_eq!(person.when, Some((first, second)));
}

#[test]
fn what_was_erased_counts_on_and_names_the_month_only() {
    let mut office = busy();
    office.wait(86_400 * 40);
    office.agree(2, ROADSIDE);
    office.ask(2, ROADSIDE, End::Answered);
    let questions = [
        answered(),
        Question::default(),
        Question {
            party: Some(party(DEPOT)),
            ..answered()
        },
    ];
    let before = questions
        .each_ref()
        .map(|question| figures(&counted(&office, question)));
    assert!(office.erase(2, None) > 5);
    let after = questions.each_ref().map(|question| counted(&office, question));
    // The ask that never ended is no ask any more: what was erased of it says that it was asked, not how it ended.
    let expected = [before[0], (before[1].0 - 1, before[1].1), before[2]];
    assert_eq!(after.each_ref().map(figures), expected);
    assert_eq!(after[0].erased, 2);
    let person = &after[0].people[&office.subject(2).key];
    assert_eq!((person.asks, person.erased, person.parties.len()), (2, 2, 2));
    assert!(person.when.is_none() && person.leaves.is_empty());
    // Half a month: the totals do not say on which side.
    let from = Timestamp::from_rfc3339("2026-11-18T00:00:00Z").expect("a time");
    let half = counted(
        &office,
        &Question {
            from: Some(from),
            ..answered()
        },
    );
    assert_eq!((half.unsure.asks, half.unsure.people.len()), (1, 1));
    // A second run finds nothing, and the count stays.
    assert_eq!(office.erase(2, None), 0);
    assert_eq!(figures(&counted(&office, &answered())), before[0]);
}

#[test]
fn another_journal_than_the_one_that_was_shown_is_a_failure() {
    let mut office = busy();
    let book = office.book();
    let shown = book.head().clone();
    let key = VerifierKey::of(book.keys());
    assert_eq!(key.open(book.note()), Ok(shown.clone()));
    let witness = Cosigner::new("witness.example.com/w1", &[5; 32]).expect("a key");
    assert!(book.kept(book.note(), &[witness.key()]).is_err(), "nobody cosigned it");
    let mut note = Note::parse(book.note()).expect("a note");
    note.add(witness.sign(note.text(), 1_800_000_000)).expect("room");
    assert_eq!(book.kept(&note.to_string(), &[witness.key()]).ok(), Some(shown.clone()));
    office.ask(3, ROADSIDE, End::Answered);
    let book = office.book();
    let known = |checkpoint: Checkpoint| count(&book, &Question::default(), &[checkpoint]);
    assert!(known(shown.clone()).is_ok());
    let other = Checkpoint {
        root: [1; 32],
        ..shown.clone()
    };
    assert!(matches!(known(other), Err(RecordsError::Differs(_))));
    let longer = Checkpoint {
        size: shown.size + 99,
        ..shown
    };
    assert!(matches!(known(longer), Err(RecordsError::Differs(_))));
}

#[test]
fn an_entry_that_was_taken_away_by_hand_is_missed() {
    let office = busy();
    let writer = crate::store::sqlite::open_writer(&office.data.store).expect("opens");
    // Whoever can write to the store leaves the shell, so that the tree still verifies; but no erasure tells of it.
    let entry = crate::store::journal::sqlite::read_entries(&writer, 5, 1)
        .expect("reads")
        .remove(0);
    let shell = domain::journal::kept::Shell::from(&entry);
    writer.execute("DELETE FROM entry WHERE leaf = 5", []).expect("deleted");
    writer
        .execute(
            "INSERT INTO erased VALUES (5, ?1, ?2, ?3)",
            (shell.tag, shell.party, shell.subject),
        )
        .expect("written");
    let outcome = count(&office.book(), &Question::default(), &[]);
    assert!(matches!(outcome, Err(RecordsError::Differs(_))), "{outcome:?}");
}
