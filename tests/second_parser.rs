//! Every schema of the repository through both parsers: they must agree on every descriptor, but for what is listed here.
#![cfg(feature = "protobuf-parse")]

use std::path::{Path, PathBuf};

use bellwire_build::config::Parser;
use bellwire_build::diagnostic::Report;
use bellwire_build::load::{self, Inputs};
use prost::Message as _;
use prost_reflect::text_format::FormatOptions;
use prost_reflect::{DescriptorPool, DynamicMessage};
use prost_types::FileDescriptorProto;
use similar::{ChangeTag, TextDiff};

/// Folders from which schemas import.
const ROOTS: [&str; 6] = [
    "schemas",
    "examples/notes/schemas",
    "runtime/rust/tests/schemas",
    "runtime/dart/test/schemas",
    "runtime/ts/test/schemas",
    "tests/golden/*/schemas",
];

/// Where they differ, one by one: lines of protox's descriptor begin with `-`, those of protobuf-parse's with `+`.
const DIFFERENCES: &str = include_str!("second_parser.txt");

#[test]
fn the_parsers_agree() {
    let roots: Vec<PathBuf> = ROOTS
        .iter()
        .flat_map(|root| glob::glob(root).expect("a pattern").flatten())
        .collect();
    let mut found = String::new();
    let mut compared = 0;
    for root in &roots {
        for name in names(root) {
            let first = read(root, &name, Parser::Protox);
            let second = read(root, &name, Parser::ProtobufParse);
            compared += 1;
            let different = match (&first, &second) {
                (Ok(_), Err(said)) => format!("+ {said}\n"),
                (Ok(text) | Err(text), Ok(other) | Err(other)) => differences(text, other),
            };
            if !different.is_empty() {
                found += &format!("{}\n{different}\n", root.join(&name).display());
            }
        }
    }
    assert!(compared > 50, "the schemas are there: {compared}");
    let lines = |text: &str| -> Vec<String> {
        let lines = text
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'));
        lines.map(str::to_owned).collect()
    };
    assert!(
        lines(&found) == lines(DIFFERENCES),
        "the differences are:\n{found}"
    );
}

/// The lines that are not the same.
fn differences(first: &str, second: &str) -> String {
    let diff = TextDiff::from_lines(first, second);
    let changed = diff
        .iter_all_changes()
        .filter(|change| change.tag() != ChangeTag::Equal);
    changed
        .map(|change| format!("{}{}\n", change.tag(), change.value().trim_end()))
        .collect()
}

/// The import names of the schemas under a root.
fn names(root: &Path) -> Vec<String> {
    let pattern = root.join("**/*.proto");
    let paths = glob::glob(pattern.to_str().expect("UTF-8"))
        .expect("a pattern")
        .flatten();
    let name = |path: PathBuf| {
        path.strip_prefix(root)
            .ok()
            .map(|name| name.display().to_string())
    };
    paths.filter_map(name).collect()
}

/// The file's descriptor for a person to compare, or what was found.
fn read(root: &Path, name: &str, parser: Parser) -> Result<String, String> {
    let inputs = Inputs {
        roots: vec![root.to_owned(), "schemas".into()],
        files: vec![name.to_owned()],
        parser,
    };
    let mut report = Report::default();
    let loaded = load::load(&inputs, &mut report);
    if let Some(error) = report.diagnostics.first().filter(|_| report.has_errors()) {
        let said = error.labels.first().map(|label| label.text.clone());
        return Err(said.unwrap_or_default());
    }
    let mut pool = DescriptorPool::new();
    let mut own = Vec::new();
    for descriptor in loaded.descriptors() {
        pool.decode_file_descriptor_proto(descriptor.as_slice())
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let file = FileDescriptorProto::decode(descriptor.as_slice()).expect("a descriptor");
        if file.name() == name {
            own = descriptor;
        }
    }
    assert!(!own.is_empty(), "{name} has a descriptor");
    Ok(shown(&pool, &own))
}

/// As text, custom options included; without positions, which only one parser knows.
fn shown(pool: &DescriptorPool, descriptor: &[u8]) -> String {
    match pool.get_message_by_name("google.protobuf.FileDescriptorProto") {
        Some(of_files) => {
            let mut file = DynamicMessage::decode(of_files, descriptor).expect("a descriptor");
            file.clear_field_by_name("source_code_info");
            file.to_text_format_with_options(&FormatOptions::new().pretty(true))
        }
        None => {
            let mut file = FileDescriptorProto::decode(descriptor).expect("a descriptor");
            file.source_code_info = None;
            format!("{file:#?}")
        }
    }
}
