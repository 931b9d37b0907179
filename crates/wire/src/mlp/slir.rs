//! The request for one phone's position: `slir`, standard location immediate.

use domain::number::Msisdn;
use domain::secret::Secret;

use super::dialect::Dialect;
use crate::xml::escape;

/// Which position is wanted (`loc_type`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LocType {
    /// The phone's position now.
    Current,
    /// The last known one.
    Last,
    /// The position now, or else the last known one.
    CurrentOrLast,
    /// The last known one if it is young enough, or else the position now.
    LastOrCurrent,
}

impl LocType {
    const fn word(self) -> &'static str {
        match self {
            Self::Current => "CURRENT",
            Self::Last => "LAST",
            Self::CurrentOrLast => "CURRENT_OR_LAST",
            Self::LastOrCurrent => "LAST_OR_CURRENT",
        }
    }
}

/// How urgent a request is (`prio`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Priority {
    /// In turn.
    #[default]
    Normal,
    /// Before others.
    High,
}

/// With what this gateway logs in at the location server (`client`).
#[derive(Debug)]
pub struct Login {
    /// The id that the carrier gave.
    pub id: String,
    /// The password that goes with it.
    pub password: Secret<String>,
    /// The service as the carrier knows it (`serviceid`); its privacy check uses this one.
    pub service: Option<String>,
}

/// One party of the chain between the network and the person who is told (`subclient`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Subclient {
    /// The party's id.
    pub id: String,
    /// Its service.
    pub service: Option<String>,
}

/// Where and with what login a server pushes its answer (`pushaddr`). It does not print: the address is a secret.
pub struct PushAddress {
    /// The address, unguessable.
    pub url: String,
    /// The id with which the server logs in.
    pub id: String,
    /// The password with which it does.
    pub password: Secret<String>,
}

impl std::fmt::Debug for PushAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PushAddress(…)")
    }
}

/// How the answer comes back (`res_type`).
#[derive(Clone, Copy, Debug)]
pub enum Mode<'a> {
    /// In the answer to the request.
    Sync,
    /// Pushed later.
    Async {
        /// Where to.
        push: &'a PushAddress,
    },
}

/// A request for one phone's position, with the whole chain of those who ask.
#[derive(Debug)]
pub struct Slir<'a> {
    /// The version in which it is written.
    pub dialect: Dialect,
    /// This gateway's login.
    pub login: &'a Login,
    /// The parties between this gateway and the subscriber; the last is the one that the subscriber deals with.
    pub chain: &'a [Subclient],
    /// The ask's opaque id, which the carrier's records keep.
    pub requestor: &'a str,
    /// Whose phone.
    pub number: Msisdn,
    /// Which position.
    pub loc_type: LocType,
    /// How old a position may be, in seconds.
    pub max_age_s: Option<u32>,
    /// How wide the area should be at most, in metres.
    pub accuracy_m: Option<u32>,
    /// Within how many seconds the server should answer.
    pub response: Option<u32>,
    /// How urgent it is.
    pub priority: Priority,
    /// How the answer comes back.
    pub mode: Mode<'a>,
}

impl Slir<'_> {
    /// The document, in UTF-8. It holds the passwords.
    #[must_use]
    pub fn print(&self) -> Vec<u8> {
        let ver = self.dialect.ver();
        let mut page = Page(String::with_capacity(2048));
        page.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        page.open("svc_init", &[("ver", ver)]);
        self.print_header(&mut page);
        let res_type = match self.mode {
            Mode::Sync => "SYNC",
            Mode::Async { .. } => "ASYNC",
        };
        page.open("slir", &[("ver", ver), ("res_type", res_type)]);
        page.open("msids", &[]);
        page.text("msid", &[("type", "MSISDN")], &self.number.to_digits());
        page.close("msids");
        self.print_quality(&mut page);
        page.raw(WGS_84);
        page.empty("loc_type", &[("type", self.loc_type.word())]);
        let priority = match self.priority {
            Priority::Normal => "NORMAL",
            Priority::High => "HIGH",
        };
        page.empty("prio", &[("type", priority)]);
        if let Mode::Async { push } = self.mode {
            page.open("pushaddr", &[]);
            page.text("url", &[], &push.url);
            page.text("id", &[], &push.id);
            page.text("pwd", &[], push.password.expose());
            page.close("pushaddr");
        }
        page.close("slir");
        page.close("svc_init");
        page.0.into_bytes()
    }

    fn print_header(&self, page: &mut Page) {
        page.open("hdr", &[("ver", self.dialect.ver())]);
        page.open("client", &[]);
        page.text("id", &[], &self.login.id);
        page.text("pwd", &[], self.login.password.expose());
        page.service(self.login.service.as_deref());
        page.empty("requestmode", &[("type", "PASSIVE")]);
        page.close("client");
        for (index, party) in self.chain.iter().enumerate() {
            let last = if index + 1 == self.chain.len() { "YES" } else { "NO" };
            page.open("subclient", &[("last_client", last)]);
            page.text("id", &[], &party.id);
            page.service(party.service.as_deref());
            page.close("subclient");
        }
        let kind: &[_] = if self.dialect.has_qos_class() {
            &[("type", "NAME")]
        } else {
            &[]
        };
        page.open("requestor", kind);
        page.text("id", &[], self.requestor);
        page.close("requestor");
        page.close("hdr");
    }

    fn print_quality(&self, page: &mut Page) {
        if self.response.is_none() && self.accuracy_m.is_none() && self.max_age_s.is_none() {
            return;
        }
        page.open("eqop", &[]);
        if let Some(seconds) = self.response {
            page.text("resp_timer", &[], &seconds.to_string());
        }
        if let Some(metres) = self.accuracy_m {
            // A wider area is better than none: what is told is coarsened anyway.
            let class: &[_] = if self.dialect.has_qos_class() {
                &[("qos_class", "BEST_EFFORT")]
            } else {
                &[]
            };
            page.text("hor_acc", class, &metres.to_string());
        }
        if let Some(seconds) = self.max_age_s {
            page.text("max_loc_age", &[], &seconds.to_string());
        }
        page.close("eqop");
    }
}

/// The coordinates that the answer should use: WGS 84, latitude first.
const WGS_84: &str = "<geo_info><CoordinateReferenceSystem><Identifier><code>4326</code><codeSpace>EPSG</codeSpace>\
    <edition>6.1</edition></Identifier></CoordinateReferenceSystem></geo_info>";

/// A document that grows.
struct Page(String);

impl Page {
    fn raw(&mut self, markup: &str) {
        self.0.push_str(markup);
    }

    fn start(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.0.push('<');
        self.0.push_str(name);
        for (key, value) in attributes {
            self.0.push(' ');
            self.0.push_str(key);
            self.0.push_str("=\"");
            escape(&mut self.0, value);
            self.0.push('"');
        }
    }

    fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.start(name, attributes);
        self.0.push('>');
    }

    fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.start(name, attributes);
        self.0.push_str("/>");
    }

    fn close(&mut self, name: &str) {
        self.0.push_str("</");
        self.0.push_str(name);
        self.0.push('>');
    }

    fn text(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        self.open(name, attributes);
        escape(&mut self.0, text);
        self.close(name);
    }

    fn service(&mut self, service: Option<&str>) {
        if let Some(service) = service {
            self.text("serviceid", &[], service);
        }
    }
}

#[cfg(test)]
mod tests;
