//! The words that replies are made of, and how a text falls into words. Every word stands here in capitals and without
//! accents, as [`words`] gives it.

use unicode_normalization::UnicodeNormalization as _;

/// Words that stop wherever they stand. US carriers and 47 CFR 64.1200(a)(10) name them, and any reasonable way to
/// revoke counts; whoever meant something else has lost nothing that cannot be asked for again. The last are what people
/// write for it in other languages and scripts, and nothing else.
pub(super) const STOP_ANYWHERE: [&str; 12] = [
    "STOP",
    "STOPALL",
    "UNSUBSCRIBE",
    "REVOKE",
    "OPTOUT",
    "WITHDRAW",
    "STOPP",
    "СТОП",
    "ΣΤΟΠ",
    "停止",
    "توقف",
    "DETENER",
];

/// Words that stop when they come first, and are ordinary words elsewhere.
pub(super) const STOP_FIRST: [&str; 9] = [
    "CANCEL", "END", "QUIT", "ALTO", "PARAR", "BASTA", "CANCELAR", "BAJA", "ARRET",
];

/// Words that refuse when they come first.
pub(super) const NO_FIRST: [&str; 8] = ["NO", "N", "NOPE", "REFUSE", "DECLINE", "DENY", "RECHAZAR", "RECHAZO"];

/// Words that forbid every question when they come first. After a NO they only underline it.
pub(super) const NEVER_FIRST: [&str; 3] = ["NEVER", "NUNCA", "JAMAS"];

/// Words that let people ask again when they come first, without a word against it.
pub(super) const ALLOW_FIRST: [&str; 4] = ["ALLOW", "START", "UNSTOP", "PERMITIR"];

/// Words that ask for help when they come first.
pub(super) const HELP_FIRST: [&str; 3] = ["HELP", "INFO", "AYUDA"];

/// Words that ask who can see the person when they come first.
pub(super) const WHO_FIRST: [&str; 3] = ["WHO", "QUIEN", "QUIENES"];

/// Words after those that make it a question about the sender.
pub(super) const WHO_IS_IT: [&str; 5] = ["IS", "ARE", "ES", "ERES", "SON"];

/// Words that pause when they come first.
pub(super) const PAUSE_FIRST: [&str; 3] = ["PAUSE", "PAUSA", "PAUSAR"];

/// Words that end a pause when they come first, without a word against it.
pub(super) const RESUME_FIRST: [&str; 4] = ["RESUME", "UNPAUSE", "REANUDAR", "REANUDA"];

/// Words that agree when they come first.
pub(super) const YES_FIRST: [&str; 3] = ["YES", "Y", "SI"];

/// Words that make a yes doubtful.
pub(super) const AGAINST: [&str; 13] = [
    "NO", "NOT", "NOPE", "NEVER", "DONT", "CANT", "WONT", "UNLESS", "NUNCA", "JAMAS", "TAMPOCO", "SALVO", "EXCEPTO",
];

/// Words before the one that counts.
pub(super) const COURTESY: [&str; 11] = [
    "PLEASE", "PLS", "HI", "HELLO", "OK", "THANKS", "SORRY", "POR", "FAVOR", "HOLA", "GRACIAS",
];

/// Words that only a speaker of English writes.
pub(super) const ENGLISH: [&str; 13] = [
    "YES", "PLEASE", "NEVER", "ALLOW", "HELP", "WHO", "PAUSE", "RESUME", "CANCEL", "END", "QUIT", "THANKS", "THE",
];

/// Words that only a speaker of Spanish writes.
pub(super) const SPANISH: [&str; 20] = [
    "SI", "ALTO", "PARAR", "PARA", "BASTA", "CANCELAR", "BAJA", "DETENER", "NUNCA", "JAMAS", "PERMITIR", "AYUDA",
    "QUIEN", "QUIENES", "PAUSA", "REANUDAR", "GRACIAS", "HOLA", "FAVOR", "RECHAZAR",
];

/// How many words are read; a reply is short.
const WORDS_MAX: usize = 64;

/// The words in capitals: runs of letters and runs of digits, without apostrophes and accents, and with full-width forms
/// as the plain ones. Everything else only separates.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut previous = Kind::Other;
    for character in text.nfd().filter(|character| !is_dropped(*character)).map(narrow) {
        let kind = Kind::of(character);
        if kind != Kind::Other {
            if kind != previous {
                if words.len() == WORDS_MAX {
                    break;
                }
                words.push(String::new());
            }
            if let Some(word) = words.last_mut() {
                word.extend(character.to_uppercase());
            }
        }
        previous = kind;
    }
    words
}

/// Apostrophes, the combining marks of Latin, Greek and Cyrillic letters, and marks without a width: they neither count
/// nor separate.
const fn is_dropped(character: char) -> bool {
    matches!(
        character,
        '\'' | '’' | '‘' | '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'
    )
}

/// The plain form of a full-width character (the block of U+FF01 to U+FF5E mirrors ASCII).
fn narrow(character: char) -> char {
    match character {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(character) - 0xFEE0).unwrap_or(character),
        other => other,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Letter,
    Digit,
    Other,
}

impl Kind {
    fn of(character: char) -> Self {
        match character {
            '0'..='9' => Self::Digit,
            _ if character.is_alphabetic() => Self::Letter,
            _ => Self::Other,
        }
    }
}
