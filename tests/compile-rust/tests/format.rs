//! What `cargo fmt` reaches of emitted code is as it would leave it. That is `mod.rs`: the packages are included as
//! text, which rustfmt does not follow.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

#[test]
fn emitted_modules_are_formatted() {
    let files = modules(Path::new("../golden"));
    assert!(!files.is_empty());
    let output = Command::new("rustfmt")
        .args(["--check", "--edition=2024"])
        .args(&files)
        .output();
    match output {
        Ok(output) => assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stdout)
        ),
        Err(error) => {
            println!("SKIPPED: rustfmt does not run: {error}");
            assert_ne!(
                std::env::var("CI").as_deref(),
                Ok("true"),
                "rustfmt is needed here"
            );
        }
    }
}

fn modules(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path());
    let under = entries.flat_map(|path| {
        if path.is_dir() {
            modules(&path)
        } else {
            vec![path]
        }
    });
    under.filter(|path| path.ends_with("mod.rs")).collect()
}
