//! What the clock does to consents: silence closes a question, reminders come at random times until STOP, and asks are
//! covered only within the agreed times.

use std::time::Duration;

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::jose::now;
use crate::partner::{assert_answered, assert_refused};
use crate::parts::{Parts, Settings};
use crate::program::until;

/// The date and time of a moment, as RFC 3339 has it (days since 1970 by Hinnant's method).
pub fn rfc3339(seconds: i64) -> String {
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let shifted = days + 719_468;
    let (era, day) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let (day, month) = (
        of_year - (153 * month + 2) / 5 + 1,
        if month < 10 { month + 3 } else { month - 9 },
    );
    let year = year + era * 400 + i64::from(month <= 2);
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z",
        rest / 3600,
        rest / 60 % 60,
        rest % 60
    )
}

/// The kinds and reasons of all entries so far.
fn entries(parts: &Parts) -> Vec<(String, Option<String>)> {
    let store = Connection::open(parts.gateway_folder().join("wayleave.db")).expect("the store");
    let mut select = store
        .prepare("SELECT kind, json_extract(subject_part, '$.reason') FROM entry ORDER BY leaf")
        .expect("a query");
    let rows = select
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .expect("rows");
    rows.map(|row| row.expect("a row")).collect()
}

#[test]
fn silence_closes_a_question_by_itself() {
    let parts = Parts::start(Settings {
        question_life_s: 30,
        ..Settings::default()
    });
    let plain = parts.world.partner("plain");
    let phone = parts.world.free_phone();
    let id = plain.ask_consent(&phone.number, &json!({}));
    let lapsed = ("consent-lapsed".to_owned(), Some("silence".to_owned()));
    assert!(!entries(&parts).contains(&lapsed), "not before its time");
    // Nobody asks anything meanwhile: the gateway does it by itself.
    std::thread::sleep(Duration::from_secs(30));
    until("an entry that says so", || {
        entries(&parts).contains(&lapsed).then_some(())
    });
    assert_eq!(plain.consent_state(&id), "ENDED");
    let again = entries(&parts).iter().filter(|entry| **entry == lapsed).count();
    assert_eq!(again, 1, "once");
}

#[test]
fn reminders_come_until_stop_and_no_longer() {
    let parts = Parts::start(Settings {
        policy: vec![("reminders_days = 60\n", "reminders_s = 4\n")],
        ..Settings::default()
    });
    let bank = parts.world.partner("bank");
    let phone = parts.world.free_phone();
    let id = bank.ask_consent(&phone.number, &json!({}));
    let question = phone.question(0);
    phone.press("agree", &question);
    phone.reply(&format!("YES {}", question.code));
    assert_eq!(bank.consent_state(&id), "GIVEN");
    let reminder = phone.text("Reminder: Harbour Bank can still ask", 0);
    assert!(reminder.contains("STOP ends all"), "{reminder}");
    phone.text("Reminder: Harbour Bank can still ask", 1);
    phone.reply("STOP");
    phone.text("All your permissions have ended", 0);
    let count = || phone.texts().iter().filter(|text| text.contains("Reminder:")).count();
    // What was handed to the message centre before the STOP may still arrive.
    std::thread::sleep(Duration::from_secs(2));
    let before = count();
    std::thread::sleep(Duration::from_secs(9));
    assert_eq!(count(), before, "a reminder after the end");
}

#[test]
fn what_watches_over_a_person_takes_effect_later_and_is_recalled_twice_before() {
    let parts = Parts::start(Settings {
        policy: vec![("effect_after_hours = 24\n", "effect_after_s = 20\n")],
        ..Settings::default()
    });
    let guard = parts.enrol("guard");
    let phone = parts.world.free_phone();
    let id = guard.ask_consent(&phone.number, &json!({"count": 5, "durationSeconds": 3600}));
    assert_eq!(phone.press("agree", &phone.question(0)).status, 200);
    assert_eq!(guard.consent_state(&id), "PENDING", "agreed to, and not in force yet");
    assert_refused(&guard.retrieve(&phone.number), "not-yet");
    assert!(parts.world.queries(&phone.number).is_empty(), "the carrier was asked");
    let recalled = || {
        phone
            .texts()
            .iter()
            .filter(|text| text.contains("Reminder: Lantern Family"))
            .count()
    };
    phone.text("Reminder: Lantern Family", 1);
    until("it to take effect", || {
        (guard.consent_state(&id) == "GIVEN").then_some(())
    });
    assert_answered(&guard.retrieve(&phone.number));
    // The policy's own reminders come days later, so both came of the waiting.
    assert_eq!(recalled(), 2, "two texts, and no third");
}

#[test]
fn asks_are_covered_only_within_the_agreed_times() {
    let parts = Parts::start(Settings::default());
    let plain = parts.world.partner("plain");
    let (phone, other, third) = (
        parts.world.free_phone(),
        parts.world.free_phone(),
        parts.world.free_phone(),
    );
    let window = json!({"window": {"from": rfc3339(now() - 60), "to": rfc3339(now() + 25)}});
    phone.agree_to(&plain, &window);
    assert_answered(&plain.retrieve(&phone.number));
    let later = json!({"window": {"from": rfc3339(now() + 1800), "to": rfc3339(now() + 3600)}});
    let id = plain.ask_consent(&other.number, &later);
    assert_eq!(other.press("agree", &other.question(0)).status, 200);
    assert_eq!(plain.consent_state(&id), "PENDING", "agreed to, and not in force yet");
    let early = plain.retrieve(&other.number);
    assert_eq!((early.status, early.tells_a_place()), (403, false), "{}", early.text());
    // A schedule of the week in a zone of its own: only tomorrow and the day after.
    let days = ["THU", "FRI", "SAT", "SUN", "MON", "TUE", "WED"];
    let day = |ahead: i64| days[usize::try_from((now() / 86_400 + ahead) % 7).expect("a day")];
    let slot = |ahead: i64| json!({"days": [day(ahead)], "from": "00:00", "to": "24:00"});
    let schedule = |slots: Vec<Value>| json!({"schedule": {"timeZone": "Etc/UTC", "weekly": slots}});
    let id = plain.ask_consent(&third.number, &schedule(vec![slot(2), slot(3)]));
    let question = third.question(0);
    third.press("agree", &question);
    third.reply(&format!("YES {}", question.code));
    assert_eq!(plain.consent_state(&id), "GIVEN");
    assert_refused(&plain.retrieve(&third.number), "outside-schedule");
    let nonsense = plain.wish(&third.number);
    for bad in [
        json!({"timeZone": "Mars/Olympus", "weekly": [slot(0)]}),
        json!({"timeZone": "Etc/UTC", "weekly": []}),
        json!({"timeZone": "Etc/UTC", "weekly": [{"days": ["MON"], "from": "18:00", "to": "08:00"}]}),
    ] {
        let mut wish = nonsense.clone();
        wish["schedule"] = bad;
        assert_eq!(plain.call("POST", crate::world::CONSENTS, &wish).status, 400, "{wish}");
    }
    // The window closes while the consent's own time would still run.
    until("the window's end", || {
        (plain.retrieve(&phone.number).status == 403).then_some(())
    });
    assert_eq!(plain.retrieve(&phone.number).status, 403);
}
