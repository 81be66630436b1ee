//! The library that makes a system call fail, and programs under it.

use std::fmt;
use std::fs;
use std::io::Write as _;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

/// `fail.c`, compiled.
pub struct Shim {
    library: PathBuf,
}

/// What happens in place of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The call fails, and is not made.
    Errno(i32),
    /// The same, for this call and for every later one that would change the disk.
    Stays(i32),
    /// Half of the bytes are read or written.
    Short,
    /// The process ends before the call.
    Kill,
    /// The call is made, and says that it failed.
    Late,
}

pub const EINTR: i32 = 4;
pub const EIO: i32 = 5;
pub const EACCES: i32 = 13;

pub const ENOSPC: i32 = 28;
pub const EROFS: i32 = 30;
pub const EPIPE: i32 = 32;

/// A call that was counted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Call {
    pub name: String,
    /// Absolute, or `stdout` or `stderr`.
    pub path: PathBuf,
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.path.display())
    }
}

/// The library, or none where this machine cannot build or use it.
pub fn shim() -> Option<&'static Shim> {
    static BUILT: OnceLock<Result<Shim, String>> = OnceLock::new();
    match BUILT.get_or_init(build) {
        Ok(shim) => Some(shim),
        Err(reason) => {
            skip(reason);
            None
        }
    }
}

/// Says why something could not be checked, which continuous integration does not allow.
fn skip(reason: &str) {
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{reason}");
    // Not `eprintln!`, which a passing test swallows.
    let _ = writeln!(std::io::stderr(), "SKIPPED: {reason}");
}

fn build() -> Result<Shim, String> {
    let tests = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let folder = tempfile::tempdir_in(tests).map_err(|error| error.to_string())?;
    let library = tests.join("fail.so");
    let compiled = folder.path().join("fail.so");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/system_calls/fail.c");
    let output = Command::new("cc")
        .args(["-O1", "-Wall", "-Wextra", "-shared", "-fPIC", "-o"])
        .args([&compiled, &source])
        .output()
        .map_err(|error| format!("cc does not run: {error}"))?;
    if !output.status.success() || !output.stderr.is_empty() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("cc does not compile {}:\n{said}", source.display()));
    }
    fs::rename(compiled, &library).map_err(|error| error.to_string())?;
    let shim = Shim { library };
    let mut command = Command::new("cat");
    command.arg(&shim.library);
    match shim.calls(&mut command, tests, &folder.path().join("log")) {
        calls if calls.iter().any(|call| call.name == "read") => Ok(shim),
        calls => Err(format!("no system call can be caught here: {calls:?}")),
    }
}

impl Shim {
    /// Has a program run under the library, with only the calls below `folder` counted, and each noted in `log`.
    fn load(&self, command: &mut Command, folder: &Path, log: &Path) {
        command
            .env("LD_PRELOAD", &self.library)
            .env("FAULT_UNDER", folder)
            .env("FAULT_LOG", log)
            // One order of calls, as far as one can be had.
            .env("RAYON_NUM_THREADS", "1");
    }

    /// The calls of a run in which none fails.
    pub fn calls(&self, command: &mut Command, folder: &Path, log: &Path) -> Vec<Call> {
        self.load(command, folder, log);
        let output = command.output().expect("it runs");
        assert_ne!(output.status.code(), Some(99), "{output:?}");
        read_log(log)
    }

    /// A run in which the call of that number, from 1, goes wrong. The call is none where there were fewer.
    pub fn fail(
        &self,
        command: &mut Command,
        folder: &Path,
        log: &Path,
        number: usize,
        fault: Fault,
    ) -> (Output, Option<Call>) {
        self.load(command, folder, log);
        let what = match fault {
            Fault::Errno(error) | Fault::Stays(error) => error.to_string(),
            Fault::Short => "short".to_owned(),
            Fault::Kill => "kill".to_owned(),
            Fault::Late => "late".to_owned(),
        };
        if matches!(fault, Fault::Stays(_)) {
            command.env("FAULT_STAYS", "1");
        }
        command
            .env("FAULT_AT", number.to_string())
            .env("FAULT_DO", what);
        let output = command.output().expect("it runs");
        (output, read_log(log).into_iter().nth(number - 1))
    }

    /// A run that is held before the call of that number, from 1, until something has been done.
    pub fn hold(
        &self,
        command: &mut Command,
        folder: &Path,
        log: &Path,
        number: usize,
        then: impl FnOnce(),
    ) -> Output {
        self.load(command, folder, log);
        let socket = log.with_extension("socket");
        let listener = UnixListener::bind(&socket).expect("a socket");
        listener.set_nonblocking(true).expect("a socket");
        let mut child = command
            .env("FAULT_AT", number.to_string())
            .env("FAULT_DO", "wait")
            .env("FAULT_SOCKET", &socket)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it runs");
        let held = loop {
            match listener.accept() {
                Ok((held, _)) => break held,
                Err(_) if child.try_wait().expect("a child").is_some() => panic!("it did not wait"),
                Err(_) => thread::sleep(Duration::from_millis(1)),
            }
        };
        then();
        drop(held);
        child.wait_with_output().expect("it ends")
    }
}

fn read_log(log: &Path) -> Vec<Call> {
    let text = fs::read_to_string(log).unwrap_or_default();
    let call = |line: &str| {
        let (name, path) = line.split_once(' ').expect("a name and a path");
        Call {
            name: name.to_owned(),
            path: PathBuf::from(path),
        }
    };
    text.lines().map(call).collect()
}
