//! A carrier that speaks CAMARA: its token endpoint, and how it refuses.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderValue, StatusCode, Uri};
use wire::camara::south::{Query, RETRIEVE_PATH};
use wire::jose::{SigningKey, assertion};
use wire::oauth::grant::print_request;
use wire::oauth::scope::Api;
use wire::oauth::token::{TokenType, read_answer};

use super::Nobody;
use super::error_form::{ErrorInfo, oauth_error};
use super::finding::Finding;
use super::probe::{Probe, bytes, speed};
use crate::config::source::camara::Camara;
use crate::keys::read_secret;
use crate::sources::link::client::{Answer, Post};
use crate::sources::link::endpoint::Endpoint;

const TOKEN: &str = "RFC 6749 §5.1: 200 with access_token, token_type and expires_in";
const TOKEN_ERROR: &str = "RFC 6749 §5.2: status 400 (or 401 for invalid_client) with an error code";
const UNKNOWN: &str = "CAMARA Design Guide §3.2: 404 IDENTIFIER_NOT_FOUND for a number that the provider does not know";
const INVALID: &str = "CAMARA Design Guide §3.2: 400 INVALID_ARGUMENT for what is not the schema's";
const UNAUTHENTICATED: &str = "CAMARA Design Guide §3.2: 401 UNAUTHENTICATED before any other check";
const MEDIA_TYPE: &str = "CAMARA Design Guide §3.2: 415 UNSUPPORTED_MEDIA_TYPE for another content type";
const ERROR_INFO: &str = "CAMARA_common.yaml, ErrorInfo: status, code and message, all three, as application/json";
const CORRELATOR: &str = "CAMARA_common.yaml, x-correlator: a value that is sent comes back unchanged";

/// A carrier as the configuration has it.
pub struct Target {
    retrieve: Uri,
    token_endpoint: Uri,
    audience: String,
    client_id: String,
    key: SigningKey,
}

impl Target {
    /// The carrier of a `[[source]]` section.
    ///
    /// # Errors
    /// If an address or the key file is not usable.
    pub fn new(section: &Camara) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let tokens = Endpoint::parse(&section.token_endpoint)?;
        Ok(Self {
            retrieve: Endpoint::parse(&section.base_url)?.join(RETRIEVE_PATH)?,
            audience: section.audience.clone().unwrap_or_else(|| tokens.to_string()),
            token_endpoint: tokens.uri(),
            client_id: section.client_id.clone(),
            key: SigningKey::parse_private_jwk(&read_secret(&section.key_file)?)?,
        })
    }

    fn token_request(&self, probe: &Probe, key: &SigningKey, scope: &str) -> Result<String, Finding> {
        let id = URL_SAFE_NO_PAD.encode(probe.chance::<16>());
        let signed = assertion::sign(key, &self.client_id, &self.audience, &id, probe.now());
        let signed = signed.map_err(|_| {
            let advice = "check `key_file`: expected a private key on P-256";
            Finding::failed("token", TOKEN, "an assertion could not be signed", advice)
        })?;
        Ok(print_request(scope, &signed))
    }

    fn token_post(&self, form: String) -> Post {
        Post {
            uri: self.token_endpoint.clone(),
            content_type: HeaderValue::from_static("application/x-www-form-urlencoded"),
            accept: HeaderValue::from_static("application/json"),
            authorization: None,
            correlator: None,
            body: bytes(form),
        }
    }

    fn retrieval(&self, authorization: Option<&HeaderValue>, body: Vec<u8>) -> Post {
        Post {
            uri: self.retrieve.clone(),
            content_type: HeaderValue::from_static("application/json"),
            accept: HeaderValue::from_static("application/json"),
            authorization: authorization.cloned(),
            correlator: Some(HeaderValue::from_static("wayleave-check-1")),
            body: body.into(),
        }
    }
}

/// Everything that can be found out about a carrier.
pub async fn check(target: &Target, nobody: Nobody, probe: &Probe) -> Vec<Finding> {
    let mut findings = Vec::new();
    let scope = format!(
        "dpv:{} {}",
        domain::purpose::Purpose::ALL[0].term(),
        Api::Retrieve.name()
    );
    let token = token(target, probe, &scope, &mut findings).await;
    findings.push(stranger(target, probe, &scope).await);
    findings.push(grant_type(target, probe, &scope).await);
    let query = Query {
        number: nobody.number(),
        max_age: None,
    };
    let made_up = HeaderValue::from_static("Bearer wayleave-check");
    let without = target.retrieval(None, query.print());
    findings.push(refused(probe, &without, "no-token", UNAUTHENTICATED, (401, "UNAUTHENTICATED")).await);
    let with_made_up = target.retrieval(Some(&made_up), query.print());
    findings.push(
        refused(
            probe,
            &with_made_up,
            "made-up-token",
            UNAUTHENTICATED,
            (401, "UNAUTHENTICATED"),
        )
        .await,
    );
    let Some(token) = token else { return findings };
    let malformed = target.retrieval(Some(&token), b"{\"device\": {".to_vec());
    findings.push(refused(probe, &malformed, "malformed-body", INVALID, (400, "INVALID_ARGUMENT")).await);
    let mut typed = target.retrieval(Some(&token), query.print());
    typed.content_type = HeaderValue::from_static("text/plain");
    findings.push(refused(probe, &typed, "media-type", MEDIA_TYPE, (415, "UNSUPPORTED_MEDIA_TYPE")).await);
    unknown_number(target, probe, &token, query, &mut findings).await;
    findings
}

/// A token for our own client, as every ask needs one.
async fn token(target: &Target, probe: &Probe, scope: &str, findings: &mut Vec<Finding>) -> Option<HeaderValue> {
    let form = match target.token_request(probe, &target.key, scope) {
        Ok(form) => form,
        Err(finding) => {
            findings.push(finding);
            return None;
        }
    };
    let heard = probe.post(&target.token_post(form)).await;
    let judged = probe.judged(heard, "token").and_then(|(answer, _)| {
        let refused = |found: String| {
            let advice =
                "check `client_id`, `key_file`, `token_endpoint` and `audience`; the carrier must know our public key";
            Finding::failed("token", TOKEN, found, advice)
        };
        if answer.status != StatusCode::OK {
            return Err(refused(described(&answer)));
        }
        let given = read_answer(&answer.body).map_err(|error| refused(format!("a 200 that is no token: {error}")))?;
        if given.token_type != TokenType::Bearer {
            return Err(refused(
                "a token that is bound to a key, which this gateway does not prove southward".to_owned(),
            ));
        }
        let value = HeaderValue::try_from(format!("Bearer {}", given.access_token.expose()));
        let value = value.map_err(|_| refused("a token that no header can hold".to_owned()))?;
        Ok((value, given.life.as_seconds()))
    });
    match judged {
        Ok((mut value, life_s)) => {
            value.set_sensitive(true);
            findings.push(Finding::ok("token", TOKEN, format!("a bearer token for {life_s} s")));
            Some(value)
        }
        Err(finding) => {
            findings.push(finding);
            None
        }
    }
}

/// An assertion that somebody else signed in our name.
async fn stranger(target: &Target, probe: &Probe, scope: &str) -> Finding {
    let check = "wrong-key";
    let form = SigningKey::from_chance(probe.chance::<32>())
        .map_err(|_| Finding::failed(check, TOKEN_ERROR, "no key could be made", "run the check again"))
        .and_then(|key| target.token_request(probe, &key, scope));
    denied(target, probe, check, form, "invalid_client").await
}

/// A grant type that nobody has.
async fn grant_type(target: &Target, probe: &Probe, scope: &str) -> Finding {
    let form = target.token_request(probe, &target.key, scope);
    let form = form.map(|form| form.replace("grant_type=client_credentials", "grant_type=wayleave_check"));
    denied(target, probe, "grant-type", form, "unsupported_grant_type").await
}

/// A token request that must be refused with `want`.
async fn denied(
    target: &Target,
    probe: &Probe,
    check: &'static str,
    form: Result<String, Finding>,
    want: &str,
) -> Finding {
    let form = match form {
        Ok(form) => form,
        Err(finding) => return finding,
    };
    let heard = probe.post(&target.token_post(form)).await;
    let (answer, _) = match probe.judged(heard, check) {
        Ok(judged) => judged,
        Err(finding) => return finding,
    };
    if answer.status.is_success() {
        let advice = "do not put this carrier into service: anybody can get tokens there in this gateway's name";
        let found = format!("status {}: what must be refused is granted", answer.status.as_u16());
        return Finding::failed(check, TOKEN_ERROR, found, advice);
    }
    match oauth_error(&answer.body) {
        Some(code) if code == want => Finding::ok(check, TOKEN_ERROR, format!("{} {code}", answer.status.as_u16())),
        Some(code) => {
            let advice = "copes: any refusal of a token makes an ask unavailable, whatever its code";
            let found = format!("{} {code} where {want} is expected", answer.status.as_u16());
            Finding::differs(check, TOKEN_ERROR, found, advice)
        }
        None => {
            let advice = "copes; ask the carrier for error codes, without which its refusals cannot be told apart";
            let found = format!("{}, which is no OAuth error", described(&answer));
            Finding::differs(check, TOKEN_ERROR, found, advice)
        }
    }
}

/// A retrieval that must be refused with a status and a code.
async fn refused(
    probe: &Probe,
    post: &Post,
    check: &'static str,
    standard: &'static str,
    (status, code): (u16, &str),
) -> Finding {
    let heard = probe.post(post).await;
    let (answer, _) = match probe.judged(heard, check) {
        Ok(judged) => judged,
        Err(finding) => return finding,
    };
    let found = described(&answer);
    let told = ErrorInfo::read(answer.status, &answer.body).map(|info| info.code);
    if answer.status.as_u16() == status && told.as_deref() == Some(code) {
        return Finding::ok(check, standard, found);
    }
    // Whoever says that the number is unknown has looked it up, token or not.
    let open_door = standard == UNAUTHENTICATED && matches!(answer.status.as_u16(), 404 | 422);
    if answer.status.is_success() || open_door {
        let advice = "do not put this carrier into service: it takes what it must refuse";
        return Finding::failed(
            check,
            standard,
            format!("{found} where {status} {code} is expected"),
            advice,
        );
    }
    let advice = "copes: statuses decide where codes are missing or others";
    Finding::differs(
        check,
        standard,
        format!("{found} where {status} {code} is expected"),
        advice,
    )
}

/// The request that every ask becomes, about nobody: what the answer says, and how.
async fn unknown_number(
    target: &Target,
    probe: &Probe,
    token: &HeaderValue,
    query: Query,
    findings: &mut Vec<Finding>,
) {
    let check = "unknown-number";
    let post = target.retrieval(Some(token), query.print());
    let heard = probe.post(&post).await;
    let (answer, took_ms) = match probe.judged(heard, check) {
        Ok(judged) => judged,
        Err(finding) => return findings.push(finding),
    };
    let info = ErrorInfo::read(answer.status, &answer.body);
    let code = info.as_ref().map(|info| info.code.as_str());
    let found = described(&answer);
    findings.push(match (answer.status.as_u16(), code) {
        (404, Some("IDENTIFIER_NOT_FOUND")) => Finding::ok(check, UNKNOWN, found),
        (422, Some("SERVICE_NOT_APPLICABLE")) => Finding::differs(
            check,
            UNKNOWN,
            found,
            "copes: the number counts as unknown to the carrier",
        ),
        (401, _) => Finding::failed(
            check,
            UNKNOWN,
            found,
            "the carrier gives tokens that it does not take; ask it why",
        ),
        (403, _) => {
            let advice = "copes: such an ask ends as denied by the carrier; ask the carrier whether the scope is right";
            Finding::differs(check, UNKNOWN, found, advice)
        }
        (400 | 404 | 422, _) => {
            let advice = "copes: such an ask ends as not trustworthy, and no partner learns more than from any refusal";
            Finding::differs(check, UNKNOWN, found, advice)
        }
        _ => Finding::failed(
            check,
            UNKNOWN,
            found,
            "asks would end as not trustworthy; ask the carrier what it means",
        ),
    });
    findings.push(error_info(&answer, info.as_ref()));
    findings.push(correlator(&answer, post.correlator.as_ref()));
    findings.push(speed(took_ms));
}

fn error_info(answer: &Answer, info: Option<&ErrorInfo>) -> Finding {
    match info {
        _ if !answer.is_json() => {
            let advice = "copes with errors; an answer with a position would be thrown away for it";
            Finding::failed("error-form", ERROR_INFO, "the answer is not application/json", advice)
        }
        Some(info) if info.whole => Finding::ok("error-form", ERROR_INFO, "status, code and message"),
        Some(_) => {
            let advice = "copes: `code` decides";
            Finding::differs(
                "error-form",
                ERROR_INFO,
                "`status` or `message` is missing or wrong",
                advice,
            )
        }
        None => {
            let advice = "ask the carrier for the standard's form: without `code`, an unknown number cannot be told from a failure";
            Finding::failed(
                "error-form",
                ERROR_INFO,
                "the error's body is not ErrorInfo: it is broken, or has no `code`",
                advice,
            )
        }
    }
}

fn correlator(answer: &Answer, sent: Option<&HeaderValue>) -> Finding {
    match answer.correlator() {
        Ok(Some(found)) if Some(found) == sent => Finding::ok("x-correlator", CORRELATOR, "came back unchanged"),
        Ok(None) => {
            let advice = "copes as long as its answers name the device; its records may still lack the ask's id: ask the carrier, or journals cannot be compared";
            Finding::differs("x-correlator", CORRELATOR, "did not come back", advice)
        }
        Ok(Some(_)) => {
            let advice = "answers that bear another ask's id are thrown away";
            Finding::failed("x-correlator", CORRELATOR, "another value came back", advice)
        }
        Err(_) => {
            let advice = "such answers are thrown away: they may belong to another ask";
            Finding::failed("x-correlator", CORRELATOR, "several came back", advice)
        }
    }
}

/// An answer by its status and code.
fn described(answer: &Answer) -> String {
    let status = answer.status.as_u16();
    let code = ErrorInfo::read(answer.status, &answer.body).map(|info| info.code);
    match code.or_else(|| oauth_error(&answer.body)) {
        Some(code) => format!("{status} {code}"),
        None => format!("{status} without a code"),
    }
}
