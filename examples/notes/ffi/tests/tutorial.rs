//! Follows the section of the Dart package's README that leads from an empty folder to a running program, to the letter:
//! its files, its commands for a machine without a Dart SDK (which work with one, too), and what it says is printed.

use std::fs;
use std::io::Write as _;
use std::process::{Command, Output};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../..");

#[test]
fn an_empty_folder_becomes_a_running_program() {
    let setup = output(&mut Command::new(format!("{ROOT}/tools/dart/setup")));
    if !setup.status.success() {
        let reason = String::from_utf8_lossy(&setup.stderr);
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "{reason}");
        // Not `println!`, which a passing test swallows.
        let _ = writeln!(std::io::stderr(), "SKIPPED: {}", reason.trim());
        return;
    }
    // Not within this repository, whose workspace it would have to belong to.
    let folder = std::env::temp_dir().join(format!("bellwire-tutorial-{}", std::process::id()));
    let _absent = fs::remove_dir_all(&folder);
    let root = fs::canonicalize(ROOT).expect("the repository");
    let root = root.to_str().expect("UTF-8");

    let readme = fs::read_to_string(format!("{root}/runtime/dart/README.md")).expect("a README");
    let (_, section) = readme
        .split_once("## From an empty folder to a running program\n")
        .expect("the section");
    let section = section.split("\n## ").next().expect("its text");
    let mut printed = None;
    let mut commands = Vec::new();
    for block in blocks(section) {
        let text = block.text.replace("$BELLWIRE", root);
        match (block.language, block.file) {
            ("sh", _) => commands.push(text),
            ("text", _) => printed = Some(text),
            (_, Some(file)) => {
                let path = folder.join(file);
                fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
                fs::write(path, text).expect("it can be written");
            }
            (language, None) => panic!("a block in {language} that belongs to no file"),
        }
    }
    let [_install, _with_an_sdk, without] = commands.as_slice() else {
        panic!("{commands:#?}")
    };
    // The versions that this repository has, so that what it has built is built once.
    fs::copy(format!("{root}/Cargo.lock"), folder.join("core/Cargo.lock")).expect("a lock file");
    let shell = format!(
        "set -e\ncargo run --quiet --manifest-path {root}/Cargo.toml --package bellwire-build --bin bellwire -- gen >&2\n\
         export CARGO_TARGET_DIR={root}/target\n{without}"
    );
    let run = output(Command::new("sh").args(["-c", &shell]).current_dir(&folder));
    let _gone = fs::remove_dir_all(&folder);
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(
        run.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&run.stderr)
    );
    assert_eq!(Some(said.trim_end()), printed.as_deref().map(str::trim_end));
}

struct Block<'a> {
    language: &'a str,
    /// The path at the end of the line before it.
    file: Option<&'a str>,
    text: String,
}

/// The fenced blocks of a page.
fn blocks(page: &str) -> Vec<Block<'_>> {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    let (mut before, mut open) = ("", false);
    for line in page.lines() {
        match (line.strip_prefix("```"), open) {
            (Some(language), false) => {
                let file = before.trim_end_matches(':').strip_suffix('`');
                blocks.push(Block {
                    language,
                    file: file.and_then(|line| line.rsplit('`').next()),
                    text: String::new(),
                });
                open = true;
            }
            (Some(_), true) => open = false,
            (None, true) => {
                if let Some(block) = blocks.last_mut() {
                    block.text += line;
                    block.text.push('\n');
                }
            }
            (None, false) if !line.is_empty() => before = line,
            (None, false) => {}
        }
    }
    blocks
}

fn output(command: &mut Command) -> Output {
    command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"))
}
