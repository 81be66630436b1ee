//! The Dart program of this example, with the core in its own process.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../..");

#[test]
fn the_dart_program_writes_a_note_and_hears_of_it() {
    let library = tool("library", &["notes-ffi"]);
    if !library.status.success() {
        let reason = String::from_utf8_lossy(&library.stderr);
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "{reason}");
        // Not `println!`, which a passing test swallows.
        let _ = writeln!(std::io::stderr(), "SKIPPED: {}", reason.trim());
        return;
    }
    let library = said(library);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let path = |name: &str| folder.join(name).to_str().expect("UTF-8").to_owned();
    for suffix in ["", "-shm", "-wal"] {
        let _absent = std::fs::remove_file(path(&format!("dart.db{suffix}")));
    }
    let program = path("notes.dill");
    said(tool(
        "compile",
        &["examples/notes/dart/lib/main.dart", &program],
    ));
    // Twice: the second run finds the user and the notes of the first.
    for _ in 0..2 {
        let printed = said(tool("run", &[&program, library.trim(), &path("dart.db")]));
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
    let printed = said(tool(
        "run",
        &[&program, library.trim(), "/nowhere/notes.db"],
    ));
    assert!(
        printed.contains("the core did not start: cannot open the database /nowhere/notes.db"),
        "{printed}"
    );
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
