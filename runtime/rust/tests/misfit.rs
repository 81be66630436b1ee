//! A handler that does not fit its schema does not compile, and the compiler names what is wrong: nothing else.

use std::path::Path;
use std::process::Command;

/// What rustc says of a test's handler, changed as `misfit` tells.
fn errors(test: &str, features: &str, misfit: &str) -> Vec<String> {
    let output = Command::new(env!("CARGO"))
        .args([
            "rustc",
            "--quiet",
            "--package",
            "bellwire",
            "--features",
            features,
            "--test",
            test,
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
        let errors = errors("hub", "", misfit);
        let [error] = errors.as_slice() else {
            panic!("{misfit}: {errors:#?}")
        };
        assert!(
            error.contains(code) && error.contains(named),
            "{misfit}: {error}"
        );
    }
}

/// Messages, handler and client are fine without; the dispatcher is where an illegal input becomes the group's error.
#[test]
fn an_error_that_no_violations_become_does_not_compile_in_the_service() {
    let errors = errors("checked", "pattern", "violations");
    let [error] = errors.as_slice() else {
        panic!("{errors:#?}")
    };
    assert!(
        error.contains("E0277") && error.contains("`Refusal: From<Violations>` is not satisfied"),
        "{error}"
    );
    let mut place = error.split(':');
    let (file, line) = (place.next().expect("a file"), place.next().expect("a line"));
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let generated = std::fs::read_to_string(root.join(file)).expect("it is there");
    let until: Vec<_> = generated
        .lines()
        .take(line.parse().expect("a number"))
        .collect();
    let block = until.iter().rfind(|line| line.starts_with("impl"));
    assert_eq!(
        block.copied(),
        Some("impl<H: RuleEventHandler> ::bellwire::EventGroup for RuleEventService<H> {")
    );
}
