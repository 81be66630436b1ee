//! The real server, called by the Dart program of this example.

use std::io::{BufRead, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../..");

#[test]
fn the_dart_program_writes_a_note_and_hears_of_it() {
    let setup = tool("setup", &[]);
    if !setup.status.success() {
        let reason = String::from_utf8_lossy(&setup.stderr);
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "{reason}");
        // Not `println!`, which a passing test swallows.
        let _ = writeln!(std::io::stderr(), "SKIPPED: {}", reason.trim());
        return;
    }
    let server = Server::start();
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("notes.dill");
    let program = program.to_str().expect("a path in UTF-8");
    said(tool(
        "compile",
        &["examples/notes/dart/lib/main.dart", program],
    ));
    let printed = said(tool("run", &[program, &server.address]));
    for line in [
        "Signed in as ",
        // The newest: one that is followed quickly may be skipped.
        "Changed: Shopping, revision 2.",
        "File ",
        "Deleted: ",
        "Refused: title: ",
    ] {
        assert!(printed.contains(line), "no {line:?} in:\n{printed}");
    }
}

/// Runs one of `tools/dart`.
fn tool(name: &str, arguments: &[&str]) -> Output {
    Command::new(format!("{ROOT}/tools/dart/{name}"))
        .args(arguments)
        .current_dir(ROOT)
        .output()
        .unwrap_or_else(|error| panic!("tools/dart/{name}: {error}"))
}

/// What a program printed, which must have succeeded.
fn said(output: Output) -> String {
    let error = String::from_utf8_lossy(&output.stderr);
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{printed}{error}");
    printed.into_owned()
}

/// The server with an empty database, for as long as this lives.
struct Server {
    process: Child,
    address: String,
    /// Held open, since the server may have more to say.
    _stdout: BufReader<ChildStdout>,
}

impl Server {
    fn start() -> Self {
        let database = Path::new(env!("CARGO_TARGET_TMPDIR")).join("dart.db");
        for suffix in ["", "-shm", "-wal"] {
            let file = database.with_extension(format!("db{suffix}"));
            let _absent = std::fs::remove_file(file);
        }
        let mut process = Command::new(env!("CARGO_BIN_EXE_notes"))
            .args(["--port", "0", "--database"])
            .arg(&database)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the server starts");
        let mut line = String::new();
        let stdout = process.stdout.take().expect("it is piped");
        let mut stdout = BufReader::new(stdout);
        stdout.read_line(&mut line).expect("it says its address");
        let (_, address) = line.trim().rsplit_once(' ').expect("words");
        Self {
            process,
            address: address.to_owned(),
            _stdout: stdout,
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _gone = self.process.kill();
        let _status = self.process.wait();
    }
}
