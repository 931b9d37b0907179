//! A carrier that speaks MLP: how its location server refuses, and how it spells what it says.

use std::path::Path;

use domain::id::AskId;
use domain::secret::Secret;
use http::{HeaderValue, Uri};
use wire::mlp::dialect::Dialect;
use wire::mlp::expect::{Expect, Habits};
use wire::mlp::slir::{LocType, Login, Mode, Priority, PushAddress, Slir, Subclient};

use super::Nobody;
use super::finding::{Finding, State};
use super::mlp_answers::{Said, read, resid, spelling};
use super::mlp_reports::{self, Listener};
use super::probe::{Heard, Probe, located_nobody, speed};
use crate::config::push::Push;
use crate::config::source::mlp::{self, Mlp};
use crate::keys::read_secret;
use crate::sources::link::client::{Answer, Post};
use crate::sources::link::endpoint::Endpoint;

const LOGIN: &str = "OMA MLP 3.5, result codes: 3 UNAUTHORIZED APPLICATION for a wrong login";
const SERVICE: &str = "OMA MLP 3.5, HTTP mapping: 404 with gem and resid 108 for a service that is not defined";
const SYNTAX: &str = "OMA MLP 3.5, result codes: 105 FORMAT ERROR or 106 SYNTAX ERROR for a broken document";
const VERSION: &str = "OMA MLP 3.5, result codes: 103 UNSUPPORTED VERSION for a version that is not spoken";
const STATUS: &str = "OMA MLP 3.5, HTTP mapping: 200 for every answer of a known service";
const MEDIA_TYPE: &str = "RFC 7303 §3: XML documents are application/xml or text/xml";
const ASYNC: &str = "OMA MLP 3.5, slir: an asynchronous request is accepted with req_id and reported by slirep";

/// A carrier as the configuration has it.
pub struct Target {
    url: Uri,
    dialect: Dialect,
    login: Login,
    habits: Habits,
    push: Option<Push>,
    push_login: Option<(String, Secret<String>)>,
}

impl Target {
    /// The carrier of a `[[source]]` section, with `[push]` if it reports.
    ///
    /// # Errors
    /// If its address or its password file is not usable.
    pub fn new(section: &Mlp, push: Option<&Push>) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let push_login = match (&section.push_id, &section.push_password_file) {
            (Some(id), Some(file)) => Some((id.clone(), password(file)?)),
            _ => None,
        };
        Ok(Self {
            url: Endpoint::parse(&section.url)?.uri(),
            dialect: section.dialect.into(),
            login: Login {
                id: section.client_id.clone(),
                password: password(&section.password_file)?,
                service: section.service.clone(),
            },
            habits: section.habits(),
            push: push.filter(|_| section.mode == mlp::Mode::Async).cloned(),
            push_login,
        })
    }

    /// The request that every ask becomes, about nobody.
    fn slir<'a>(&'a self, run: &'a Run, login: &'a Login, mode: Mode<'a>) -> Slir<'a> {
        Slir {
            dialect: self.dialect,
            login,
            chain: &run.chain,
            requestor: &run.id,
            number: run.nobody.number(),
            loc_type: LocType::LastOrCurrent,
            max_age_s: None,
            accuracy_m: None,
            response: Some(run.seconds),
            priority: Priority::Normal,
            mode,
        }
    }

    fn post(&self, document: Vec<u8>) -> Post {
        Post {
            uri: self.url.clone(),
            content_type: HeaderValue::from_static("text/xml; charset=utf-8"),
            accept: HeaderValue::from_static("text/xml, application/xml"),
            authorization: None,
            correlator: None,
            body: document.into(),
        }
    }
}

/// A password: the text of a file, without the line's end.
fn password(file: &Path) -> Result<Secret<String>, Box<dyn std::error::Error + Send + Sync>> {
    let text = String::from_utf8(read_secret(file)?)?;
    Ok(Secret::new(text.trim().to_owned()))
}

/// What all requests of one run have in common.
struct Run {
    nobody: Nobody,
    id: String,
    chain: Vec<Subclient>,
    seconds: u32,
}

/// Everything that can be found out about a carrier.
pub async fn check(target: &Target, nobody: Nobody, probe: &Probe) -> Vec<Finding> {
    let run = Run {
        nobody,
        // An id of its own form in the carrier's records, which no journal has.
        id: AskId::new(probe.now(), probe.chance()).to_string(),
        chain: vec![Subclient {
            id: "wayleave-source-check".to_owned(),
            service: target.login.service.clone(),
        }],
        seconds: u32::try_from(probe.within().as_secs()).unwrap_or(10),
    };
    let mut findings = Vec::new();
    unknown_number(target, &run, probe, &mut findings).await;
    findings.push(wrong_password(target, &run, probe).await);
    findings.push(unknown_service(target, &run, probe).await);
    findings.push(malformed(target, &run, probe).await);
    findings.push(version(target, &run, probe).await);
    if let Some(push) = &target.push {
        reports(target, push, &run, probe, &mut findings).await;
    }
    findings
}

async fn unknown_number(target: &Target, run: &Run, probe: &Probe, findings: &mut Vec<Finding>) {
    let check = "unknown-number";
    let slir = target.slir(run, &target.login, Mode::Sync);
    let heard = probe.post(&target.post(slir.print())).await;
    let (answer, took_ms) = match probe.judged(heard, check) {
        Ok(judged) => judged,
        Err(finding) => return findings.push(finding),
    };
    findings.extend(envelope(&answer));
    let expect = Expect::answer_to(&slir, &target.habits, probe.now());
    match read(&answer.body, &expect) {
        Said::Place => findings.push(located_nobody(check)),
        Said::Refused(found, quirks) => {
            findings.push(resid(check, found));
            findings.extend(spelling(&quirks, &answer.body, &target.habits, probe.now()));
        }
        Said::Accepted(_) => {
            let advice = "asks would wait in vain: set `mode = \"async\"`, or ask the carrier to answer at once";
            let found = "a synchronous request is accepted for later";
            findings.push(Finding::failed(check, ASYNC, found, advice));
        }
        Said::Unreadable(finding) => findings.push(finding.about(check)),
    }
    findings.push(speed(took_ms));
}

/// How the answer comes: its status and its type.
fn envelope(answer: &Answer) -> [Finding; 2] {
    let status = answer.status.as_u16();
    let status = if status == 200 {
        Finding::ok("http-status", STATUS, "200")
    } else {
        let advice = "asks of this carrier end without a position whatever the answer says, unless it is a 200";
        Finding::failed("http-status", STATUS, format!("{status}"), advice)
    };
    let header = answer.headers.get(http::header::CONTENT_TYPE);
    let media = header.map(|value| {
        value
            .to_str()
            .unwrap_or_default()
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
    });
    let media_type = match media {
        Some("text/xml" | "application/xml") => Finding::ok("content-type", MEDIA_TYPE, media.unwrap_or_default()),
        Some(_) => {
            let advice = "such an answer is thrown away: it may come from something before the location server";
            Finding::failed("content-type", MEDIA_TYPE, "the answer is not called XML", advice)
        }
        None => {
            let advice = "copes: the document itself is looked at";
            Finding::differs("content-type", MEDIA_TYPE, "the answer has no Content-Type", advice)
        }
    };
    [status, media_type]
}

/// What a request that must be refused came to: the result, or the finding why there is none.
async fn result(
    target: &Target,
    run: &Run,
    probe: &Probe,
    check: &'static str,
    document: Vec<u8>,
) -> Result<(u16, Option<u16>), Finding> {
    let heard = probe.post(&target.post(document)).await;
    if matches!(heard, Heard::Place) {
        return Err(located_nobody(check));
    }
    // What else such a request meets does not keep ordinary ones from being answered.
    let (answer, _) = probe.judged(heard, check).map_err(Finding::softened)?;
    let slir = target.slir(run, &target.login, Mode::Sync);
    let expect = Expect::answer_to(&slir, &target.habits, probe.now());
    match read(&answer.body, &expect) {
        Said::Place => Err(located_nobody(check)),
        Said::Refused(resid, _) => Ok((answer.status.as_u16(), Some(resid.0))),
        Said::Accepted(_) | Said::Unreadable(_) => Ok((answer.status.as_u16(), None)),
    }
}

fn found(status: u16, resid: Option<u16>) -> String {
    match resid {
        Some(resid) => format!("status {status} with resid {resid}"),
        None => format!("status {status} without a result that can be read"),
    }
}

async fn wrong_password(target: &Target, run: &Run, probe: &Probe) -> Finding {
    let check = "wrong-password";
    let login = Login {
        id: target.login.id.clone(),
        password: Secret::new("wayleave-check".to_owned()),
        service: target.login.service.clone(),
    };
    let document = target.slir(run, &login, Mode::Sync).print();
    match result(target, run, probe, check, document).await {
        Err(finding) => finding,
        Ok((status, Some(3))) => Finding::ok(check, LOGIN, found(status, Some(3))),
        Ok((status, Some(4))) => {
            let advice = "do not put this carrier into service: anybody can ask there in this gateway's name";
            Finding::failed(check, LOGIN, "a wrong password is taken", advice).noting(status)
        }
        Ok((status, resid)) => {
            let advice =
                "copes: the ask ends as refused; ask the carrier, since a wrong password will be hard to notice";
            Finding::differs(check, LOGIN, found(status, resid), advice)
        }
    }
}

async fn unknown_service(target: &Target, run: &Run, probe: &Probe) -> Finding {
    let check = "unknown-service";
    let document = target.slir(run, &target.login, Mode::Sync).print();
    let document = String::from_utf8_lossy(&document)
        .replace("<slir", "<wayleave_check")
        .replace("</slir", "</wayleave_check");
    match result(target, run, probe, check, document.into_bytes()).await {
        Err(finding) => finding,
        Ok((404, Some(108))) => Finding::ok(check, SERVICE, found(404, Some(108))),
        Ok((status, resid)) => {
            let advice = "copes: this gateway only asks for standard location immediate";
            Finding::differs(check, SERVICE, found(status, resid), advice)
        }
    }
}

async fn malformed(target: &Target, run: &Run, probe: &Probe) -> Finding {
    let check = "malformed-document";
    let mut document = target.slir(run, &target.login, Mode::Sync).print();
    document.truncate(document.len() / 2);
    match result(target, run, probe, check, document).await {
        Err(finding) => finding,
        Ok((status, Some(resid @ (105 | 106)))) => Finding::ok(check, SYNTAX, found(status, Some(resid))),
        Ok((status, resid)) => {
            let advice = "copes: what this gateway sends is whole";
            Finding::differs(check, SYNTAX, found(status, resid), advice)
        }
    }
}

async fn version(target: &Target, run: &Run, probe: &Probe) -> Finding {
    let check = "version";
    let document = target.slir(run, &target.login, Mode::Sync).print();
    let other = String::from_utf8_lossy(&document).replace(&format!("ver=\"{}\"", target.dialect), "ver=\"9.9.9\"");
    match result(target, run, probe, check, other.into_bytes()).await {
        Err(finding) => finding,
        Ok((status, Some(103))) => Finding::ok(check, VERSION, found(status, Some(103))),
        Ok((status, resid)) => {
            let advice = "copes; that `dialect` is the right one cannot be told from refusals: compare with the carrier's documents";
            let found = format!("version 9.9.9 is not refused as such: {}", found(status, resid));
            Finding::differs(check, VERSION, found, advice)
        }
    }
}

/// An asynchronous request, and its report.
async fn reports(target: &Target, push: &Push, run: &Run, probe: &Probe, findings: &mut Vec<Finding>) {
    let check = "asynchronous";
    let mut listener = match Listener::bind(&push.address).await {
        Ok(listener) => listener,
        Err(error) => {
            let advice = "stop the gateway that listens there while this check runs";
            let found = format!("not looked at: cannot listen on `push.address`: {error}");
            return findings.push(Finding::differs(check, ASYNC, found, advice));
        }
    };
    let token = mlp_reports::token(probe);
    let (id, password) = match &target.push_login {
        Some((id, password)) => (id.clone(), password.expose().clone()),
        None => ("wayleave-check".to_owned(), mlp_reports::token(probe)),
    };
    let address = PushAddress {
        url: format!("{}/mlp/{token}", push.base_url.trim_end_matches('/')),
        id,
        password: Secret::new(password),
    };
    let slir = target.slir(run, &target.login, Mode::Async { push: &address });
    let heard = probe.post(&target.post(slir.print())).await;
    let answer = match probe.judged(heard, check) {
        Ok((answer, _)) => answer,
        Err(finding) => return findings.push(finding),
    };
    let expect = Expect::answer_to(&slir, &target.habits, probe.now());
    match read(&answer.body, &expect) {
        Said::Place => findings.push(located_nobody(check)),
        Said::Refused(refused, _) => {
            let mut finding = resid(check, refused);
            if finding.state == State::Ok {
                finding
                    .found
                    .push_str(", at once, so that reports could not be looked at");
            }
            findings.push(finding);
        }
        Said::Unreadable(finding) => findings.push(finding.about(check)),
        Said::Accepted(request) => {
            findings.push(Finding::ok(check, ASYNC, "accepted with req_id"));
            let awaited = mlp_reports::Awaited {
                slir: &slir,
                habits: &target.habits,
                address: &address,
                token: &token,
                request: &request,
            };
            findings.extend(mlp_reports::look(&mut listener, &awaited, probe).await);
        }
    }
}

impl Finding {
    /// The same, as something that can be lived with.
    fn softened(self) -> Self {
        let state = self.state.min(State::Differs);
        Self { state, ..self }
    }

    /// The same, under another name.
    pub(super) fn about(self, check: &'static str) -> Self {
        Self { check, ..self }
    }

    fn noting(mut self, status: u16) -> Self {
        self.found.push_str(&format!(" (status {status})"));
        self
    }
}
