//! The catalogues as they are held in memory: parsed once, at their first use.

use std::borrow::Cow;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

use super::{Locale, Value, is_plain};

/// Every language's catalogue.
pub(super) static CATALOGUES: LazyLock<Catalogues> = LazyLock::new(|| Catalogues {
    english: Catalogue::new(Locale::English),
    spanish: Catalogue::new(Locale::Spanish),
});

/// The files of a language: texts, then pages.
pub(super) const fn sources(locale: Locale) -> [&'static str; 2] {
    match locale {
        Locale::English => [
            include_str!("../../catalogues/en/texts.ftl"),
            include_str!("../../catalogues/en/pages.ftl"),
        ],
        Locale::Spanish => [
            include_str!("../../catalogues/es/texts.ftl"),
            include_str!("../../catalogues/es/pages.ftl"),
        ],
    }
}

/// One catalogue for each language.
pub(super) struct Catalogues {
    english: Catalogue,
    spanish: Catalogue,
}

impl Catalogues {
    /// The catalogue of a language.
    pub(super) const fn of(&self, locale: Locale) -> &Catalogue {
        match locale {
            Locale::English => &self.english,
            Locale::Spanish => &self.spanish,
        }
    }
}

/// One language.
pub(super) struct Catalogue(FluentBundle<FluentResource>);

impl Catalogue {
    fn new(locale: Locale) -> Self {
        let mut bundle = FluentBundle::new_concurrent(vec![locale.tag().parse().unwrap_or_default()]);
        // A text message shows every character that it carries: no invisible marks around the variables.
        bundle.set_use_isolating(false);
        for source in sources(locale) {
            // What cannot be parsed is left out; a test holds that nothing is.
            let resource = match FluentResource::try_new(source.to_owned()) {
                Ok(resource) | Err((resource, _)) => resource,
            };
            bundle.add_resource_overriding(resource);
        }
        Self(bundle)
    }

    /// Whether it has a message.
    #[cfg(test)]
    pub(super) fn has(&self, id: &str) -> bool {
        self.0.has_message(id)
    }

    /// A message, filled; `None` if there is none of this name.
    pub(super) fn say(&self, id: &str, variables: &[(&str, Value<'_>)]) -> Option<String> {
        let pattern = self.0.get_message(id)?.value()?;
        let mut filled = FluentArgs::with_capacity(variables.len());
        for (name, value) in variables {
            filled.set(
                Cow::Owned((*name).to_owned()),
                match value {
                    Value::Text(text) => FluentValue::String(plain(text)),
                    Value::Number(number) => FluentValue::from(*number),
                },
            );
        }
        let mut errors = Vec::new();
        let words = self.0.format_pattern(pattern, Some(&filled), &mut errors).into_owned();
        // A variable that was forgotten is a fault of the caller, and shows in any test that says the message.
        debug_assert!(errors.is_empty(), "message `{id}`: {errors:?}");
        Some(words)
    }
}

fn plain(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_plain) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.chars().filter(|character| is_plain(*character)).collect())
    }
}
