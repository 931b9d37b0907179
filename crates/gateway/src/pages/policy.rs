//! The headers under which the pages work: nothing runs, loads or frames a page that the gateway did not name.

use std::fmt::Write as _;

/// Which page a content security policy is for.
#[derive(Clone, Copy, Debug)]
pub enum PolicyFor<'a> {
    /// A question, a message or the front page of a live gateway: never framed.
    Live,
    /// A question or a message in a sandbox, which the stage shows inside its drawn phone: its own, and that of this
    /// origin.
    Sandbox(Option<&'a str>),
    /// The stage, which also works with these origins of the simulated world.
    Stage(Reach<'a>),
}

/// What a stage works with besides its own gateway: origins such as `http://127.0.0.1:4000`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reach<'a> {
    /// Whose answers it reads.
    pub reads: &'a [&'a str],
    /// Whose pages it shows in frames.
    pub shows: &'a [&'a str],
}

/// The value of `Content-Security-Policy`.
///
/// An origin that could end the directive (a space, a comma, a semicolon, a control) is left out rather than escaped.
#[must_use]
pub fn content_security_policy(page: PolicyFor<'_>) -> String {
    let (reads, frames, ancestors) = match page {
        PolicyFor::Live => (own_and(&[]), String::new(), "'none'".to_owned()),
        PolicyFor::Sandbox(stage) => (own_and(&[]), String::new(), own_and(stage.as_slice())),
        PolicyFor::Stage(Reach { reads, shows }) => {
            let frames = format!("; frame-src {}", own_and(shows));
            (own_and(reads), frames, "'none'".to_owned())
        }
    };
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src {reads}{frames}; \
         form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}"
    )
}

/// This gateway's own origin, and each of these once.
fn own_and(origins: &[&str]) -> String {
    let mut list = "'self'".to_owned();
    for (at, origin) in origins.iter().enumerate() {
        if is_origin(origin) && !origins.iter().take(at).any(|earlier| earlier == origin) {
            // Writing into a string cannot fail.
            let _ = write!(list, " {origin}");
        }
    }
    list
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
    use super::{PolicyFor, Reach, content_security_policy, origin_of};

    const STAGE: Reach<'_> = Reach {
        reads: &["http://127.0.0.1:4000", "x; script-src *", "http://127.0.0.1:4000"],
        shows: &["http://127.0.0.1:5000"],
    };

    #[test]
    fn no_policy_allows_inline_code_or_other_hosts() {
        for page in [
            PolicyFor::Live,
            PolicyFor::Sandbox(None),
            PolicyFor::Sandbox(Some("http://127.0.0.1:8080")),
            PolicyFor::Stage(STAGE),
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
        let stage = content_security_policy(PolicyFor::Stage(STAGE));
        assert!(
            stage.contains("connect-src 'self' http://127.0.0.1:4000; frame-src 'self' http://127.0.0.1:5000;"),
            "{stage}"
        );
        assert!(content_security_policy(PolicyFor::Live).contains("frame-ancestors 'none'"));
        assert!(content_security_policy(PolicyFor::Sandbox(None)).ends_with("frame-ancestors 'self'"));
        let shown = content_security_policy(PolicyFor::Sandbox(Some("http://127.0.0.1:8080")));
        assert!(
            shown.ends_with("frame-ancestors 'self' http://127.0.0.1:8080"),
            "{shown}"
        );
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
