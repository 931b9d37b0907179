//! Reading just enough of a page and of a text: the question element of a consent page, and the links of a message.

/// The question on a consent page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// `data-terms`: the canonical terms, base64url.
    pub terms: String,
    /// `data-state`.
    pub state: String,
    /// `data-source`: `network` or `handset`.
    pub source: String,
}

/// Finds `<main id="question" …>` and its data attributes.
pub fn question(html: &str) -> Option<Question> {
    let mut rest = html;
    while let Some(at) = rest.find("<main") {
        rest = rest.get(at + "<main".len()..)?;
        let attributes = attributes(rest);
        let value = |name: &str| {
            attributes
                .iter()
                .find(|(found, _)| found == name)
                .map(|(_, value)| value.clone())
        };
        if value("id").as_deref() == Some("question") {
            return Some(Question {
                terms: value("data-terms")?,
                state: value("data-state")?,
                source: value("data-source").unwrap_or_else(|| "network".into()),
            });
        }
    }
    None
}

/// The four digits that a text asks to be sent back, if it has this link: the first such word behind it.
pub fn code(text: &str, link: &str) -> Option<String> {
    let (_, behind) = text.split_once(link)?;
    let words = behind.split(|c: char| !c.is_ascii_alphanumeric());
    let is_code = |word: &&str| word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit());
    words.into_iter().find(is_code).map(str::to_owned)
}

/// The attributes from just after a tag's name up to its end.
fn attributes(mut text: &str) -> Vec<(String, String)> {
    let mut attributes = Vec::new();
    loop {
        text = text.trim_start();
        if text.is_empty() || text.starts_with('>') || text.starts_with("/>") {
            return attributes;
        }
        let name_end = text
            .find(|c: char| c == '=' || c == '>' || c.is_whitespace())
            .unwrap_or(text.len());
        let (name, rest) = text.split_at(name_end);
        let Some(value) = rest.trim_start().strip_prefix('=').map(str::trim_start) else {
            attributes.push((name.to_ascii_lowercase(), String::new()));
            text = if name.is_empty() {
                rest.get(1..).unwrap_or_default()
            } else {
                rest
            };
            continue;
        };
        let (value, rest) = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => value
                .get(1..)
                .unwrap_or_default()
                .split_once(quote)
                .unwrap_or((value, "")),
            _ => value.split_at(
                value
                    .find(|c: char| c == '>' || c.is_whitespace())
                    .unwrap_or(value.len()),
            ),
        };
        attributes.push((name.to_ascii_lowercase(), unescaped(value)));
        text = rest;
    }
}

fn unescaped(value: &str) -> String {
    let named = [
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
    ];
    named.iter().fold(value.to_owned(), |text, (entity, character)| {
        text.replace(entity, character)
    })
}

/// The links of a text message: its words that begin with `http://` or `https://`.
pub fn links(text: &str) -> Vec<String> {
    let words = text
        .split_whitespace()
        .filter(|word| word.starts_with("http://") || word.starts_with("https://"));
    words
        .map(|word| word.trim_end_matches(['.', ',', ';', ')', '!', '?']).to_owned())
        .collect()
}

/// The origin of a link, as a browser names it.
pub fn origin(link: &str) -> Option<String> {
    let (scheme, rest) = link.split_once("://")?;
    let authority = rest
        .split(['/', '?', '#'])
        .next()
        .filter(|authority| !authority.is_empty())?;
    Some(format!("{scheme}://{authority}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_stands_behind_its_link() {
        let text = "Ref 1234. Open http://127.0.0.1:1/c/abc1234 and confirm by reply YES 4821, or NO.";
        assert_eq!(code(text, "http://127.0.0.1:1/c/abc1234").as_deref(), Some("4821"));
        assert_eq!(code(text, "http://127.0.0.1:1/c/other"), None);
    }

    #[test]
    fn finds_the_question_however_it_is_written() {
        let expected = Question {
            terms: "eyJh-_".into(),
            state: "asked".into(),
            source: "handset".into(),
        };
        for page in [
            r#"<main class=x></main><main id="question" data-terms="eyJh-_" data-state="asked" data-source="handset">"#,
            "<main\n  hidden data-source='handset'\n data-terms='eyJh-_' id=question data-state = asked>",
        ] {
            assert_eq!(question(page).as_ref(), Some(&expected), "{page}");
        }
        assert_eq!(question("<main id=other data-terms=a data-state=b>"), None);
        assert_eq!(question("<main id=\"question\""), None);
    }

    #[test]
    fn finds_links_without_their_punctuation() {
        let text = "Read and answer: http://127.0.0.1:8080/c/AbC-_1. Or reply YES 4821";
        assert_eq!(links(text), ["http://127.0.0.1:8080/c/AbC-_1"]);
        assert_eq!(
            origin("http://127.0.0.1:8080/c/x").as_deref(),
            Some("http://127.0.0.1:8080")
        );
    }
}
