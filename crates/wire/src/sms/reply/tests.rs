//! What people write, and what it means.

use proptest::prelude::*;

use super::*;

#[test]
fn what_people_write() {
    let code = Code::parse("4821").expect("four digits");
    for (text, reply) in [
        ("YES 4821", Reply::Yes(code)),
        ("yes 4821", Reply::Yes(code)),
        ("Yes please 4821!", Reply::Yes(code)),
        ("YES4821", Reply::Yes(code)),
        ("“Yes” – 4821 👍", Reply::Yes(code)),
        ("4821 yes", Reply::Yes(code)),
        ("y 4821", Reply::Yes(code)),
        ("YES 4821 4821", Reply::Yes(code)),
        ("Yes I do 4821", Reply::Yes(code)),
        ("\n yes,\n4821.", Reply::Yes(code)),
        ("YES", Reply::YesWithoutCode),
        ("yes please", Reply::YesWithoutCode),
        ("4821", Reply::Unclear),
        ("YES 482", Reply::YesWithoutCode),
        ("YES 48211", Reply::YesWithoutCode),
        ("YES 48 21", Reply::YesWithoutCode),
        ("YES 4821 4822", Reply::YesWithoutCode),
        ("yes 4821 no", Reply::Unclear),
        ("Yes 4821, not!", Reply::Unclear),
        ("I don’t say yes 4821", Reply::Unclear),
        ("ja 4821", Reply::Unclear),
        ("👍", Reply::Unclear),
        ("", Reply::Unclear),
        ("no", Reply::No(None)),
        ("No.", Reply::No(None)),
        ("NO 4821", Reply::No(Some(code))),
        ("no, yes 4821", Reply::No(Some(code))),
        ("nope!!", Reply::No(None)),
        ("no thanks", Reply::No(None)),
        ("STOP", Reply::Stop),
        ("stop!!", Reply::Stop),
        ("Please stop", Reply::Stop),
        ("YES 4821 STOP", Reply::Stop),
        ("STOP ALL", Reply::Stop),
        ("STOPALL", Reply::Stop),
        ("unsubscribe", Reply::Stop),
        ("opt out", Reply::Stop),
        ("Opt-Out", Reply::Stop),
        ("optout", Reply::Stop),
        ("revoke", Reply::Stop),
        ("I withdraw", Reply::Stop),
        ("cancel", Reply::Stop),
        ("End", Reply::Stop),
        ("🛑 quit 🛑", Reply::Stop),
        ("pause", Reply::Pause),
        ("Pause please!", Reply::Pause),
        ("please pause", Reply::Pause),
        ("PAUSE. STOP", Reply::Stop),
        ("resume", Reply::Resume),
        ("do not resume", Reply::Unclear),
        ("resume? no", Reply::Unclear),
        ("help", Reply::Help),
        ("HELP?", Reply::Help),
        ("info", Reply::Help),
        ("who is this?", Reply::Help),
        ("Who are you", Reply::Help),
        ("WHO", Reply::Who),
        ("who can see me?", Reply::Who),
        ("NEVER", Reply::Never),
        ("never ever!", Reply::Never),
        ("NO, never", Reply::No(None)),
        ("never mind", Reply::Unclear),
        ("never stop", Reply::Stop),
        ("yes never 4821", Reply::Unclear),
        ("ALLOW", Reply::Allow),
        ("Start", Reply::Allow),
        ("UNSTOP", Reply::Allow),
        ("do not allow", Reply::Unclear),
        ("allow? no", Reply::Unclear),
        ("ALLOW 4821", Reply::YesWithoutCode),
    ] {
        assert_eq!(read(text), reply, "{text}");
    }
}

proptest! {
    #[test]
    fn no_text_panics(text in ".{0,400}") {
        let _ = read(&text);
    }

    #[test]
    fn stop_stops_in_any_dress(before in "[ .!🛑-]{0,5}", after in "[ .!🛑-]{0,5}", bits: u8) {
        let word: String = "stop".chars().enumerate()
            .map(|(index, c)| if bits >> index & 1 == 1 { c.to_ascii_uppercase() } else { c }).collect();
        prop_assert_eq!(read(&format!("{before}{word}{after}")), Reply::Stop);
    }

    #[test]
    fn nothing_agrees_without_its_code(text in "[a-zA-Z !]{0,60}") {
        prop_assert!(!matches!(read(&text), Reply::Yes(_)));
    }
}

#[test]
fn what_people_write_in_other_words_and_scripts() {
    let code = Code::parse("4821").expect("four digits");
    for (text, reply) in [
        ("SI 4821", Reply::Yes(code)),
        ("Sí, 4821", Reply::Yes(code)),
        ("si\u{301} 4821", Reply::Yes(code)),
        ("ＹＥＳ　４８２１", Reply::Yes(code)),
        ("sí", Reply::YesWithoutCode),
        ("sí pero no 4821", Reply::Unclear),
        ("si nunca 4821", Reply::Unclear),
        ("no gracias", Reply::No(None)),
        ("¡Alto!", Reply::Stop),
        ("ALTO", Reply::Stop),
        ("por favor, basta", Reply::Stop),
        ("parar", Reply::Stop),
        ("BAJA", Reply::Stop),
        ("cancelar", Reply::Stop),
        ("ＳＴＯＰ", Reply::Stop),
        ("ｓｔｏｐ！！", Reply::Stop),
        ("s\u{301}t\u{308}op", Reply::Stop),
        ("СТОП", Reply::Stop),
        ("стоп.", Reply::Stop),
        ("ΣΤΟΠ", Reply::Stop),
        ("στοπ", Reply::Stop),
        ("Stopp", Reply::Stop),
        ("arrêt", Reply::Stop),
        ("停止。", Reply::Stop),
        ("توقف", Reply::Stop),
        ("ayuda", Reply::Help),
        ("pausa", Reply::Pause),
        ("reanudar", Reply::Resume),
        ("no reanudar", Reply::No(None)),
        ("¿Quién?", Reply::Who),
        ("quien pregunta", Reply::Who),
        ("¿Quién es?", Reply::Help),
        ("NUNCA", Reply::Never),
        ("no, nunca", Reply::No(None)),
        ("permitir", Reply::Allow),
    ] {
        assert_eq!(read(text), reply, "{text}");
    }
}

#[test]
fn the_language_of_a_reply_is_that_of_its_words() {
    for (text, locale) in [
        ("AYUDA", Some(Locale::Spanish)),
        ("Sí 4821", Some(Locale::Spanish)),
        ("¡alto!", Some(Locale::Spanish)),
        ("HELP", Some(Locale::English)),
        ("yes 4821", Some(Locale::English)),
        ("STOP", None),
        ("no", None),
        ("4821", None),
    ] {
        assert_eq!(language(text), locale, "{text}");
    }
}
