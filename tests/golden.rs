//! Every folder under `tests/golden` is a case: `bellwire.yaml` and schemas in, the files expected of them beside. Every
//! folder under `tests/golden/errors` is one too: schemas in, and in `stderr.txt` what a person sees.
//!
//! `BELLWIRE_GOLDEN='<glob>' cargo test --test golden` rewrites what the cases that match expect, and fails, so that
//! nobody takes a rewriting run for a passing one. The diff in git is the review.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use bellwire_build::config::Config;
use bellwire_build::diagnostic::{Code, code};
use bellwire_build::output::{self, MANIFEST, Output};
use bellwire_build::{compile_config, generate};

const CASES: &str = "tests/golden";
const ERRORS: &str = "tests/golden/errors";

#[test]
fn generates_what_is_expected() {
    run_all(
        &folders(CASES, |folder| folder != Path::new(ERRORS)),
        |case| {
            let outputs = generate_case(case)?;
            if generate_case(case)?
                .iter()
                .zip(&outputs)
                .any(|(again, first)| again.tree != first.tree)
            {
                return Err("two runs differ".to_owned());
            }
            if is_refreshed(case) {
                return refresh(&outputs);
            }
            outputs.iter().try_for_each(no_extra_files)?;
            let plan = output::plan(&outputs).map_err(|error| error.to_string())?;
            if plan.is_empty() {
                Ok(())
            } else {
                Err(plain(&plan.diff()))
            }
        },
    );
}

#[test]
fn reports_what_is_expected() {
    run_all(&folders(ERRORS, Path::is_dir), |case| {
        let found = check_case(case)?;
        let expected = case.join("stderr.txt");
        if is_refreshed(case) {
            return refresh_file(&expected, &found);
        }
        let expected = fs::read_to_string(&expected).unwrap_or_default();
        if expected == found {
            Ok(())
        } else {
            Err(diff(&expected, &found))
        }
    });
}

/// A code that nobody has seen on a screen may say anything. Those that no schema and no configuration alone can bring
/// about are brought about in other tests; a file that its owner may not read is beyond a test that runs as root.
#[test]
fn every_code_has_a_case() {
    let shown = folders(ERRORS, Path::is_dir)
        .into_iter()
        .map(|case| case.join("stderr.txt"));
    let told = ["tests/cli.rs", "tests/faults.rs", "tests/output.rs"].map(PathBuf::from);
    let texts: Vec<_> = shown
        .chain(told)
        .map(|path| fs::read_to_string(path).unwrap_or_default())
        .collect();
    let is_seen = |code: &&Code| texts.iter().any(|text| text.contains(code.0));
    let unseen: Vec<_> = code::ALL
        .iter()
        .filter(|code| **code != code::FILE_UNREADABLE && !is_seen(code))
        .collect();
    assert!(unseen.is_empty(), "no case shows {unseen:?}");
}

/// Runs every case, and only then fails with all that is wrong.
fn run_all(cases: &[PathBuf], run: impl Fn(&Path) -> Result<(), String>) {
    assert!(!cases.is_empty(), "there is no case");
    let failed = |case: &PathBuf| {
        run(case)
            .err()
            .map(|error| format!("=== {}\n{error}", case.display()))
    };
    let failures: Vec<_> = cases.iter().filter_map(failed).collect();
    assert!(
        failures.is_empty(),
        "{}\n{} of {} cases failed; `make golden CASE=<glob>` takes over what is right",
        failures.join("\n"),
        failures.len(),
        cases.len()
    );
}

fn folders(parent: &str, is_case: impl Fn(&Path) -> bool) -> Vec<PathBuf> {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    let folders: BTreeSet<_> = entries
        .map(|entry| entry.path())
        .filter(|path| is_case(path))
        .collect();
    folders.into_iter().collect()
}

/// Whether the run is to rewrite what this case expects.
fn is_refreshed(case: &Path) -> bool {
    let Ok(glob) = std::env::var("BELLWIRE_GOLDEN") else {
        return false;
    };
    let glob =
        glob::Pattern::new(&glob).unwrap_or_else(|error| panic!("BELLWIRE_GOLDEN={glob}: {error}"));
    case.strip_prefix(CASES)
        .is_ok_and(|name| glob.matches_path(name))
}

fn generate_case(case: &Path) -> Result<Vec<Output>, String> {
    let config = Config::read(&case.join("bellwire.yaml")).map_err(|report| report.plain())?;
    let compiled = compile_config(&config);
    if compiled.report.is_empty() {
        Ok(generate(&compiled.schema, &config))
    } else {
        Err(compiled.report.plain())
    }
}

/// An output folder holds what the case generates and nothing else, be it in a manifest or not.
fn no_extra_files(output: &Output) -> Result<(), String> {
    match extra_files(output).first() {
        Some(path) => Err(format!("extra: {}", path.display())),
        None => Ok(()),
    }
}

fn extra_files(Output { root, tree }: &Output) -> Vec<PathBuf> {
    let expected: BTreeSet<_> = tree.keys().map(|path| root.join(path)).collect();
    let manifest = (!tree.is_empty()).then(|| root.join(MANIFEST));
    let files = files_under(root).into_iter();
    files
        .filter(|file| !expected.contains(file) && Some(file) != manifest.as_ref())
        .collect()
}

fn files_under(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path());
    entries
        .flat_map(|path| {
            if path.is_dir() {
                files_under(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

fn refresh(outputs: &[Output]) -> Result<(), String> {
    let fail = |error: &dyn std::error::Error| error.to_string();
    for extra in outputs.iter().flat_map(extra_files) {
        fs::remove_file(&extra).map_err(|error| fail(&error))?;
    }
    let plan = output::plan(outputs).map_err(|error| fail(&error))?;
    let written = output::write(&plan).map_err(|error| fail(&error))?;
    Err(format!(
        "rewritten: {} written, {} unchanged",
        written.written, written.unchanged
    ))
}

fn refresh_file(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|error| error.to_string())?;
    Err("rewritten".to_owned())
}

/// What `bellwire check` says in the folder of a case: about its configuration, or where it has none, about all of
/// its schemas.
fn check_case(case: &Path) -> Result<String, String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bellwire"));
    command.current_dir(case).args(["check", "--color=never"]);
    if !case.join("bellwire.yaml").is_file() {
        let files: BTreeSet<_> = files_under(case)
            .into_iter()
            .filter(|file| file.extension().is_some_and(|ext| ext == "proto"))
            .collect();
        command.args(files.iter().filter_map(|file| file.strip_prefix(case).ok()));
    }
    let output = command.output().map_err(|error| error.to_string())?;
    if output.status.success() {
        return Err("nothing was found".to_owned());
    }
    String::from_utf8(output.stderr).map_err(|error| error.to_string())
}

/// Without colours.
fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

fn diff(expected: &str, found: &str) -> String {
    similar::TextDiff::from_lines(expected, found)
        .unified_diff()
        .header("expected", "found")
        .to_string()
}
