//! A handler that does not fit its schema does not compile, and the compiler names what is wrong: nothing else.

use std::process::Command;

/// What rustc says of the tests' handler, changed as `misfit` tells.
fn errors(misfit: &str) -> Vec<String> {
    let output = Command::new(env!("CARGO"))
        .args([
            "rustc",
            "--quiet",
            "--package",
            "bellwire",
            "--test",
            "hub",
            "--message-format",
            "short",
        ])
        .args(["--", "--cfg", &format!("misfit={misfit:?}")])
        .output()
        .expect("cargo runs");
    assert!(!output.status.success(), "`{misfit}` compiles");
    let text = String::from_utf8_lossy(&output.stderr);
    text.lines()
        .filter(|line| line.contains(": error["))
        .map(str::to_owned)
        .collect()
}

#[test]
fn a_handler_that_does_not_fit_does_not_compile() {
    for (misfit, code, named) in [
        ("missing", "E0046", "missing: `say`"),
        ("input", "E0053", "`say` has an incompatible type"),
        ("output", "E0271", "resolves to `Result<Number, Problem>`"),
    ] {
        let errors = errors(misfit);
        let [error] = errors.as_slice() else {
            panic!("{misfit}: {errors:#?}")
        };
        assert!(
            error.contains(code) && error.contains(named),
            "{misfit}: {error}"
        );
    }
}
