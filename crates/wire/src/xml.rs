//! Text as XML holds it, for every document that is written here.

/// Adds text, between marks or in a quoted attribute. What XML 1.0 §2.2 cannot hold at all becomes U+FFFD; white space other
/// than a plain space becomes a character reference, so that no reader alters it.
pub(crate) fn escape(into: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => into.push_str("&amp;"),
            '<' => into.push_str("&lt;"),
            '>' => into.push_str("&gt;"),
            '"' => into.push_str("&quot;"),
            '\'' => into.push_str("&apos;"),
            '\t' | '\n' | '\r' => into.push_str(&format!("&#{};", u32::from(c))),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => into.push('\u{fffd}'),
            _ => into.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_written_ends_its_place() {
        let mut written = String::new();
        escape(&mut written, "a<b>&\"'\n\u{0}\u{ffff}é");
        assert_eq!(written, "a&lt;b&gt;&amp;&quot;&apos;&#10;\u{fffd}\u{fffd}é");
    }
}
