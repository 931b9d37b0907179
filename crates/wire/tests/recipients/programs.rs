//! The programs of others: started as processes, told what to do by a line of JSON each.

use std::cell::RefCell;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::journal::entry::hex;
use domain::journal::tree::sha256;
use serde_json::Value;

use crate::journal::{ORIGIN, keys};

/// A program that answers each line with a line.
pub struct Program {
    pub name: &'static str,
    child: Child,
    lines: RefCell<(ChildStdin, BufReader<ChildStdout>)>,
}

impl Program {
    fn start(name: &'static str, mut command: Command) -> Self {
        let started = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = started.unwrap_or_else(|error| panic!("{name}: {error}"));
        let input = child.stdin.take().expect("standard input");
        let output = BufReader::new(child.stdout.take().expect("standard output"));
        Self {
            name,
            child,
            lines: RefCell::new((input, output)),
        }
    }

    /// What the program answers.
    pub fn run(&self, call: &Value) -> Value {
        let (input, output) = &mut *self.lines.borrow_mut();
        writeln!(input, "{call}").expect("the program reads");
        let mut line = String::new();
        output.read_line(&mut line).expect("the program answers");
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{}: {error}: `{line}`", self.name))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It ends with its input; whatever else it does is of no concern.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The key of the journal, as a recipient is given it.
pub fn verifier_text() -> String {
    let key = [&[1_u8][..], &keys().public()].concat();
    let id = sha256(&[ORIGIN.as_bytes(), b"\n", &key]);
    format!("{ORIGIN}+{}+{}", hex(&id[..4]), STANDARD.encode(key))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

const PYTHON: &str = r#"
import json, sys, time
sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True
import recipient
for line in sys.stdin:
    call = json.loads(line)
    try:
        if call["do"] == "ask":
            ask, jti = recipient.ask(call["signing"], call["recipient"], call["gateway"], call["gatewayKey"],
                call["number"], call["purpose"], call["question"], call["relays"], call["event"])
            told = {"ask": ask, "jti": jti, "now": int(time.time())}
        else:
            told = {"opened": recipient.open_outcome(call["outcome"], call["sealing"], call["recipient"], call["jti"], call["trusted"])}
    except Exception as error:
        told = {"refused": repr(error)}
    print(json.dumps(told), flush=True)
"#;

/// The page in Python; `None`, and it is said, where jwcrypto is missing.
pub fn python() -> Option<Program> {
    let works = |python: &&str| {
        let imports = Command::new(python)
            .args(["-c", "import jwcrypto"])
            .stderr(Stdio::null())
            .status();
        imports.is_ok_and(|status| status.success())
    };
    let Some(python) = ["python3", "/usr/bin/python3"].into_iter().find(works) else {
        missing("Python's jwcrypto (Debian: python3-jwcrypto; `scripts/setup outside`)");
        return None;
    };
    let mut command = Command::new(python);
    command.args(["-c", PYTHON]).arg(root().join("docs/partners"));
    Some(Program::start("python", command))
}

const JAVASCRIPT: &str = r#"
import { createInterface } from 'node:readline';
import { ask, openOutcome } from './recipient.mjs';
for await (const line of createInterface({ input: process.stdin })) {
  const call = JSON.parse(line);
  let told;
  try {
    told = call.do === 'ask'
      ? { ...(await ask(call.signing, call)), now: Math.floor(Date.now() / 1000) }
      : { opened: await openOutcome(call.outcome, call.sealing, call) };
  } catch (error) {
    told = { refused: String(error) };
  }
  console.log(JSON.stringify(told));
}
"#;

/// The page in JavaScript, beside the packages that the browser tests use; `None`, and it is said, where they are missing.
pub fn javascript() -> Option<Program> {
    let modules = root().join("web/node_modules");
    if !modules.join("jose").exists() {
        missing("npm's jose (`scripts/setup outside`)");
        return None;
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("recipient");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::copy(root().join("docs/partners/recipient.mjs"), folder.join("recipient.mjs")).expect("the page");
    std::fs::write(folder.join("driver.mjs"), JAVASCRIPT).expect("written");
    let link = folder.join("node_modules");
    // An older one may lead elsewhere.
    let _ = std::fs::remove_file(&link);
    std::os::unix::fs::symlink(modules.canonicalize().expect("there"), &link).expect("a link");
    let mut command = Command::new("node");
    command.arg(folder.join("driver.mjs"));
    Some(Program::start("javascript", command))
}

/// Says loudly what is not tested; in a full run it is an error.
fn missing(what: &str) {
    assert!(std::env::var_os("WAYLEAVE_MAKE_TEST").is_none(), "missing: {what}");
    // The handle is written to directly, since the test runner keeps what `eprintln!` prints to itself.
    let notice = format!("\n!!! SKIPPED: a recipient's page; missing: {what}\n");
    std::io::stderr()
        .write_all(notice.as_bytes())
        .expect("standard error can be written");
}
