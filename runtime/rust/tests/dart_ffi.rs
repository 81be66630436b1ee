//! A Dart program on a Dart VM, with the core of these tests in its own process, over real FFI.
//!
//! What it checks stands in `runtime/dart/test/ffi_e2e.dart`; the library that it loads in `ffi-library`, which is built
//! for the processor that the VM runs on.

use std::path::Path;
use std::process::{Command, Output};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

#[test]
fn a_dart_program_and_the_core_in_its_process_understand_each_other() {
    let library = tool("library", &["bellwire-ffi-fixture"]);
    if !library.status.success() {
        let reason = String::from_utf8_lossy(&library.stderr);
        let required = std::env::var("CI").as_deref() == Ok("true");
        assert!(!required, "{reason}");
        println!("SKIPPED: {}", reason.trim());
        return;
    }
    let library = String::from_utf8_lossy(&library.stdout);
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ffi_e2e.dill");
    let program = program.to_str().expect("a path in UTF-8");
    passes(&tool(
        "compile",
        &["runtime/dart/test/ffi_e2e.dart", program],
    ));
    passes(&tool("run", &[program, library.trim()]));
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
