//! Node, with the packages of `tests/node`.

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

/// A Node that can run.
pub struct Node;

/// The folder of the npm package that the tests use.
pub fn package() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/node")
}

/// None where Node or the packages are missing.
pub fn ready() -> Option<Node> {
    if Command::new("node").arg("--version").output().is_err() {
        skip("there is no node on the PATH");
    } else if !package()
        .join("node_modules/@bufbuild/protoc-gen-es")
        .exists()
    {
        skip("the packages of tests/node are not installed: tools/setup test");
    } else {
        return Some(Node);
    }
    None
}

/// Whether generated clients find the runtime that they import.
pub fn runtime_is_built() -> bool {
    let built = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("runtime/ts/dist/index.d.ts")
        .exists();
    if !built {
        skip("clients are not compiled, for runtime/ts is not built: make page");
    }
    built
}

/// Says what is not checked, which continuous integration does not accept.
pub fn skip(reason: &str) {
    assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "{reason}");
    // Not `println!`, which a passing test swallows.
    let _ = writeln!(std::io::stderr(), "SKIPPED: {reason}");
}

impl Node {
    /// Runs a script, which must succeed, and returns what it prints.
    pub fn run(&self, arguments: &[&OsStr], folder: &Path) -> String {
        let (status, output) = self.try_run(arguments, folder);
        assert!(status.success(), "node {arguments:?} failed\n{output}");
        output
    }

    /// Runs a script, and returns how it ended and what it printed.
    pub fn try_run(&self, arguments: &[&OsStr], folder: &Path) -> (ExitStatus, String) {
        let output = Command::new("node")
            .args(arguments)
            .current_dir(folder)
            .output()
            .expect("node starts");
        let [out, error] =
            [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
        (output.status, format!("{out}{error}"))
    }
}
