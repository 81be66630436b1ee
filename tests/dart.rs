//! What is generated for Dart compiles and works, on a real Dart VM: `tools/dart` provides one.
//!
//! The programs that run are under `tests/dart`. The well-known types that the Dart package carries are generated here:
//! `BELLWIRE_GOLDEN=well_known cargo test --test dart` rewrites them, and fails, as the golden cases do.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use bellwire_build::{compile, generate};

const TEMPORARY: &str = env!("CARGO_TARGET_TMPDIR");
const RUNTIME: &str = "runtime/dart/lib";

#[test]
fn everything_generated_compiles() {
    let entry = umbrella("umbrella.dart");
    if has_dart() {
        tool("tools/dart/check", &[&entry]);
        tool(
            "tools/dart/check",
            &[Path::new("runtime/dart/example/main.dart")],
        );
    }
}

/// An SDK compiles it. A VM alone has no libraries of the web; there only the types of what needs them are checked, with
/// a stand-in for `dart:js_interop`.
#[test]
fn what_is_for_the_web_compiles() {
    if !has_dart() {
        return;
    }
    if Path::new(".tools/dart/sdk").exists() {
        let program = Path::new(TEMPORARY).join("web.js");
        tool(
            "tools/dart/compile_web",
            &[Path::new("tests/dart/web.dart"), &program],
        );
        return;
    }
    let stand_in = fs::canonicalize("tests/dart/js_interop.dart").expect("the stand-in");
    let mut files = dart_files(Path::new(RUNTIME));
    files.retain(|file| is_for_the_web(file));
    assert!(!files.is_empty(), "nothing is for the web");
    for file in files {
        let folder = file.strip_prefix(RUNTIME).ok().and_then(Path::parent);
        let package = format!("package:bellwire/{}", folder.expect("a folder").display());
        let text: String = read(&file)
            .lines()
            .map(|line| match line.strip_prefix("import '") {
                Some("dart:js_interop';") => format!("import '{}';\n", stand_in.display()),
                Some(uri) if !uri.contains(':') => format!("import '{package}/{uri}\n"),
                _ => format!("{line}\n"),
            })
            .collect();
        let copy = Path::new(TEMPORARY).join("for_the_web.dart");
        fs::write(&copy, text + "void main() {}\n").expect("the temporary folder can be written");
        tool("tools/dart/check", &[&copy]);
    }
}

#[test]
fn everything_is_laid_out_as_dart_format_does() {
    let mut files = generated();
    for folder in ["runtime/dart", "tests/dart"] {
        files.extend(dart_files(Path::new(folder)));
    }
    let mut command = Command::new("tools/dart/format");
    let output = command.arg("--check").args(&files).output();
    let output = output.unwrap_or_else(|error| panic!("tools/dart/format: {error}"));
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    match output.status.code() {
        Some(0) => {}
        Some(3) => skip(said.trim()),
        _ => panic!("{said}"),
    }
}

#[test]
fn programs_run() {
    if has_dart() {
        let program = Path::new(TEMPORARY).join("programs.dill");
        tool(
            "tools/dart/compile",
            &[Path::new("tests/dart/main.dart"), &program],
        );
        tool("tools/dart/run", &[&program]);
        tool(
            "tools/dart/run",
            &[Path::new("examples/notes/dart/test/main_test.dart")],
        );
    }
}

/// What they have in common is declared in `tests/dart/protobuf`, to be checked against anywhere. Pub has the packages
/// themselves, where there is an SDK; without one, `tools/dart/versions` takes folders of them.
#[test]
fn every_version_of_protobuf_will_do() {
    if !has_dart() {
        return;
    }
    let entry = umbrella("shared_umbrella.dart");
    let packages = Path::new(TEMPORARY).join("shared_package_config.json");
    let script = Path::new("tools/dart/with_protobuf.mjs");
    tool(
        "node",
        &[script, Path::new("tests/dart/protobuf"), &packages],
    );
    succeeds(
        Command::new("tools/dart/check")
            .arg(entry)
            .env("BELLWIRE_DART_PACKAGES", packages),
    );
    if Path::new(".tools/dart/sdk").exists() {
        tool("tools/dart/versions", &[]);
    }
}

#[test]
fn well_known_types_are_current() {
    let schema = compile(&[PathBuf::from("tests/dart")], &["well_known.proto"])
        .unwrap_or_else(|report| panic!("{}", report.plain()));
    let refresh = std::env::var("BELLWIRE_GOLDEN").is_ok_and(|case| case == "well_known");
    for (path, text) in generate::dart::generate_well_known(&schema) {
        let file = Path::new("runtime/dart/lib").join(&path);
        if refresh {
            fs::create_dir_all(file.parent().expect("a folder")).expect("the folder can be made");
            fs::write(&file, &text).expect("the file can be written");
        }
        let found = fs::read_to_string(&file).unwrap_or_default();
        assert!(found == text, "{path} is not what is generated");
    }
    assert!(!refresh, "rewritten");
}

/// Writes a program that imports all that is generated, and all of the package that is not for the web alone.
fn umbrella(name: &str) -> PathBuf {
    let mut umbrella = String::new();
    for (index, file) in generated().iter().enumerate() {
        let path = fs::canonicalize(file).expect("the file was just found");
        let _ = writeln!(umbrella, "import '{}' as f{index};", path.display());
    }
    let mut runtime = dart_files(Path::new(RUNTIME));
    runtime.retain(|file| !is_for_the_web(file));
    for (index, file) in runtime.iter().enumerate() {
        let path = file.strip_prefix(RUNTIME).unwrap_or(file);
        let _ = writeln!(
            umbrella,
            "import 'package:bellwire/{}' as r{index};",
            path.display()
        );
    }
    let benchmark = fs::canonicalize("runtime/dart/benchmark/ffi.dart").expect("it is there");
    let _ = writeln!(umbrella, "import '{}' as b;", benchmark.display());
    umbrella += "void main() {}\n";
    let entry = Path::new(TEMPORARY).join(name);
    fs::write(&entry, umbrella).expect("the temporary folder can be written");
    entry
}

/// What the golden cases and the example have in Dart.
fn generated() -> Vec<PathBuf> {
    let mut cases = entries(Path::new("tests/golden"));
    cases.retain(|case| case.join("bellwire.yaml").is_file());
    let mut files: Vec<PathBuf> = cases
        .iter()
        .flat_map(|case| dart_files(&case.join("dart")))
        .collect();
    assert!(!files.is_empty(), "no case has Dart");
    files.extend(dart_files(Path::new("examples/notes/dart")));
    files
}

fn is_for_the_web(file: &Path) -> bool {
    read(file).contains("import 'dart:js_interop")
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// Runs a tool that is expected to succeed.
fn tool(tool: &str, arguments: &[&Path]) {
    succeeds(Command::new(tool).args(arguments));
}

fn succeeds(command: &mut Command) {
    let output = command.output();
    let output = output.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(
        output.status.success(),
        "{command:?} failed:\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Whether there is a Dart to check with; skips the test where there is none.
fn has_dart() -> bool {
    static FOUND: OnceLock<Result<(), String>> = OnceLock::new();
    let found = FOUND.get_or_init(|| {
        let output = Command::new("tools/dart/setup")
            .output()
            .map_err(|error| error.to_string())?;
        if output.status.success() {
            Ok(())
        } else {
            Err(String::from_utf8_lossy(&output.stderr).trim().to_owned())
        }
    });
    found.as_ref().map_err(|reason| skip(reason)).is_ok()
}

/// Says why something could not be checked, which continuous integration does not allow.
fn skip(reason: &str) {
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{reason}");
    // Not `eprintln!`, which a passing test swallows.
    let _ = writeln!(std::io::stderr(), "SKIPPED: {reason}");
}

fn dart_files(folder: &Path) -> Vec<PathBuf> {
    let nested = |path: PathBuf| {
        if path.is_dir() {
            dart_files(&path)
        } else {
            vec![path]
        }
    };
    let mut files: Vec<PathBuf> = entries(folder).into_iter().flat_map(nested).collect();
    files.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "dart")
    });
    files
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}
