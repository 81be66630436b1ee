//! A library that is built so that panics abort is told so by the compiler: they could not become faults.

#![cfg(feature = "ffi")]

use std::process::Command;

/// What rustc says of the library for Dart programs, built with this strategy.
fn warnings(panic: &str) -> String {
    let output = Command::new(env!("CARGO"))
        .args(["rustc", "--quiet", "--package", "bellwire-ffi-fixture"])
        .args(["--lib", "--message-format", "short", "--"])
        .args(["-C", &format!("panic={panic}")])
        .output()
        .expect("cargo runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    said
}

#[test]
fn panics_that_abort_are_warned_of() {
    let said = warnings("abort");
    assert!(
        said.contains("src/lib.rs") && said.contains("a panic in a handler ends the app"),
        "{said}"
    );
    assert_eq!(warnings("unwind"), "");
}
