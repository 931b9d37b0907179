//! The shipped file is the shipped table, and every kind of fault is told with its line.

use super::*;

fn faults(text: &str, world: World) -> Vec<String> {
    match parse(text, world) {
        Ok(_) => Vec::new(),
        Err(PolicyError::Faulty(faults)) => faults.iter().map(Fault::to_string).collect(),
        Err(other) => panic!("{other}"),
    }
}

/// The shipped file with the first such line replaced.
fn with(line: &str, other: &str) -> String {
    assert!(SHIPPED.contains(line), "{line}");
    SHIPPED.replacen(line, other, 1)
}

#[test]
fn the_shipped_file_says_what_the_shipped_table_says() {
    for world in [World::Sandbox, World::Live] {
        assert_eq!(parse(SHIPPED, world).expect("good"), Policy::shipped(world));
        assert_eq!(load(None, world).expect("good").hash(), Policy::shipped(world).hash());
    }
}

#[test]
fn every_fault_is_told_with_its_line() {
    let line = |text: &str, of: &str| text.lines().position(|line| line.contains(of)).expect("there") + 1;
    for (text, of, want) in [
        (
            with("count_max = 12", "count_max = 0"),
            "count_max = 0",
            "`purpose.RequestedServiceProvision.count_max`: expected a whole number from 1 to 1000000, found 0",
        ),
        (
            with("longest_hours = 2", "longest_hours = \"2\""),
            "longest_hours = \"2\"",
            "`purpose.RequestedServiceProvision.longest_hours`: expected 1 minute to 366 days, found \"2\"",
        ),
        (
            with("longest_hours = 2", "longest_s = 60\nlongest_minutes = 1"),
            "longest_s = 60",
            "`purpose.RequestedServiceProvision.longest_s`: expected one unit for one length of time, found two",
        ),
        (
            with("review_after = 10", "review_afterwards = 10"),
            "review_afterwards",
            "`questions.review_afterwards`: expected no such key, found one",
        ),
        (
            with("evidence = \"sms-reply\"", "evidence = \"a promise\""),
            "a promise",
            "`purpose.RequestedServiceProvision.evidence`: expected one of \"sms-reply\", \"handset-link\", \"passkey\", found \"a promise\"",
        ),
        (
            with("finest_m = 100\n", "finest_m = 10\n"),
            "finest_m = 10\n".trim(),
            "`purpose.PersonalSafety.finest_m`: expected a whole number from 50 to 100000, found 10",
        ),
    ] {
        let found = faults(&text, World::Live);
        let line = match of {
            "finest_m = 10" => text.lines().position(|line| line == of).expect("there") + 1,
            of => line(&text, of),
        };
        assert!(found.contains(&format!("line {line}: {want}")), "{found:#?}");
    }
    assert_eq!(faults("[questions\n", World::Live).len(), 1);
    let missing = faults("", World::Live);
    assert_eq!(missing.len(), 3, "{missing:?}");
    assert_eq!(missing[0], "line 1: `questions`: expected the section, found none");
    let several = with("open_max = 2", "open_max = 9\nopen = 1");
    assert_eq!(faults(&several, World::Live).len(), 2, "all at once");
}

#[test]
fn nothing_forbidden_can_be_allowed() {
    for (term, want) in [
        ("DirectMarketing", "always refused"),
        ("TargetedAdvertising", "always refused"),
        ("SellDataToThirdParties", "always refused"),
        ("SellInsightsFromData", "always refused"),
        ("LegalCompliance", "a consent cannot cover"),
        ("EmergencyResponse", "a consent cannot cover"),
        ("Gossip", "no such key"),
    ] {
        let text = format!("{SHIPPED}\n[purpose.{term}]\nanswer = \"area\"\n");
        for world in [World::Sandbox, World::Live] {
            let found = faults(&text, world);
            assert_eq!(found.len(), 1, "{term}: {found:?}");
            assert!(found[0].contains(want), "{found:?}");
        }
    }
}

#[test]
fn a_live_world_cannot_be_loosened_where_a_sandbox_can() {
    for (line, other) in [
        ("open_max = 2", "open_max = 3"),
        ("cooling_off_hours = 24", "cooling_off_s = 0"),
        ("sim_change_wait_hours = 72", "sim_change_wait_s = 1"),
        ("never_lift_wait_hours = 24", "never_lift_wait_s = 1"),
        ("effect_after_hours = 24", "effect_after_s = 3"),
        ("effect_after_hours = 24\n", ""),
        ("reminders_days = 7", "reminders_s = 5"),
    ] {
        let text = with(line, other);
        assert_eq!(faults(&text, World::Sandbox), Vec::<String>::new(), "{other}");
        assert_eq!(faults(&text, World::Live).len(), 1, "{other}");
    }
    let machines = with(
        "effect_after_hours = 24",
        "effect_after_hours = 24\nmachine_lines = true",
    );
    assert_eq!(
        faults(&machines, World::Sandbox).len(),
        1,
        "a person's line is no machine"
    );
}

#[test]
fn what_is_not_written_is_not_allowed() {
    let (before, rest) = SHIPPED.split_once("[purpose.DeliveryOfGoods]").expect("there");
    let (_, after) = rest.split_once("# Family and wards.").expect("there");
    let policy = parse(&format!("{before}#{after}"), World::Live).expect("good");
    assert_eq!(policy.rule(Purpose::DeliveryOfGoods), Rule::Unavailable);
    assert_ne!(policy.hash(), Policy::shipped(World::Live).hash());
}

#[test]
fn sentences_say_what_the_table_says() {
    let policy = Policy::shipped(World::Live);
    let said = explain::purpose(&policy, Purpose::PersonalSafety);
    assert_eq!(
        said,
        "PersonalSafety: with the person's yes, an area with a radius of at least 100 m. One yes holds for at most 30 \
         days, no more than 24 a day. The page that was texted to the number must be opened and the terms signed there. \
         It takes effect 1 day after the yes, and the phone is texted twice in that time. What repeats is recalled by \
         text at random times, every 7 days on average. The network has 15 seconds to answer."
    );
    let whole = explain::whole(&policy);
    assert!(whole.contains("DirectMarketing: always refused."));
    assert!(whole.contains("at most 2 questions open at a time and is asked at most 3 times a day"));
}
