//! The login of reports: what a carrier is told to log in with, and whether it did.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use domain::journal::entry::hex;
use domain::journal::tree::sha256;
use domain::secret::Secret;
use wire::mlp::report;
use wire::mlp::slir::PushAddress;

use crate::chance::SystemChance;

/// A login that the carrier's profile fixes.
#[derive(Debug)]
pub struct PushLogin {
    /// The name.
    pub id: String,
    /// The password.
    pub password: Secret<String>,
}

/// The login that a report must have: only a digest of it, which says nothing and has one length.
pub(super) struct Expected([u8; 32]);

impl Expected {
    /// Whether a report logged in. Every difference takes the same time to find.
    pub(super) fn is(&self, found: Option<&report::PushLogin>) -> bool {
        let found = found.map_or([0; 32], |login| digest(&login.id, login.password.expose()));
        verify_slices_are_equal(&self.0, &found).is_ok()
    }
}

/// The address for one request, and the login that its report must have: the one that is fixed, or a new one.
pub(super) fn address(
    url: String,
    source: &str,
    fixed: Option<&PushLogin>,
    chance: &SystemChance,
) -> (PushAddress, Expected) {
    let (id, password) = match fixed {
        Some(login) => (login.id.clone(), login.password.expose().clone()),
        None => (source.to_owned(), hex(&chance.bytes::<16>())),
    };
    let expected = Expected(digest(&id, &password));
    let password = Secret::new(password);
    (PushAddress { url, id, password }, expected)
}

fn digest(id: &str, password: &str) -> [u8; 32] {
    let length = u64::try_from(id.len()).unwrap_or(u64::MAX).to_be_bytes();
    sha256(&[&length, id.as_bytes(), password.as_bytes()])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(id: &str, password: &str) -> report::PushLogin {
        report::PushLogin {
            id: id.to_owned(),
            password: Secret::new(password.to_owned()),
        }
    }

    #[test]
    fn each_request_has_a_login_of_its_own_unless_one_is_fixed() {
        let chance = SystemChance::new();
        let new = || address("http://127.0.0.1/mlp/x".to_owned(), "castor", None, &chance);
        let ((one, expected), (other, _)) = (new(), new());
        assert_eq!(one.id, "castor");
        assert_eq!(one.password.expose().len(), 32);
        assert_ne!(one.password.expose(), other.password.expose());
        assert!(expected.is(Some(&found("castor", one.password.expose()))));
        assert!(!expected.is(Some(&found("castor", other.password.expose()))));

        let fixed = PushLogin {
            id: "gmlc".to_owned(),
            password: Secret::new("aster-01".to_owned()),
        };
        let (push, expected) = address(String::new(), "castor", Some(&fixed), &chance);
        assert_eq!(
            (push.id.as_str(), push.password.expose().as_str()),
            ("gmlc", "aster-01")
        );
        assert!(expected.is(Some(&found("gmlc", "aster-01"))));
        for (id, password) in [
            ("gmlc", ""),
            ("", ""),
            ("gmlcaster-01", ""),
            ("gmlca", "ster-01"),
            ("gmlc", "aster-0"),
        ] {
            assert!(!expected.is(Some(&found(id, password))), "{id} {password}");
        }
        assert!(!expected.is(None));
    }
}
