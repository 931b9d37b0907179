//! The address that a proof names, in one form: RFC 9449 §4.3 wants it compared without query and fragment, after the
//! normalisation of RFC 3986 §6.2.2 and §6.2.3.

/// The address in its normal form: scheme and host in lower case, no default port, percent codes in capitals and only
/// where they are needed. `None` if it is no http address, or carries a user's name.
pub(super) fn normalise(url: &str) -> Option<String> {
    let bare = url.split(['?', '#']).next()?;
    let (scheme, rest) = bare.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let default_port = match scheme.as_str() {
        "http" => ":80",
        "https" => ":443",
        _ => return None,
    };
    let (authority, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
    let authority = authority.to_ascii_lowercase();
    let host = authority.strip_suffix(default_port).unwrap_or(&authority);
    let legal = !host.is_empty()
        && host
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-._:[]".contains(&b));
    if !legal {
        return None;
    }
    Some(format!("{scheme}://{host}{}", normalise_path(path)?))
}

/// Percent codes decoded where they stand for what needs none, the others in capitals.
fn normalise_path(path: &str) -> Option<String> {
    let mut normal = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('%') {
        normal.push_str(before);
        let code = after.get(..2)?;
        let byte = u8::from_str_radix(code, 16)
            .ok()
            .filter(|_| code.bytes().all(|b| b.is_ascii_hexdigit()))?;
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            normal.push(char::from(byte));
        } else {
            normal.push('%');
            normal.push_str(&code.to_ascii_uppercase());
        }
        rest = after.get(2..)?;
    }
    normal.push_str(rest);
    Some(normal)
}

#[cfg(test)]
mod tests {
    use super::normalise;

    #[test]
    fn equal_addresses_have_one_form() {
        for (url, normal) in [
            (
                "https://gateway.example.com/oauth2/token",
                Some("https://gateway.example.com/oauth2/token"),
            ),
            (
                "HTTPS://Gateway.Example.com:443/oauth2/token?a#b",
                Some("https://gateway.example.com/oauth2/token"),
            ),
            ("http://127.0.0.1:8080", Some("http://127.0.0.1:8080/")),
            (
                "http://gateway.example.com:80/%7euser%2f",
                Some("http://gateway.example.com/~user%2F"),
            ),
            (
                "https://gateway.example.com:80/",
                Some("https://gateway.example.com:80/"),
            ),
            ("http://[2001:DB8::1]:8080/x", Some("http://[2001:db8::1]:8080/x")),
            ("https://user@gateway.example.com/", None),
            ("ftp://gateway.example.com/", None),
            ("https:///x", None),
            ("/oauth2/token", None),
            ("https://gateway.example.com/%zz", None),
            ("https://gateway.example.com/%+f", None),
            ("https://gateway.example.com/%4", None),
        ] {
            assert_eq!(normalise(url).as_deref(), normal, "{url}");
        }
    }
}
