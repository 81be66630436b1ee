//! The page of `runtime/ts/test/webview.ts`, bundled into a folder, for the app to show.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

const RUNTIME: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../ts");

/// What the machine lacks to show the page, if anything.
pub fn missing() -> Option<&'static str> {
    if !Path::new(RUNTIME).join("node_modules").is_dir() {
        return Some("the packages of runtime/ts are not installed");
    }
    let xvfb = Command::new("xvfb-run").arg("--help").output();
    if xvfb.is_err() {
        return Some("there is no xvfb-run");
    }
    None
}

/// The folder of the page, which is bundled once.
pub fn page() -> &'static Path {
    static PAGE: OnceLock<PathBuf> = OnceLock::new();
    PAGE.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("webview");
        std::fs::create_dir_all(&folder).expect("a folder of ours");
        let tsc = "node_modules/typescript/bin/tsc";
        node(&[tsc, "-p", "tsconfig.build.json"]);
        node(&[tsc, "-p", "test"]);
        let script = folder.join("page.js");
        let outfile = format!("--outfile={}", script.display());
        // A program, or a script that starts it, as npm had it.
        let esbuild = Path::new(RUNTIME).join("node_modules/.bin/esbuild");
        run(Command::new(esbuild).current_dir(RUNTIME).args([
            ".test-build/webview.js",
            "--bundle",
            "--format=esm",
            "--log-level=warning",
            &outfile,
        ]));
        let page =
            r#"<!doctype html><title>Tests</title><script type="module" src="page.js"></script>"#;
        std::fs::write(folder.join("index.html"), page).expect("it is written");
        folder
    })
}

/// Runs Node in the TypeScript runtime's folder.
fn node(arguments: &[&str]) {
    run(Command::new("node").args(arguments).current_dir(RUNTIME));
}

/// What a program said, which has to succeed.
pub fn run(command: &mut Command) -> String {
    let output = command.output().expect("it can be run");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{command:?} failed\n{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    said
}
