//! Talking with the gateway by text: STOP in many dresses, WHO, NEVER and ALLOW, what is undecided, two languages, and a
//! text that is brought twice.

use serde_json::json;

use crate::partner::{assert_answered, assert_refused};
use crate::parts::{Parts, Settings};
use crate::phone::Phone;
use crate::program::until;

/// `plain` asks, and the owner agrees by text; the consent's id.
fn agree_by_text(phone: &Phone<'_>) -> String {
    let partner = phone.world.partner("plain");
    let before = phone.count("/c/");
    let id = partner.ask_consent(&phone.number, &json!({}));
    let question = phone.question(before);
    phone.reply(&format!("YES {}", question.code));
    until("the consent", || (partner.consent_state(&id) == "GIVEN").then_some(()));
    id
}

#[test]
fn stop_is_heard_in_many_dresses() {
    let parts = Parts::start(Settings::default());
    let plain = parts.world.partner("plain");
    let dresses = [
        "stop!!".to_owned(),
        "Please, STOP.".to_owned(),
        "ＳＴＯＰ".to_owned(),
        "СТОП".to_owned(),
        "s\u{301}top 🛑".to_owned(),
        "opt-out".to_owned(),
        "¡Alto!".to_owned(),
        // It takes several parts, and the word lies across two of them.
        format!(
            "{} STOP and nothing else",
            "I have thought about it".repeat(6) + &"x".repeat(12)
        ),
    ];
    for dress in dresses {
        let phone = parts.world.free_phone();
        let id = agree_by_text(&phone);
        assert_answered(&plain.retrieve(&phone.number));
        phone.reply(&dress);
        until(&format!("an end by `{dress}`"), || {
            (plain.consent_state(&id) == "ENDED").then_some(())
        });
        assert_refused(&plain.retrieve(&phone.number), "withdrawn");
        assert_eq!(parts.world.queries(&phone.number).len(), 1, "{dress}");
    }
}

#[test]
fn a_text_that_is_brought_again_is_confirmed_once_also_after_a_restart() {
    let mut parts = Parts::start(Settings::default());
    {
        let phone = parts.world.phone("+12025550161");
        agree_by_text(&phone);
        parts.world.smsc_behaves(&json!({"twice": true}));
        phone.reply("STOP");
        phone.text("Stopped.", 0);
    }
    drop(parts.gateway.take());
    parts.start_gateway();
    let phone = parts.world.phone("+12025550161");
    phone.reply("Stop.");
    phone.reply("HELP");
    phone.text("This service asks you", 0);
    assert_eq!(phone.count("Stopped."), 1, "{:?}", phone.texts());
}

#[test]
fn who_tells_who_can_see_and_who_asked() {
    let parts = Parts::start(Settings {
        gateway: "time_zone = \"America/New_York\"".to_owned(),
        ..Settings::default()
    });
    let phone = parts.world.free_phone();
    phone.reply("WHO");
    assert!(
        phone
            .text("Nobody can see where your phone is.", 0)
            .contains("Nobody has asked yet.")
    );
    agree_by_text(&phone);
    assert_answered(&parts.world.partner("plain").retrieve(&phone.number));
    let bank = parts.world.partner("bank");
    assert_refused(&bank.verify(&phone.number, (12.0, -40.0), 5000.0), "no-permission");
    phone.reply("who can see me?");
    let told = phone.text("Plainfield Towing can ask where your phone is", 0);
    assert!(told.contains("Last: Harbour Bank, "), "{told}");
    assert!(
        told.contains(", refused; Plainfield Towing, ") && told.contains(", answered."),
        "{told}"
    );
    assert!(told.contains(" EST") || told.contains(" EDT"), "{told}");
}

#[test]
fn never_forbids_every_question_until_long_after_allow() {
    let parts = Parts::start(Settings::default());
    let (plain, phone) = (parts.world.partner("plain"), parts.world.free_phone());
    let id = agree_by_text(&phone);
    phone.reply("Never!");
    phone.text("nobody may ask", 0);
    assert_eq!(plain.consent_state(&id), "ENDED");
    assert_eq!(plain.retrieve(&phone.number).status, 403);
    // To the partner the question looks like one that nobody answers; the phone stays silent.
    let held = plain.ask_consent(&phone.number, &json!({}));
    assert_eq!(plain.consent_state(&held), "PENDING");
    phone.reply("ALLOW");
    phone.text("at the earliest", 0);
    let held = plain.ask_consent(&phone.number, &json!({}));
    assert_eq!(plain.consent_state(&held), "PENDING");
    phone.reply("NEVER");
    until("both words to be confirmed", || {
        (phone.count("nobody may ask") >= 2).then_some(())
    });
    assert_eq!(phone.count("/c/"), 1, "a question was put all the same");
    let stranger = parts.world.free_phone();
    stranger.reply("allow");
    stranger.text("Nobody is forbidden to ask", 0);
}

#[test]
fn two_open_questions_never_share_an_answer() {
    let parts = Parts::start(Settings::default());
    let phone = parts.world.free_phone();
    let (plain, bank) = (parts.world.partner("plain"), parts.world.partner("bank"));
    let towing = plain.ask_consent(&phone.number, &json!({}));
    let first = phone.question(0);
    let account = bank.ask_consent(&phone.number, &json!({}));
    let second = phone.question(1);
    phone.reply("NO");
    let asked_back = phone.text("more than one question", 0);
    for (company, question) in [("Plainfield Towing", &first), ("Harbour Bank", &second)] {
        let line = format!("{company}: reply YES {0} or NO {0}", question.code);
        assert!(asked_back.contains(&line), "{asked_back}");
    }
    phone.reply("yes");
    phone.text("more than one question", 1);
    assert_eq!(
        (plain.consent_state(&towing), bank.consent_state(&account)),
        ("PENDING".into(), "PENDING".into())
    );
    phone.reply(&format!("no {}", second.code));
    phone.text("You said no. Harbour Bank", 0);
    assert_eq!(
        (plain.consent_state(&towing), bank.consent_state(&account)),
        ("PENDING".into(), "ENDED".into())
    );
    phone.reply("Yes!");
    let missing = phone.text("Nothing has changed yet.", 0);
    assert!(missing.contains(&format!("reply YES {}", first.code)), "{missing}");
    assert_eq!(plain.consent_state(&towing), "PENDING");
    phone.reply(&format!("NO {}", second.code));
    until("no to the one that is open", || {
        (plain.consent_state(&towing) == "ENDED").then_some(())
    });
}

#[test]
fn a_person_is_spoken_to_in_the_language_of_the_question() {
    let parts = Parts::start(Settings::default());
    let (plain, phone) = (parts.world.partner("plain"), parts.world.free_phone());
    let id = plain.ask_consent(&phone.number, &json!({"locale": "es-MX"}));
    let text = phone.text("/c/", 0);
    assert!(
        text.starts_with("Plainfield Towing pregunta dónde está su teléfono:"),
        "{text}"
    );
    assert!(text.contains("STOP termina todo."), "{text}");
    let question = phone.question(0);
    phone.reply("¿Quién?");
    phone.text("Nadie puede ver dónde está su teléfono.", 0);
    phone.reply("sí");
    phone.text("Aún no ha cambiado nada.", 0);
    assert_eq!(plain.consent_state(&id), "PENDING");
    phone.reply(&format!("Sí, {}", question.code));
    phone.text("Ha aceptado: Plainfield Towing", 0);
    assert_answered(&plain.retrieve(&phone.number));
    phone.reply("STOP");
    phone.text("Terminado. Todos sus permisos han acabado", 0);
    assert_eq!(plain.consent_state(&id), "ENDED");
}
