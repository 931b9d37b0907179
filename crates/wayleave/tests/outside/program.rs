//! Starting the project's programs and ending them again, whatever becomes of the test.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Output, Stdio};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

pub const WAYLEAVE: &str = env!("CARGO_BIN_EXE_wayleave");
pub const SIMULATOR: &str = env!("CARGO_BIN_EXE_wayleave-sim");

const READY_WITHIN: Duration = Duration::from_secs(120);

/// A shell stands between the test and the program: it ends the program, and clears up, when its standard input closes,
/// and that happens however the test ends. A program that meets its limit of file sizes gets an error, not a signal.
const KEEPER: &str = r#"
trap '' XFSZ
"$@" </dev/null &
child=$!
echo "pid $child"
exec >/dev/null
cat
kill -TERM $child
wait $child
status=$?
test -z "$REMOVE" || rm -rf -- "$REMOVE"
exit $status
"#;

/// One running program.
pub struct Program {
    shell: Child,
    hold: Option<ChildStdin>,
    pub pid: u32,
    /// What came behind `ready` on its standard output.
    pub ready: String,
}

impl Program {
    /// Starts `program` and waits until it says that it is ready. `remove` is deleted once it has ended.
    pub fn start(program: &str, arguments: &[&str], log: &Path, remove: Option<&Path>) -> Self {
        Self::try_start(&[&[program], arguments].concat(), log, remove).unwrap_or_else(|| {
            panic!(
                "{arguments:?} did not start: {}",
                std::fs::read_to_string(log).unwrap_or_default()
            )
        })
    }

    /// The same; nothing if it ends or keeps silent instead.
    pub fn try_start(command: &[&str], log: &Path, remove: Option<&Path>) -> Option<Self> {
        let mut shell = Command::new("sh")
            .args(["-c", KEEPER, "keeper"])
            .args(command)
            .env("REMOVE", remove.map_or(Path::new(""), |path| path))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(File::create(log).expect("a log"))
            .spawn()
            .expect("a shell");
        let hold = shell.stdin.take();
        let output = BufReader::new(shell.stdout.take().expect("standard output"));
        let (send, lines) = channel();
        // The rest of what the program says is read too, so that it never waits for a reader.
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                let _ = send.send(line);
            }
        });
        let (mut pid, mut ready) = (None, None);
        let until = Instant::now() + READY_WITHIN;
        while pid.is_none() || ready.is_none() {
            let line = lines.recv_timeout(until.saturating_duration_since(Instant::now()));
            let Ok(line) = line else {
                drop(hold);
                let _ = shell.wait();
                return None;
            };
            if let Some(found) = line.strip_prefix("pid ") {
                pid = found.parse().ok();
            } else if let Some(found) = line.strip_prefix("ready ") {
                ready = Some(found.to_owned());
            }
        }
        Some(Self {
            shell,
            hold,
            pid: pid?,
            ready: ready?,
        })
    }

    /// Ends it and waits; its exit status.
    pub fn end(mut self) -> Option<i32> {
        drop(self.hold.take());
        self.shell.wait().expect("a shell").code()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        drop(self.hold.take());
        let _ = self.shell.wait();
    }
}

/// Runs `wayleave` to its end, which must come by itself.
pub fn wayleave(arguments: &[&str]) -> Output {
    wayleave_within(60, arguments)
}

/// The same for a command that has more to do.
pub fn wayleave_within(seconds: u32, arguments: &[&str]) -> Output {
    let output = Command::new("timeout")
        .args(["-k", "5", &seconds.to_string(), WAYLEAVE])
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .expect("timeout");
    assert_ne!(output.status.code(), Some(124), "{arguments:?} did not end by itself");
    output
}

/// What a program said, on both outputs.
pub fn said(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    format!("{}{}", text(&output.stdout), text(&output.stderr))
}

/// A new empty folder, which whoever uses it last removes.
pub fn folder() -> PathBuf {
    let folder = tempfile::Builder::new().prefix("wayleave-outside-").tempdir();
    folder.expect("a folder").keep()
}

/// Calls `attempt` until it gives something.
pub fn until<T>(what: &str, mut attempt: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + Duration::from_secs(45);
    loop {
        if let Some(found) = attempt() {
            return found;
        }
        assert!(Instant::now() < end, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}
