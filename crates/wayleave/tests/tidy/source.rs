//! Just enough reading of Rust for the rules: what is code, what is test code, and where functions begin and end.
//! It is a heuristic on purpose; the compiler and clippy hold what needs real parsing.

/// The line, counted from 1, of a byte offset.
pub fn line_of(text: &str, offset: usize) -> usize {
    text.as_bytes()[..offset].iter().filter(|byte| **byte == b'\n').count() + 1
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Offsets at which `needle` stands with no word character directly before it or, if it ends in one, after it.
pub fn find_words(text: &str, needle: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let open_end = !needle.as_bytes().last().copied().is_some_and(is_word);
    let open_start = !needle.as_bytes().first().copied().is_some_and(is_word);
    text.match_indices(needle)
        .map(|(offset, _)| offset)
        .filter(|offset| open_start || *offset == 0 || !is_word(bytes[offset - 1]))
        .filter(|offset| open_end || !bytes.get(offset + needle.len()).copied().is_some_and(is_word))
        .collect()
}

/// Blanks comments, the contents of strings, and character literals; length and lines stay.
pub fn blank_comments_and_strings(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let end = match bytes[at] {
            b'/' if bytes[at..].starts_with(b"//") => line_end(bytes, at),
            b'/' if bytes[at..].starts_with(b"/*") => block_comment_end(bytes, at),
            b'"' => string_end(bytes, at),
            b'r' if starts_raw_string(bytes, at) => raw_string_end(bytes, at),
            b'\'' => character_end(bytes, at),
            _ => at,
        };
        if end == at {
            at += 1;
            continue;
        }
        out[at..end]
            .iter_mut()
            .filter(|byte| **byte != b'\n')
            .for_each(|byte| *byte = b' ');
        at = end;
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    bytes[at..]
        .iter()
        .position(|byte| *byte == b'\n')
        .map_or(bytes.len(), |length| at + length)
}

fn block_comment_end(bytes: &[u8], start: usize) -> usize {
    let mut depth = 0;
    let mut at = start;
    while at < bytes.len() {
        if bytes[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if bytes[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    bytes.len()
}

fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn starts_raw_string(bytes: &[u8], at: usize) -> bool {
    let inside_word = at > 0 && is_word(bytes[at - 1]) && bytes[at - 1] != b'b';
    let hashes = bytes[at + 1..].iter().take_while(|byte| **byte == b'#').count();
    !inside_word && bytes.get(at + 1 + hashes) == Some(&b'"')
}

fn raw_string_end(bytes: &[u8], at: usize) -> usize {
    let hashes = bytes[at + 1..].iter().take_while(|byte| **byte == b'#').count();
    let closing = format!("\"{}", "#".repeat(hashes));
    let body = at + hashes + 2;
    let length = bytes[body..]
        .windows(closing.len())
        .position(|window| window == closing.as_bytes());
    length.map_or(bytes.len(), |length| body + length + closing.len())
}

/// The end of a character literal, or `at` where the quote begins a lifetime.
fn character_end(bytes: &[u8], at: usize) -> usize {
    if bytes.get(at + 1) == Some(&b'\\') {
        let escaped = at + 3;
        let rest = bytes.get(escaped..).unwrap_or_default();
        return rest
            .iter()
            .position(|byte| *byte == b'\'')
            .map_or(at, |length| escaped + length + 1);
    }
    let text = std::str::from_utf8(&bytes[at + 1..]).unwrap_or_default();
    match text.chars().next() {
        Some(first) if text[first.len_utf8()..].starts_with('\'') => at + 1 + first.len_utf8() + 1,
        _ => at,
    }
}

/// Blanks every item that stands under `#[cfg(test)]`; `code` must have its comments and strings blanked already.
pub fn blank_test_items(code: &str) -> String {
    let mut out = code.as_bytes().to_vec();
    for (start, attribute) in code.match_indices("#[cfg(test)]") {
        let end = item_end(code.as_bytes(), start + attribute.len());
        out[start..end]
            .iter_mut()
            .filter(|byte| **byte != b'\n')
            .for_each(|byte| *byte = b' ');
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// The end of the item that starts at `at`: its closing brace, or its semicolon.
fn item_end(code: &[u8], at: usize) -> usize {
    match body_start(code, at) {
        Some(open) => closing(code, open) + 1,
        None => code[at..]
            .iter()
            .position(|byte| *byte == b';')
            .map_or(code.len(), |length| at + length + 1),
    }
}

/// The brace that opens a body, or nothing if a semicolon outside brackets comes first.
fn body_start(code: &[u8], at: usize) -> Option<usize> {
    let mut depth = 0_i32;
    for (offset, byte) in code.iter().enumerate().skip(at) {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth -= 1,
            b'{' if depth == 0 => return Some(offset),
            b';' if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

/// The bracket that closes the one at `open`, or the end of the text.
pub fn closing(code: &[u8], open: usize) -> usize {
    let mut depth = 0_i32;
    for (offset, byte) in code.iter().enumerate().skip(open) {
        match byte {
            b'{' | b'(' | b'[' => depth += 1,
            b'}' | b')' | b']' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return offset;
        }
    }
    code.len().saturating_sub(1)
}

/// A function with a body: its name, where `fn` stands, and how many lines it takes.
pub struct Function {
    pub name: String,
    pub offset: usize,
    pub lines: usize,
}

/// Every function with a body in `code`, nested ones included.
pub fn functions(code: &str) -> Vec<Function> {
    let bytes = code.as_bytes();
    let named = find_words(code, "fn").into_iter().filter_map(|offset| {
        let rest = code[offset + 2..].trim_start();
        let name: String = rest.bytes().take_while(|byte| is_word(*byte)).map(char::from).collect();
        (!name.is_empty()).then_some((offset, name))
    });
    named
        .filter_map(|(offset, name)| {
            let end = closing(bytes, body_start(bytes, offset)?);
            let lines = line_of(code, end) - line_of(code, offset) + 1;
            Some(Function { name, offset, lines })
        })
        .collect()
}
