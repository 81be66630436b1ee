//! The programs in other languages that tests run, and what is said where that cannot be.

#![allow(dead_code, reason = "no test uses all of it")]

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Once;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
const TYPESCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../ts");

/// Says why a test does not run. Where all have to, it fails.
pub fn skip(reason: &str) {
    let required = std::env::var("CI").as_deref() == Ok("true");
    assert!(!required, "{reason}");
    // Not `println!`, which a passing test swallows.
    let _ = writeln!(std::io::stderr(), "SKIPPED: {}", reason.trim());
}

/// Runs one of `tools/dart`.
pub fn dart(tool: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    Command::new(format!("{ROOT}/tools/dart/{tool}"))
        .args(arguments)
        .envs(environment.iter().copied())
        .current_dir(ROOT)
        .output()
        .unwrap_or_else(|error| panic!("tools/dart/{tool}: {error}"))
}

/// Compiles a program of `runtime/dart/test`, and gives the path of what comes out.
pub fn dart_program(name: &str) -> String {
    let source = format!("runtime/dart/test/{name}.dart");
    let program = format!("{}/{name}.dill", env!("CARGO_TARGET_TMPDIR"));
    passes(&dart("compile", &[&source, &program], &[]));
    program
}

/// Builds the TypeScript runtime and the programs of its tests; skips the test where that cannot be.
pub fn typescript_is_built() -> bool {
    if !Path::new(TYPESCRIPT).join("node_modules").is_dir() {
        skip("the packages of runtime/ts are not installed (tools/setup test)");
        return false;
    }
    static BUILT: Once = Once::new();
    BUILT.call_once(|| {
        let tsc = "node_modules/typescript/bin/tsc";
        passes(&node(&[tsc, "-p", "tsconfig.build.json"], &[]));
        passes(&node(&[tsc, "-p", "test"], &[]));
    });
    true
}

/// Runs the tests of a program that [`typescript_is_built`] made.
pub fn node_tests(name: &str, timeout_ms: u32, environment: &[(&str, &str)]) {
    let timeout = format!("--test-timeout={timeout_ms}");
    let program = format!(".test-build/{name}.js");
    let output = node(&["--test", &timeout, &program], environment);
    passes(&output);
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        if let Some((_, reason)) = line.split_once("SKIPPED: ") {
            skip(reason);
        }
    }
}

fn node(arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    Command::new("node")
        .args(arguments)
        .envs(environment.iter().copied())
        .current_dir(TYPESCRIPT)
        .output()
        .expect("Node is installed")
}

/// Shows what a program said, if it failed.
pub fn passes(output: &Output) {
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}
