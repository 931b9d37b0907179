//! The message centres that serve the phones: every gateway has one of its own, and a phone shows the texts of all.

use crate::fetch::{Fetch, FetchError, PATIENCE, Reply, request};
use crate::smsc::inbox::Received;
use serde_json::json;
use std::collections::BTreeMap;

/// The centres, by their control URLs.
#[derive(Debug)]
pub struct Centres(Vec<String>);

impl Centres {
    /// The centres with these control URLs, without a slash at their ends.
    pub fn new(controls: Vec<String>) -> Self {
        Self(controls)
    }

    /// The texts of every phone that has any, oldest first.
    ///
    /// # Errors
    /// When a message centre does not answer.
    pub async fn inboxes(&self, fetch: &Fetch) -> Result<BTreeMap<String, Vec<Received>>, FetchError> {
        let mut all: BTreeMap<String, Vec<Received>> = BTreeMap::new();
        for centre in &self.0 {
            let inboxes: BTreeMap<String, Vec<Received>> = fetch.read_json(&format!("{centre}/inbox")).await?;
            for (number, texts) in inboxes {
                all.entry(number).or_default().extend(texts);
            }
        }
        all.values_mut().for_each(|texts| in_order(texts));
        Ok(all)
    }

    /// The texts of one phone, oldest first.
    ///
    /// # Errors
    /// When a message centre does not answer.
    pub async fn inbox(&self, fetch: &Fetch, number: &str) -> Result<Vec<Received>, FetchError> {
        let mut all = Vec::new();
        for centre in &self.0 {
            all.extend(inbox_at(fetch, centre, number).await?);
        }
        in_order(&mut all);
        Ok(all)
    }

    /// Sends a text from a phone, through the centre that brought what it replies to: the newest text of `to`, or the
    /// newest at all.
    ///
    /// # Errors
    /// When a message centre does not answer.
    pub async fn reply(&self, fetch: &Fetch, number: &str, to: Option<&str>, text: &str) -> Result<Reply, FetchError> {
        let mut newest: Option<(String, &str)> = None;
        for centre in &self.0 {
            let texts = inbox_at(fetch, centre, number).await?;
            let fits = |received: &&Received| to.is_none_or(|to| same(&received.from, to));
            let last = texts.iter().filter(fits).map(|received| received.at.clone()).max();
            newest = newest.max(last.map(|at| (at, centre.as_str())));
        }
        let centre = newest.map(|(_, centre)| centre).or(self.0.first().map(String::as_str));
        let centre = centre.ok_or_else(|| FetchError("expected a message centre, found none".into()))?;
        let body = json!({"from": number, "to": to, "text": text}).to_string();
        let sent = request("POST", &format!("{centre}/reply"), Some("application/json"), body)?;
        fetch.send(sent, PATIENCE).await
    }
}

async fn inbox_at(fetch: &Fetch, centre: &str, number: &str) -> Result<Vec<Received>, FetchError> {
    fetch
        .read_json(&format!("{centre}/inbox/{}", number.trim_start_matches('+')))
        .await
}

/// The centres write their times alike (`clock::rfc3339`), so that the order of the texts is the order of time.
fn in_order(texts: &mut [Received]) {
    texts.sort_by(|one, other| one.at.cmp(&other.at));
}

/// Whether two spellings are one number.
fn same(one: &str, other: &str) -> bool {
    one.trim_start_matches('+') == other.trim_start_matches('+')
}
