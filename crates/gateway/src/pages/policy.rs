//! The headers under which the pages work: nothing runs, loads or frames a page that the gateway did not name.

use std::fmt::Write as _;

/// Which page a content security policy is for.
#[derive(Clone, Copy, Debug)]
pub enum PolicyFor<'a> {
    /// A question, a message or the front page of a live gateway: never framed.
    Live,
    /// A question or a message in a sandbox, which the stage shows inside its drawn phone.
    Sandbox,
    /// The stage, which also reads from these origins (`http://127.0.0.1:4000`) of the simulated world.
    Stage(&'a [&'a str]),
}

/// The value of `Content-Security-Policy`.
///
/// An origin that could end the directive (a space, a comma, a semicolon, a control) is left out rather than escaped.
#[must_use]
pub fn content_security_policy(page: PolicyFor<'_>) -> String {
    let mut connect = "'self'".to_owned();
    let (frames, ancestors) = match page {
        PolicyFor::Live => ("", "'none'"),
        PolicyFor::Sandbox => ("", "'self'"),
        PolicyFor::Stage(origins) => {
            for origin in origins.iter().filter(|origin| is_origin(origin)) {
                // Writing into a string cannot fail.
                let _ = write!(connect, " {origin}");
            }
            ("; frame-src 'self'", "'none'")
        }
    };
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src {connect}{frames}; \
         form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}"
    )
}

/// The value of `Permissions-Policy`: a page may ask its own browser for a position, and nothing else.
pub const PERMISSIONS_POLICY: &str = "geolocation=(self), camera=(), microphone=(), payment=(), usb=()";

/// The value of `Referrer-Policy`: the address of a question is a secret that no other site is told.
///
/// `no-referrer` would be stricter by nothing and would break the forms: under it a browser sends `Origin: null` with a
/// form (Fetch standard, "append a request `Origin` header"), and the gateway takes answers only from its own origin.
pub const REFERRER_POLICY: &str = "same-origin";

/// The origin of an address, for `connect-src`: `http://127.0.0.1:4000/api` gives `http://127.0.0.1:4000`.
#[must_use]
pub fn origin_of(address: &str) -> Option<&str> {
    let start = address.find("://")?.checked_add(3)?;
    let end = address
        .get(start..)?
        .find('/')
        .map_or(address.len(), |slash| start.saturating_add(slash));
    address.get(..end).filter(|origin| is_origin(origin))
}

fn is_origin(text: &str) -> bool {
    let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    rest.is_some_and(|host| {
        !host.is_empty()
            && host
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b':' | b'-' | b'[' | b']'))
    })
}

#[cfg(test)]
mod tests {
    use super::{PolicyFor, content_security_policy, origin_of};

    #[test]
    fn no_policy_allows_inline_code_or_other_hosts() {
        for page in [
            PolicyFor::Live,
            PolicyFor::Sandbox,
            PolicyFor::Stage(&["http://127.0.0.1:4000"]),
        ] {
            let policy = content_security_policy(page);
            assert!(
                policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"),
                "{policy}"
            );
            assert!(!policy.contains("unsafe") && !policy.contains('*'), "{policy}");
        }
    }

    #[test]
    fn only_the_stage_reads_elsewhere_and_only_a_sandbox_is_framed() {
        let stage = content_security_policy(PolicyFor::Stage(&["http://127.0.0.1:4000", "x; script-src *"]));
        assert!(
            stage.contains("connect-src 'self' http://127.0.0.1:4000; frame-src 'self';"),
            "{stage}"
        );
        assert!(content_security_policy(PolicyFor::Live).contains("frame-ancestors 'none'"));
        assert!(content_security_policy(PolicyFor::Sandbox).contains("frame-ancestors 'self'"));
    }

    #[test]
    fn an_origin_is_cut_from_an_address() {
        assert_eq!(
            origin_of("http://127.0.0.1:4000/control"),
            Some("http://127.0.0.1:4000")
        );
        assert_eq!(origin_of("http://127.0.0.1:4000"), Some("http://127.0.0.1:4000"));
        assert_eq!(origin_of("javascript:alert(1)"), None);
        assert_eq!(origin_of("http://a b/"), None);
    }
}
