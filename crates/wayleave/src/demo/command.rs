//! The operator's commands, run as an operator runs them: the real program, in the demo's folder.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde::Serialize;
use tokio::process::Command;

use super::children::beside;
use crate::Failure;

/// How long a command may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// The most that is shown of what a command says, in bytes.
const OUTPUT_BYTES_MAX: usize = 16 << 10;

/// A command that ran.
#[derive(Debug, Serialize)]
pub(super) struct Ran {
    /// As one would type it.
    pub(super) command: String,
    /// Its exit status; −1 if it was ended.
    pub(super) status: i32,
    /// What it said, on both outputs.
    pub(super) output: String,
}

impl Ran {
    /// This one, and then another.
    pub(super) fn and(self, then: Self) -> Self {
        Self {
            command: format!("{}\n{}", self.command, then.command),
            status: then.status,
            output: self.output + &then.output,
        }
    }
}

/// Runs `wayleave` with these arguments in the folder.
pub(super) async fn run<S: AsRef<str>>(folder: &Path, arguments: &[S]) -> Result<Ran, Failure> {
    let arguments: Vec<&str> = arguments.iter().map(AsRef::as_ref).collect();
    let mut command = Command::new(beside("wayleave")?);
    command
        .args(&arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let shown = shown(&arguments);
    let ran = tokio::time::timeout(PATIENCE, command.output()).await;
    let ran = ran.map_err(|_| format!("`{shown}` did not end within {} s", PATIENCE.as_secs()))??;
    let mut output = ran.stdout;
    output.extend(ran.stderr);
    output.truncate(OUTPUT_BYTES_MAX);
    Ok(Ran {
        command: shown,
        status: ran.status.code().unwrap_or(-1),
        output: String::from_utf8_lossy(&output).into_owned(),
    })
}

/// The command as one would type it in a shell.
fn shown(arguments: &[&str]) -> String {
    let plain = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_./:+=".contains(&byte))
    };
    let word = |text: &&str| {
        if plain(text) {
            (*text).to_owned()
        } else {
            format!("'{}'", text.replace('\'', "'\\''"))
        }
    };
    let words: Vec<String> = arguments.iter().map(word).collect();
    format!("wayleave {}", words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn a_command_is_shown_as_one_would_type_it() {
        assert_eq!(
            shown(&["party", "list", "--config", "homes/osier/wayleave.toml"]),
            "wayleave party list --config homes/osier/wayleave.toml"
        );
        assert_eq!(
            shown(&["--because", "it's asked"]),
            "wayleave --because 'it'\\''s asked'"
        );
    }
}
