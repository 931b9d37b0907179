//! The demo's processes. Each says `ready` on standard output, and ends when its standard input closes, so that none
//! outlives the demo, however that ends.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;

use crate::Failure;

/// How long a process may take until it is ready. A gateway verifies its whole journal first.
const READY_WITHIN: Duration = Duration::from_secs(120);
/// How long a process may take to end.
const END_WITHIN: Duration = Duration::from_secs(25);

/// One running process.
pub(crate) struct Child {
    name: String,
    process: tokio::process::Child,
    /// What it said when it was ready.
    pub(crate) ready: String,
}

impl Child {
    /// Starts a simulated system and waits until it is ready.
    pub(crate) async fn simulated(data: &Path, role: &str, arguments: &[&str]) -> Result<Self, Failure> {
        Self::simulated_as(data, role, role, arguments).await
    }

    /// The same by a name of its own, where several play the same role.
    pub(crate) async fn simulated_as(data: &Path, name: &str, role: &str, arguments: &[&str]) -> Result<Self, Failure> {
        let folder = data.join("sim").join(name);
        fs::create_dir_all(&folder)?;
        let mut command = Command::new(beside("wayleave-sim")?);
        command
            .arg(role)
            .arg("--data")
            .arg(folder)
            .args(["--listen", "127.0.0.1:0"])
            .args(arguments);
        Self::start(data, name, command).await
    }

    /// Starts a gateway from the configuration in the folder.
    pub(crate) async fn gateway(data: &Path, log: &str) -> Result<Self, Failure> {
        let mut command = Command::new(beside("wayleave")?);
        command
            .arg("serve")
            .arg("--config")
            .arg(data.join("wayleave.toml"))
            .args(["--log", log]);
        Self::start(data, "gateway", command).await
    }

    async fn start(data: &Path, name: &str, mut command: Command) -> Result<Self, Failure> {
        let logs = data.join("log");
        fs::create_dir_all(&logs)?;
        let log = logs.join(format!("{name}.log"));
        command
            .arg("--exit-with-stdin")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(File::create(&log)?)
            // Ctrl-C reaches the demo alone, which then ends its processes in order.
            .process_group(0)
            .kill_on_drop(true);
        let mut process = command
            .spawn()
            .map_err(|error| format!("cannot start `{name}`: {error}"))?;
        let output = process.stdout.take().ok_or("a process without standard output")?;
        let mut lines = BufReader::new(output).lines();
        let line = tokio::time::timeout(READY_WITHIN, lines.next_line()).await;
        match line {
            Ok(Ok(Some(line))) if line.starts_with("ready ") => {
                let ready = line.trim_start_matches("ready ").to_owned();
                Ok(Self {
                    name: name.to_owned(),
                    process,
                    ready,
                })
            }
            Ok(_) => Err(format!("`{name}` did not start: {}", last_line(&log)).into()),
            Err(_) => Err(format!("`{name}` was not ready within {} s", READY_WITHIN.as_secs()).into()),
        }
    }

    /// A field of what a simulated system said when it was ready.
    pub(crate) fn said(&self, field: &str) -> Result<String, Failure> {
        let said: Value = serde_json::from_str(&self.ready)?;
        let value = said.get(field).and_then(Value::as_str);
        value
            .map(str::to_owned)
            .ok_or_else(|| format!("`{}` did not say its `{field}`", self.name).into())
    }
}

/// A program of this project, beside the one that is running.
pub(super) fn beside(program: &str) -> Result<PathBuf, Failure> {
    let own = std::env::current_exe()?;
    let path = own.with_file_name(program);
    if path.exists() {
        return Ok(path);
    }
    Err(format!(
        "expected `{}` beside this program, found none; build it with `cargo build`",
        path.display()
    )
    .into())
}

fn last_line(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    text.lines()
        .last()
        .map_or_else(|| format!("see {}", log.display()), str::to_owned)
}

/// Waits until one of the processes ends by itself, and names it.
pub(crate) async fn first_to_end(children: &mut [Child]) -> String {
    loop {
        for child in children.iter_mut() {
            if !matches!(child.process.try_wait(), Ok(None)) {
                return child.name.clone();
            }
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Ends all processes, the latest first, and waits for each.
pub(crate) async fn end(children: Vec<Child>) {
    for mut child in children.into_iter().rev() {
        drop(child.process.stdin.take());
        if tokio::time::timeout(END_WITHIN, child.process.wait()).await.is_err() {
            eprintln!("`{}` did not end in time and is killed", child.name);
            let _ = child.process.kill().await;
        }
    }
}
