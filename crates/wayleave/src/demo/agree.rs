//! One subscriber has agreed to every sandbox partner from the start, through the real flow: the partner asks, the text
//! arrives, the phone's own browser opens the link, signs the terms and agrees.

use std::time::Duration;

use hyper::Method;
use serde_json::{Value, json};

use super::clients::PARTNERS;
use super::world::{AGREED_NUMBER, World};
use crate::Failure;
use crate::http::{Answer, send};

/// How long one agreement may take.
const TRIES: u32 = 100;
const BETWEEN_TRIES: Duration = Duration::from_millis(100);
const JSON: [(&str, &str); 1] = [("content-type", "application/json")];

/// Lets the subscriber agree wherever no consent holds (any more).
pub(crate) async fn agree(world: &World) -> Result<(), Failure> {
    let path = world.folder.join("agreed.json");
    let mut agreed: Value = std::fs::read(&path)
        .ok()
        .and_then(|text| serde_json::from_slice(&text).ok())
        .unwrap_or_else(|| json!({}));
    for partner in &PARTNERS {
        let client = partner.client;
        let known = agreed
            .get(client)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        if !known.is_empty() && status(world, client, &known).await? == "GIVEN" {
            continue;
        }
        agreed[client] = agree_to(world, client).await?.into();
    }
    Ok(std::fs::write(path, agreed.to_string())?)
}

async fn status(world: &World, client: &str, consent: &str) -> Result<String, Failure> {
    let url = format!("{}/api/partners/{client}/consents/{consent}", world.partner_url());
    let answer = field(&send(Method::GET, &url, &JSON, "").await?, "body")?;
    Ok(answer
        .get("status")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned())
}

async fn agree_to(world: &World, client: &str) -> Result<String, Failure> {
    let before = inbox(world).await?.len();
    let url = format!("{}/api/partners/{client}/consents", world.partner_url());
    let asked = send(Method::POST, &url, &JSON, json!({"number": AGREED_NUMBER}).to_string()).await?;
    let body = field(&asked, "body")?;
    let id = body.get("id").and_then(Value::as_str);
    let id = id.ok_or_else(|| format!("`{client}` could not ask for a consent: {}", asked.text()))?;
    let text = new_text(world, before).await?;
    let link = text
        .split_whitespace()
        .find(|word| word.contains("/c/"))
        .ok_or("expected a link in the text")?;
    let url = format!("{}/api/phones/{AGREED_NUMBER}/agree", world.phones_url());
    let agreed = send(Method::POST, &url, &JSON, json!({"link": link}).to_string()).await?;
    if !agreed.status.is_success() {
        return Err(format!("the phone could not agree to `{client}`: {}", agreed.text()).into());
    }
    Ok(id.to_owned())
}

async fn inbox(world: &World) -> Result<Vec<Value>, Failure> {
    let url = format!("{}/api/phones/{AGREED_NUMBER}/inbox", world.phones_url());
    let answer = send(Method::GET, &url, &JSON, "").await?;
    Ok(serde_json::from_slice(&answer.body)?)
}

/// The first text with a link that came after so many others.
async fn new_text(world: &World, before: usize) -> Result<String, Failure> {
    for _ in 0..TRIES {
        let texts = inbox(world).await?;
        let text = texts
            .iter()
            .skip(before)
            .filter_map(|text| text.get("text")?.as_str())
            .find(|text| text.contains("/c/"));
        if let Some(text) = text {
            return Ok(text.to_owned());
        }
        tokio::time::sleep(BETWEEN_TRIES).await;
    }
    Err("expected a text with a question on the phone, found none in time".into())
}

fn field(answer: &Answer, name: &str) -> Result<Value, Failure> {
    let whole: Value = serde_json::from_slice(&answer.body)?;
    whole
        .get(name)
        .cloned()
        .ok_or_else(|| format!("expected `{name}` in the backend's answer, found {}", answer.text()).into())
}
