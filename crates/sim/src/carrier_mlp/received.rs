//! A request as this carrier understood it: who asks what, or why it is refused.

use super::behaviour::{Behaviour, Misbehaviour};
use super::dialect::Dialect;
use super::question::{Chain, Question};
use super::result::{Refusal, Resid};
use super::xml::{self, Element};
use std::path::Path;

/// The client that may ask, and what its contract says.
#[derive(Debug)]
pub struct Client {
    /// Its id.
    pub id: String,
    /// Its password.
    pub password: String,
    /// The services under which it may ask; empty for any.
    pub services: Vec<String>,
    /// Whether each request must name the one that the phone's owner deals with.
    pub last_client_required: bool,
}

impl Client {
    /// A client whose password stands in a file; blanks around it are no part of it.
    ///
    /// # Errors
    /// When the file cannot be read, or is empty.
    pub fn read(id: &str, file: &Path, services: &[String], last_client_required: bool) -> Result<Self, String> {
        let text =
            std::fs::read_to_string(file).map_err(|error| format!("cannot read `{}`: {error}", file.display()))?;
        let password = text.trim().to_owned();
        if password.is_empty() {
            return Err(format!("expected a password in `{}`, found none", file.display()));
        }
        Ok(Self {
            id: id.to_owned(),
            password,
            services: services.to_vec(),
            last_client_required,
        })
    }

    fn admits(&self, chain: &Chain, any_password: bool) -> Result<(), Refusal> {
        let login = &chain.login;
        let known = login.id == self.id && (any_password || login.password == self.password);
        if !known {
            return Err(Resid::UNAUTHORIZED_APPLICATION.into());
        }
        let service = login.service.as_ref();
        if !self.services.is_empty() && !service.is_some_and(|service| self.services.contains(service)) {
            return Err(Refusal::new(
                Resid::UNAUTHORIZED_APPLICATION,
                "the service is not agreed",
            ));
        }
        let last = chain.subclients.iter().filter(|subclient| subclient.last).count();
        if last > 1 {
            return Err(Refusal::new(Resid::SYNTAX_ERROR, "more than one last client"));
        }
        if self.last_client_required && last == 0 {
            let info = "a request must name its last client";
            return Err(Refusal::new(Resid::UNAUTHORIZED_APPLICATION, info));
        }
        Ok(())
    }
}

/// A request, as far as it could be understood.
#[derive(Debug, Default)]
pub struct Received {
    /// The service's name; empty when the document could not be read.
    pub service: String,
    /// What `ver` of the whole document says.
    pub version: Option<String>,
    /// Who asks.
    pub chain: Option<Chain>,
    /// What is asked.
    pub question: Option<Question>,
    /// Why it is refused.
    pub refusal: Option<Refusal>,
}

impl Received {
    /// Reads a request and decides whether it is taken.
    pub fn read(body: &[u8], dialect: Dialect, client: &Client, behaviour: &Behaviour) -> Self {
        let document = match xml::read(body) {
            Ok(document) if document.name == "svc_init" => document,
            Ok(other) => {
                let info = format!("expected svc_init, found {}", other.name);
                return Self::unreadable(Refusal::new(Resid::SYNTAX_ERROR, info));
            }
            Err(error) => return Self::unreadable(Refusal::new(Resid::SYNTAX_ERROR, error)),
        };
        let version = document.value("ver").map(str::to_owned);
        let Some(service) = document.children.iter().find(|child| child.name != "hdr") else {
            return Self::unreadable(Refusal::new(Resid::SYNTAX_ERROR, "expected a service, found none"));
        };
        let (refusal, chain, question) = if service.name == "slir" {
            judge(&document, service, dialect, client, behaviour)
        } else {
            (Some(Resid::SERVICE_NOT_SUPPORTED.into()), None, None)
        };
        Self {
            service: service.name.clone(),
            version,
            chain,
            question,
            refusal,
        }
    }

    fn unreadable(refusal: Refusal) -> Self {
        Self {
            refusal: Some(refusal),
            ..Self::default()
        }
    }

    /// Whether this is a request of the one service that is offered.
    pub fn is_slir(&self) -> bool {
        self.service == "slir"
    }
}

type Judgement = (Option<Refusal>, Option<Chain>, Option<Question>);

/// Version first, then who asks, then what.
fn judge(document: &Element, slir: &Element, dialect: Dialect, client: &Client, behaviour: &Behaviour) -> Judgement {
    let lax = |misdeed| behaviour.misbehave == Some(misdeed);
    let understood = [document, slir]
        .iter()
        .all(|element| element.value("ver").is_none_or(|version| dialect.understands(version)));
    let chain = Chain::read(document, dialect);
    let question = Question::read(slir, dialect);
    let refusal = if !understood && !lax(Misbehaviour::AnyVersion) {
        Some(Resid::UNSUPPORTED_VERSION.into())
    } else {
        let admitted = chain
            .as_ref()
            .map_err(Refusal::clone)
            .and_then(|chain| client.admits(chain, lax(Misbehaviour::AnyPassword)));
        admitted.err().or_else(|| question.as_ref().err().cloned())
    };
    (refusal, chain.ok(), question.ok())
}

/// The document without the passwords in it, at most 8 KiB of it, for the ledger.
pub fn without_passwords(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body.get(..body.len().min(8 << 10)).unwrap_or_default());
    let mut parts = text.split("<pwd>");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        kept.push_str("<pwd>…");
        kept.push_str(part.find("</pwd>").and_then(|at| part.get(at..)).unwrap_or_default());
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(password: &str, subclient: &str, version: &str) -> String {
        format!(
            "<svc_init ver=\"{version}\"><hdr><client><id>hub</id><pwd>{password}</pwd></client>{subclient}</hdr>\
             <slir><msids><msid>12025550140</msid></msids></slir></svc_init>"
        )
    }

    fn resid(text: &str, behaviour: &Behaviour) -> u16 {
        let client = Client {
            id: "hub".into(),
            password: "secret".into(),
            services: Vec::new(),
            last_client_required: true,
        };
        let received = Received::read(text.as_bytes(), Dialect::V3_2, &client, behaviour);
        received.refusal.map_or(0, |refusal| refusal.resid.0)
    }

    #[test]
    fn the_contract_is_kept() {
        let last = "<subclient last_client=\"YES\"><id>b</id></subclient>";
        let honest = Behaviour::default();
        assert_eq!(resid(&document("secret", last, "3.2.0"), &honest), 0);
        assert_eq!(resid(&document("wrong", last, "3.2.0"), &honest), 3);
        assert_eq!(resid(&document("secret", "", "3.2.0"), &honest), 3);
        assert_eq!(resid(&document("secret", &last.repeat(2), "3.2.0"), &honest), 106);
        assert_eq!(resid(&document("secret", last, "3.5.0"), &honest), 103);
        assert_eq!(resid("<svc_init><hdr/><tlrr/></svc_init>", &honest), 108);
        assert_eq!(resid("<svc_init>", &honest), 106);
        let lax = honest
            .changed(serde_json::json!({"misbehave": "any-password"}))
            .unwrap();
        assert_eq!(resid(&document("wrong", last, "3.2.0"), &lax), 0);
    }

    #[test]
    fn the_ledger_keeps_no_password() {
        let kept = without_passwords(document("secret", "<pwd>more</pwd>", "3.2.0").as_bytes());
        assert!(!kept.contains("secret") && !kept.contains("more") && kept.contains("</pwd></client>"));
        assert!(!without_passwords(b"<pwd>cut").contains("cut"));
    }
}
