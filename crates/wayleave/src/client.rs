//! `wayleave client`: what curl cannot do. It signs assertions and proofs, and prints the equivalent curl.

pub(crate) mod credentials;
mod signed;

use std::path::{Path, PathBuf};

use hyper::Method;
use serde_json::{Value, json};
use wire::jose::SealingJwk;
use wire::oauth::jwks;

use crate::Failure;
use credentials::Credentials;
use signed::Signing;

/// What a partner does.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Get an access token: the token on standard output, the equivalent curl on standard error.
    Token {
        /// The client's file, such as `clients/plain.json`.
        #[arg(long)]
        client: PathBuf,
    },
    /// Ask where a phone is, or whether it is inside a circle; prints the answer.
    Ask(Ask),
    /// Ask a person for a consent; prints its id and state.
    Consent(Consent),
    /// Sign a new key set with the present key, for the operator's `wayleave party keys`.
    Keys {
        /// The client's file.
        #[arg(long)]
        client: PathBuf,
        /// The file with all of its future public keys, a JWK set.
        #[arg(long)]
        jwks: PathBuf,
        /// The file with the public key that outcomes shall be sealed to, a JWK, if that changes.
        #[arg(long)]
        encryption_jwk: Option<PathBuf>,
    },
}

/// What `client ask` is told.
#[derive(Debug, clap::Args)]
pub(crate) struct Ask {
    /// The client's file.
    #[arg(long)]
    client: PathBuf,
    /// The phone's number.
    #[arg(long)]
    number: String,
    /// How old the position may be, in seconds; 0 for a fresh one.
    #[arg(long)]
    max_age: Option<u32>,
    /// How large the area may be, in square metres.
    #[arg(long)]
    max_surface: Option<u32>,
    /// Ask yes or no about a circle instead: `latitude,longitude,metres`.
    #[arg(long, allow_hyphen_values = true)]
    inside: Option<String>,
    /// Write the receipt to this file.
    #[arg(long)]
    receipt: Option<PathBuf>,
    #[command(flatten)]
    signing: Signing,
}

/// What `client consent` is told.
#[derive(Debug, clap::Args)]
pub(crate) struct Consent {
    /// The client's file.
    #[arg(long)]
    client: PathBuf,
    /// The phone's number.
    #[arg(long)]
    number: String,
    /// The least radius of an answer, in metres.
    #[arg(long, default_value_t = 200)]
    metres: u32,
    /// Ask for yes or no only.
    #[arg(long)]
    yes_no: bool,
    /// At most so many asks.
    #[arg(long)]
    count: Option<u32>,
    /// How long it lasts once given, in seconds.
    #[arg(long, default_value_t = 7200)]
    seconds: u32,
    /// Your own reference for the person to read.
    #[arg(long)]
    case: String,
    /// The phone's own browser gives the position while the page is open.
    #[arg(long)]
    handset: bool,
    #[command(flatten)]
    signing: Signing,
}

/// Runs a command.
pub(crate) fn run(command: Command) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        match command {
            Command::Token { client } => {
                let client = Credentials::load(&client)?;
                let token = client.token().await?;
                println!("{token}");
                Ok(())
            }
            Command::Keys {
                client,
                jwks,
                encryption_jwk,
            } => {
                let keys = jwks::parse(&std::fs::read(&jwks)?)?;
                let encryption = encryption_jwk.map(|file| Ok::<_, Failure>(SealingJwk::parse(&std::fs::read(file)?)?));
                let encryption = encryption.transpose()?;
                println!("{}", Credentials::load(&client)?.sign_keys(&keys, encryption.as_ref())?);
                Ok(())
            }
            Command::Ask(options) => ask(&options).await,
            Command::Consent(options) => consent(&options).await,
        }
    })
}

async fn ask(options: &Ask) -> Result<(), Failure> {
    let client = Credentials::load(&options.client)?;
    let (path, kind, mut body) = match &options.inside {
        None => ("/location-retrieval/v0.5/retrieve", "retrieve", retrieve_body(options)),
        Some(circle) => (
            "/location-verification/v3/verify",
            "verify",
            verify_body(options, circle)?,
        ),
    };
    if options.signing.wanted() {
        let told = options.signing.ask(&client, &options.number, kind, body).await?;
        println!("{}", told.text);
        if let (Some(path), Some(receipt)) = (&options.receipt, &told.receipt) {
            keep(path, receipt.to_json().as_bytes())?;
        }
        return Ok(());
    }
    body["device"] = json!({"phoneNumber": options.number});
    let answer = client.call(Method::POST, path, &body).await?;
    println!("{}", answer.text());
    if let (Some(path), Some(receipt)) = (&options.receipt, answer.headers.get("wayleave-receipt")) {
        keep(path, receipt.as_bytes())?;
    }
    if answer.status.is_success() {
        Ok(())
    } else {
        Err(format!("the gateway answered {}", answer.status).into())
    }
}

fn keep(path: &Path, receipt: &[u8]) -> Result<(), Failure> {
    std::fs::write(path, receipt)?;
    eprintln!(
        "the receipt is in {}; check it with `wayleave journal verify`",
        path.display()
    );
    Ok(())
}

fn retrieve_body(options: &Ask) -> Value {
    let mut body = json!({});
    if let Some(age) = options.max_age {
        body["maxAge"] = age.into();
    }
    if let Some(surface) = options.max_surface {
        body["maxSurface"] = surface.into();
    }
    body
}

fn verify_body(options: &Ask, circle: &str) -> Result<Value, Failure> {
    let numbers: Result<Vec<f64>, _> = circle.split(',').map(|part| part.trim().parse::<f64>()).collect();
    let [latitude, longitude, radius] = numbers.unwrap_or_default()[..] else {
        return Err(format!("`--inside`: expected `latitude,longitude,metres`, found `{circle}`").into());
    };
    let centre = json!({"latitude": latitude, "longitude": longitude});
    let area = json!({"areaType": "CIRCLE", "center": centre, "radius": radius});
    let mut body = json!({"area": area});
    if let Some(age) = options.max_age {
        body["maxAge"] = age.into();
    }
    Ok(body)
}

async fn consent(options: &Consent) -> Result<(), Failure> {
    let client = Credentials::load(&options.client)?;
    let kind = if options.yes_no { "YES_NO" } else { "AREA" };
    let mut body = json!({
        "precision": {"type": kind, "metres": options.metres},
        "durationSeconds": options.seconds,
        "caseReference": options.case,
        "source": if options.handset { "HANDSET" } else { "NETWORK" },
    });
    if let Some(count) = options.count {
        body["count"] = count.into();
    }
    if options.signing.wanted() {
        let told = options.signing.ask(&client, &options.number, "consent", body).await?;
        println!("{}", told.text);
        return Ok(());
    }
    body["phoneNumber"] = options.number.as_str().into();
    let answer = client.call(Method::POST, "/wayleave/v1/consents", &body).await?;
    println!("{}", answer.text());
    if answer.status.is_success() {
        Ok(())
    } else {
        Err(format!("the gateway answered {}", answer.status).into())
    }
}
