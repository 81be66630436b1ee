//! What goes wrong in a compiler that is given bad or hostile input, row by row, and what follows.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// A new folder with these files.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("the folder is writable");
        fs::write(path, text).expect("the folder is writable");
    }
    folder
}

fn bellwire(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bellwire"));
    let command = command.current_dir(folder).args(arguments);
    command.output().expect("the compiler runs")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_name_that_is_too_long() {
    let name = "M".repeat(65_536);
    let folder = folder(&[(
        "a.proto",
        &format!("syntax = \"proto3\"; message {name} {{}}"),
    )]);
    let output = bellwire(folder.path(), &["check", "a.proto"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("bellwire::type::long_name"));
    assert!(said(&output).len() < 4096, "{}", said(&output));
}
