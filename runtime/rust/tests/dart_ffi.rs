//! Dart programs on a Dart VM, with the core of these tests in their own process, over real FFI.
//!
//! What they check stands in `runtime/dart/test/`; the library that they load in `ffi-library`, which is built for the
//! processor that the VM runs on.

use std::io::Write as _;
use std::process::{Command, Output};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

#[test]
fn a_dart_program_and_the_core_in_its_process_understand_each_other() {
    if let Some(library) = library() {
        let program = compiled("ffi_e2e");
        passes(&tool("run", &[&program, &library]));
    }
}

/// Posting is switched off before the VM is gone: the process neither crashes nor hangs. Each end is tried some times, since
/// what runs at that moment differs.
#[test]
fn the_vm_shuts_down_while_everything_is_under_way() {
    let Some(library) = library() else {
        return;
    };
    let program = compiled("ffi_shutdown");
    // 255 is the VM's own status for a main isolate that was killed; a crash would be a signal's.
    for (end, status) in [("exit", 0), ("return", 0), ("kill", 255)] {
        for _ in 0..5 {
            let output = tool("run", &[&program, &library, end]);
            assert_eq!(output.status.code(), Some(status), "{end}: {output:?}");
        }
    }
}

/// The path of the library; skips the test where it cannot be built.
fn library() -> Option<String> {
    let library = tool("library", &["bellwire-ffi-fixture"]);
    if library.status.success() {
        return Some(String::from_utf8_lossy(&library.stdout).trim().to_owned());
    }
    let reason = String::from_utf8_lossy(&library.stderr);
    let required = std::env::var("CI").as_deref() == Ok("true");
    assert!(!required, "{reason}");
    // Not `eprintln!`, which a passing test swallows.
    let _ = writeln!(std::io::stderr(), "SKIPPED: {}", reason.trim());
    None
}

/// Compiles one of the programs, and gives the path of what comes out.
fn compiled(name: &str) -> String {
    let source = format!("runtime/dart/test/{name}.dart");
    let program = format!("{}/{name}.dill", env!("CARGO_TARGET_TMPDIR"));
    passes(&tool("compile", &[&source, &program]));
    program
}

/// Runs one of `tools/dart`.
fn tool(name: &str, arguments: &[&str]) -> Output {
    Command::new(format!("{ROOT}/tools/dart/{name}"))
        .args(arguments)
        .current_dir(ROOT)
        .output()
        .unwrap_or_else(|error| panic!("tools/dart/{name}: {error}"))
}

/// Shows what a program said, if it failed.
fn passes(output: &Output) {
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}
