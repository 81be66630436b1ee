//! Takes whatever bytes there are through the compiler, and checks what must hold all the same. The tests and the fuzz
//! targets share it.

use std::fs;
use std::path::{Component, Path};

use bellwire_build::config::{Config, DartTarget, RustTarget, TypeScriptTarget};
use bellwire_build::diagnostic::Report;
use bellwire_build::output::{self, MANIFEST, Output};
use bellwire_build::{Compiled, compile_config, compile_files, generate};

/// Begins the line that names the next file of a seed with several; the first is `a.proto`.
const NEXT: &str = "\n=== ";

/// A drive by the name of its fuzz target.
pub type Drive = fn(&[u8]);

/// What is fuzzed.
pub const DRIVES: [(&str, Drive); 4] = [
    ("schema", schema),
    ("options", options),
    ("config", config),
    ("manifest", manifest),
];

/// Schemas: the whole compiler, and what passes it is generated in every language.
pub fn schema(data: &[u8]) {
    let folder = folder();
    let names = write_files(folder.path(), data);
    let (compiled, config) = compile(folder.path(), names);
    if !compiled.report.has_errors() {
        generate(&compiled.schema, &config);
    }
    show(&compiled.report);
}

/// The value of an option, in every place that has options.
pub fn options(data: &[u8]) {
    let value = String::from_utf8_lossy(data);
    let folder = folder();
    let text = include_str!("options.proto").replace("VALUE", &value);
    write(folder.path(), "a.proto", text.as_bytes());
    let (compiled, _) = compile(folder.path(), vec!["a.proto".to_owned()]);
    show(&compiled.report);
}

const SCHEMA: &[u8] = b"syntax = \"proto3\"; package a.v1; message Thing {} service Things { rpc Get(Thing) returns (Thing); }";

/// A `bellwire.yaml` beside a schema.
pub fn config(data: &[u8]) {
    let folder = folder();
    let path = folder.path().join("bellwire.yaml");
    write(folder.path(), "bellwire.yaml", data);
    write(folder.path(), "schemas/a.proto", SCHEMA);
    match Config::read(&path) {
        Err(report) => show(&report),
        // Roots may be any folders of the machine; these tests stay in theirs.
        Ok(config)
            if config
                .roots
                .iter()
                .all(|root| is_inside(root, folder.path())) =>
        {
            let compiled = compile_config(&config);
            if !compiled.report.has_errors() {
                generate(&compiled.schema, &config);
            }
            show(&compiled.report);
        }
        Ok(config) => drop(config.check()),
    }
}

/// The manifest of an output folder: whatever it names, only what lies in the folder goes.
pub fn manifest(data: &[u8]) {
    let folder = folder();
    let root = folder.path().join("out");
    write(folder.path(), "outside.txt", b"kept");
    write(folder.path(), "out/mine.txt", b"mine");
    write(folder.path(), &format!("out/{MANIFEST}"), data);
    let tree = [("made/new.txt".to_owned(), "new".to_owned())].into();
    let plan = output::plan(&[Output { root, tree }]);
    if let Ok(plan) = plan {
        plan.diff();
        if output::write(&plan).is_ok() {
            let made = fs::read(folder.path().join("out/made/new.txt"));
            assert_eq!(made.expect("it was made"), b"new");
        }
    }
    let outside = fs::read(folder.path().join("outside.txt"));
    assert_eq!(outside.expect("it is kept"), b"kept");
}

fn compile(folder: &Path, names: Vec<String>) -> (Compiled, Config) {
    let config = Config {
        roots: vec![folder.to_owned()],
        rust: vec![RustTarget {
            out: "rust".into(),
            ..RustTarget::default()
        }],
        typescript: vec![TypeScriptTarget {
            out: "typescript".into(),
            json_types: true,
            ..TypeScriptTarget::default()
        }],
        dart: vec![DartTarget { out: "dart".into() }],
        ..Config::default()
    };
    (compile_files(&config, names, Report::default()), config)
}

/// Every rendering of what was found.
fn show(report: &Report) {
    report.plain();
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn write(folder: &Path, path: &str, bytes: &[u8]) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().expect("a parent")).expect("the folder is writable");
    fs::write(path, bytes).expect("the folder is writable");
}

/// Writes the files of a seed and gives their names.
fn write_files(folder: &Path, data: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = data;
    let mut name = "a.proto".to_owned();
    loop {
        let end = rest
            .windows(NEXT.len())
            .position(|window| window == NEXT.as_bytes());
        write(folder, &name, &rest[..end.unwrap_or(rest.len())]);
        names.push(name);
        let Some(end) = end else { return names };
        rest = &rest[end + NEXT.len()..];
        let line = rest.iter().position(|byte| *byte == b'\n').unwrap_or(0);
        name = String::from_utf8_lossy(&rest[..line]).into_owned();
        rest = &rest[line..];
        if names.len() == 4 || names.contains(&name) || !is_name(&name) {
            return names;
        }
    }
}

/// What a seed may call a file: `b/c.proto`.
fn is_name(name: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    };
    name.strip_suffix(".proto")
        .is_some_and(|stem| stem.len() < 40 && stem.split('/').all(is_part))
}

fn is_inside(root: &Path, folder: &Path) -> bool {
    root.strip_prefix(folder).is_ok_and(|inside| {
        inside
            .components()
            .all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
    })
}
