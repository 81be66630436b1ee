//! Whatever a schema says: either there is a finding, or what is generated compiles in all three languages.
//!
//! Schemas out of chance, many at a time, so that every compiler starts once. `BELLWIRE_GENERATED=<count>` makes more of
//! them and `BELLWIRE_GENERATED_SEED=<number>` others; those of a run that failed stay in the temporary folder that it
//! names.

#[path = "../typescript/node.rs"]
mod node;
mod schema;
mod words;
#[path = "../typescript/workspace.rs"]
#[allow(dead_code)]
mod workspace;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use bellwire_build::config::{Config, DartTarget, RustTarget, TypeScriptTarget};
use bellwire_build::output::{Output, Tree};
use bellwire_build::schema::{Delivery, MessageId, Schema};
use bellwire_build::{compile_config, generate};
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use schema::Written;

/// So many without a finding are compiled where nothing else is asked for.
const COUNT: usize = 60;

fn number(name: &str, otherwise: usize) -> usize {
    let given = std::env::var(name).ok();
    given.map_or(otherwise, |text| {
        text.parse()
            .unwrap_or_else(|error| panic!("{name}: {error}"))
    })
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("generated")
}

#[test]
fn a_schema_has_findings_or_compiles_everywhere() {
    let count = number("BELLWIRE_GENERATED", COUNT);
    let seed = number("BELLWIRE_GENERATED_SEED", 1);
    let _ = fs::remove_dir_all(root());
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&(seed as u64).to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Default::default(), rng);
    let strategy = schema::schema();
    let (mut outputs, mut refused) = (Vec::new(), 0);
    while outputs.len() < count {
        let schema = strategy.new_tree(&mut runner).expect("a schema").current();
        let folder = root().join(format!("schemas/p{}", outputs.len()));
        match compile(&folder, &schema.write()) {
            Some(output) => outputs.push(output),
            None => refused += 1,
        }
        assert!(
            refused < 20 * count,
            "hardly any schema is without a finding"
        );
    }
    assert!(refused > 0 || count < COUNT, "no schema had a finding");
    println!(
        "{count} compile, {refused} have findings: {}",
        root().display()
    );
    check_rust(&outputs);
    check_typescript(&outputs);
    check_dart(&outputs);
}

/// What is generated for a schema in all three languages; None where something was found.
fn compile(folder: &Path, written: &Written) -> Option<[Tree; 3]> {
    let Written { text, values } = written;
    fs::create_dir_all(folder).expect("a folder");
    fs::write(folder.join("a.proto"), text).expect("a file");
    let out = |name: &str| folder.join(name);
    let config = Config {
        roots: vec![folder.to_owned()],
        schemas: vec!["a.proto".to_owned()],
        rust: vec![RustTarget {
            out: out("rust"),
            packages: Vec::new(),
            extern_paths: Default::default(),
            violations: None,
        }],
        typescript: vec![TypeScriptTarget {
            out: out("ts"),
            import_extension: Default::default(),
            json_types: true,
            erasable_syntax: false,
            elide_option_imports: true,
        }],
        dart: vec![DartTarget { out: out("dart") }],
        ..Config::default()
    };
    let compiled = compile_config(&config);
    if compiled.report.has_errors() {
        for diagnostic in &compiled.report.diagnostics {
            assert!(
                !diagnostic.labels.is_empty(),
                "{text}\n{}",
                compiled.report.plain()
            );
        }
        return None;
    }
    check_groups(&compiled.schema, values);
    let outputs = generate(&compiled.schema, &config);
    let trees: Vec<Tree> = outputs
        .into_iter()
        .map(|Output { tree, .. }| tree)
        .collect();
    trees.try_into().ok()
}

/// Every event and notification is what stands behind its own value.
fn check_groups(schema: &Schema, values: &BTreeMap<String, String>) {
    let named = |option: &str, message: Option<MessageId>| {
        message.map(|id| format!("{option}: \".{}\"", schema[id].full_name))
    };
    let mut seen = 0;
    let mut check = |group: &str, value: &str, said: &[Option<String>]| {
        let stands = &values[&format!("{group}/{value}")];
        let inner = stands.split_once("= {").expect("options").1;
        let stands = inner.trim_end_matches("}]").trim().to_owned();
        let said: Vec<&str> = said.iter().flatten().map(String::as_str).collect();
        assert_eq!(said.join(", "), stands, "{group}/{value}");
        seen += 1;
    };
    for group in &schema.event_groups {
        for event in &group.events {
            let said = [
                named("input", event.input),
                named("output", event.output),
                event
                    .timeout
                    .map(|it| format!("timeout: \"{}s\"", it.as_secs())),
                event.stream.then(|| "stream: true".to_owned()),
            ];
            check(&group.full_name, &event.source_name, &said);
        }
    }
    for group in &schema.notification_groups {
        for one in &group.notifications {
            let delivery = match one.delivery {
                Delivery::Every => "EVERY",
                Delivery::Latest => "LATEST",
            };
            let said = [
                named("payload", one.payload),
                Some(format!("keyed: {}", one.keyed)),
                Some(format!("delivery: {delivery}")),
            ];
            check(&group.full_name, &one.source_name, &said);
        }
    }
    assert_eq!(
        seen,
        values.values().filter(|said| !said.is_empty()).count()
    );
}

fn write(folder: &Path, tree: &Tree) {
    for (path, text) in tree {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
}

const MANIFEST: &str = r#"
[package]
name = "generated"
version = "0.1.0"
edition = "2024"

[dependencies]
bellwire = { path = "ROOT/runtime/rust" }
prost = "0.14"

[workspace]
"#;

/// A crate with a module for each, built by cargo.
fn check_rust(outputs: &[[Tree; 3]]) {
    let (folder, repository) = (root().join("rust"), env!("CARGO_MANIFEST_DIR"));
    let mut lib = "#![deny(warnings)]\n".to_owned();
    for (index, [rust, ..]) in outputs.iter().enumerate() {
        write(&folder.join(format!("src/p{index}")), rust);
        let _ = writeln!(lib, "pub mod p{index};");
    }
    fs::write(folder.join("src/lib.rs"), lib).expect("a file");
    fs::write(
        folder.join("Cargo.toml"),
        MANIFEST.replace("ROOT", repository),
    )
    .expect("a file");
    fs::copy(
        Path::new(repository).join("Cargo.lock"),
        folder.join("Cargo.lock"),
    )
    .expect("a copy");
    let mut command = Command::new(env!("CARGO"));
    command.args(["check", "--offline", "--color=never", "--quiet"]);
    // That of tests/build_script.rs: what it depends on is compiled once.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("build_script/target");
    command.arg("--target-dir").arg(target).current_dir(&folder);
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if name.starts_with("CARGO_") && name != "CARGO_HOME" || name == "RUSTFLAGS" {
            command.env_remove(name);
        }
    }
    let output = command.output().expect("cargo runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}

fn check_typescript(outputs: &[[Tree; 3]]) {
    let Some(node) = node::ready() else { return };
    let with_clients = node::runtime_is_built();
    let workspace = workspace::Workspace::new("generated");
    for (index, [_, typescript, _]) in outputs.iter().enumerate() {
        let mut tree = typescript.clone();
        tree.retain(|path, _| with_clients || path.ends_with("_pb.ts"));
        workspace.add(&format!("p{index}"), &tree);
    }
    workspace.compile(&node, workspace::BUNDLER);
}

/// One program that imports it all.
fn check_dart(outputs: &[[Tree; 3]]) {
    let setup = Command::new("tools/dart/setup")
        .output()
        .expect("tools/dart/setup");
    if !setup.status.success() {
        return node::skip(String::from_utf8_lossy(&setup.stderr).trim());
    }
    let folder = root().join("dart");
    let mut umbrella = String::new();
    for (index, [.., dart]) in outputs.iter().enumerate() {
        write(&folder.join(format!("p{index}")), dart);
        for path in dart.keys().filter(|path| path.ends_with(".dart")) {
            let prefix = umbrella.len();
            let _ = writeln!(umbrella, "import 'p{index}/{path}' as f{prefix};");
        }
    }
    let entry = folder.join("umbrella.dart");
    fs::write(&entry, umbrella + "void main() {}\n").expect("a file");
    let output = Command::new("tools/dart/check")
        .arg(&entry)
        .output()
        .expect("tools/dart/check");
    let said = [output.stdout, output.stderr].concat();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&said)
    );
}
