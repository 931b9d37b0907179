//! A running witness, the project's own or another's: started, restarted, and asked.

use std::fs;
use std::path::{Path, PathBuf};

use crate::http::{Answer, Request, split};
use crate::program::{Program, WAYLEAVE, folder, said, wayleave};

pub struct Witness {
    pub program: Option<Program>,
    pub folder: PathBuf,
    pub url: String,
    pub vkey: String,
    listen: String,
}

/// Runs a command that must end well; what it said.
#[track_caller]
pub fn run(arguments: &[&str]) -> String {
    let output = wayleave(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", said(&output));
    said(&output)
}

pub fn path(path: &Path) -> &str {
    path.to_str().expect("a path")
}

impl Witness {
    /// Makes a witness with the project's own program, and starts it.
    pub fn start(name: &str) -> Self {
        let folder = folder().join("witness");
        let vkey = run(&["witness", "init", "--folder", path(&folder), "--name", name]);
        let mut witness = Self {
            program: None,
            folder,
            url: String::new(),
            vkey: vkey.trim().to_owned(),
            listen: format!("127.0.0.1:{}", crate::parts::free_port()),
        };
        witness.serve();
        witness
    }

    /// Starts it, again if it ran before, at the same address.
    pub fn serve(&mut self) {
        self.serve_under(&[]);
    }

    /// The same, with another program in front of it.
    pub fn serve_under(&mut self, wrapper: &[&str]) {
        let arguments = [
            WAYLEAVE,
            "witness",
            "serve",
            "--folder",
            path(&self.folder),
            "--listen",
            &self.listen,
        ];
        let log = self.folder.join("log");
        let program = Program::try_start(&[wrapper, &arguments].concat(), &log, None)
            .unwrap_or_else(|| panic!("the witness did not start: {}", self.log()));
        self.url.clone_from(&program.ready);
        self.program = Some(program);
    }

    /// Ends it in good order.
    pub fn stop(&mut self) {
        self.program.take().expect("a witness").end();
    }

    pub fn follow(&self, vkey: &str) {
        run(&["witness", "add-log", "--folder", path(&self.folder), "--key", vkey]);
    }

    pub fn try_add(&self, body: &str) -> Result<Answer, String> {
        let (host, prefix) = split(&self.url);
        let target = format!("{}/add-checkpoint", prefix.trim_end_matches('/'));
        Request::new("POST", &target).body(body).try_send(host)
    }

    pub fn add(&self, body: &str) -> Answer {
        self.try_add(body).expect("an answer")
    }

    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    /// The folders of the cases that it caught.
    pub fn evidence(&self) -> Vec<PathBuf> {
        let found = fs::read_dir(self.folder.join("evidence")).into_iter().flatten();
        found.map(|entry| entry.expect("an entry").path()).collect()
    }
}

impl Drop for Witness {
    fn drop(&mut self) {
        drop(self.program.take());
        let _ = fs::remove_dir_all(self.folder.parent().expect("a folder"));
    }
}

/// The key of the journal of a gateway's configuration.
pub fn journal_key(config: &Path) -> String {
    run(&["journal", "key", "--config", path(config)]).trim().to_owned()
}

/// The sections that make a gateway send its checkpoints to these witnesses, and need so many of them.
pub fn sections(needed: usize, more: &str, witnesses: &[(&str, &str, &str)]) -> String {
    let mut text = format!("\n[journal]\ncosignatures = {needed}\nsubmit_every_ms = 200\nstart_wait_s = 3\n{more}\n");
    for (name, url, vkey) in witnesses {
        text.push_str(&format!(
            "\n[[witness]]\nname = \"{name}\"\nurl = \"{url}\"\nkey = \"{vkey}\"\n"
        ));
    }
    text
}
