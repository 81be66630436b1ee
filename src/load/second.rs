//! The second parser, protobuf-parse: another implementation of the language, for a second opinion.
//!
//! It gives linked descriptors, of the whole set at once, without positions and comments, and stops at its first error.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::panic;
use std::sync::Arc;

use prost::Message as _;
use prost_types::FileDescriptorProto;
use protobuf::Message as _;
use protobuf_parse::Parser;

use super::LoadedFile;
use super::parse;
use crate::diagnostic::{Diagnostic, Label, Report, Source, code};

/// What it was asked to do and could not.
const HELP: &str = "this is what the parser protobuf-parse says; take `parser` out of the configuration to ask protox";

/// Finds out what each file imports.
pub fn read_imports(files: Vec<LoadedFile>) -> Vec<(LoadedFile, Vec<Diagnostic>)> {
    let read = |mut file: LoadedFile| {
        if let Some(parsed) = &file.parsed {
            file.imports = parsed.dependency.clone();
            return (file, Vec::new());
        }
        let found = match parse::words(&file.source) {
            Err(diagnostic) => Some(diagnostic),
            Ok(_) => match dependencies(file.source.text()) {
                Ok(imports) => {
                    file.imports = imports;
                    file.lost.clear();
                    file.parsed = Some(Arc::default());
                    None
                }
                Err(said) => Some(diagnostic(&file.source, &said)),
            },
        };
        (file, found.into_iter().collect())
    };
    files.into_iter().map(read).collect()
}

fn dependencies(text: &str) -> Result<Vec<String>, String> {
    let parsed = panic::catch_unwind(|| protobuf_parse::pure::parse_dependencies(text));
    match parsed {
        Ok(Ok(parsed)) => Ok(parsed.dependency),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err("it panicked".to_owned()),
    }
}

/// Parses and links all files. `files` are in dependency order, and none imports itself in a circle.
pub fn parse(files: &mut [LoadedFile], report: &mut Report) {
    let texts = files.iter().filter(|file| !file.source.text().is_empty());
    let texts: BTreeMap<String, Arc<Source>> = texts
        .map(|file| (file.path.clone(), Arc::clone(&file.source)))
        .collect();
    let mut parsed = match parse_texts(&texts) {
        Ok(parsed) => parsed,
        Err(said) => {
            let source = texts
                .iter()
                .find(|(path, _)| said.contains(&format!("`{path}`")))
                .or(texts.first_key_value());
            if let Some((_, source)) = source {
                report.push(diagnostic(source, &said));
            }
            BTreeMap::new()
        }
    };
    for file in files.iter_mut() {
        if let Some(bytes) = parsed.remove(&file.path) {
            file.parsed = FileDescriptorProto::decode(bytes.as_slice())
                .ok()
                .map(Arc::new);
            file.encoded = Some(bytes);
        } else if texts.contains_key(&file.path) {
            file.parsed = None;
        }
    }
}

/// The encoded descriptor of every file, or what the parser says. It reads from the disk alone.
fn parse_texts(texts: &BTreeMap<String, Arc<Source>>) -> Result<BTreeMap<String, Vec<u8>>, String> {
    let said = |error: io::Error| error.to_string();
    let folder = tempfile::tempdir().map_err(said)?;
    let mut parser = Parser::new();
    parser.pure().include(folder.path());
    for (path, source) in texts {
        let path = folder.path().join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(said)?;
        }
        fs::write(&path, source.text()).map_err(said)?;
        parser.input(path);
    }
    let parsed = panic::catch_unwind(panic::AssertUnwindSafe(|| parser.parse_and_typecheck()));
    let parsed = match parsed {
        Ok(parsed) => parsed.map_err(|error| {
            let folder = format!("{}/", folder.path().display());
            format!("{error:#}").replace(&folder, "")
        })?,
        Err(_) => return Err("it panicked".to_owned()),
    };
    let encode = |mut file: protobuf::descriptor::FileDescriptorProto| {
        file.source_code_info.clear();
        let bytes = file.write_to_bytes().map_err(|error| error.to_string())?;
        Ok((file.name().to_owned(), bytes))
    };
    parsed.file_descriptors.into_iter().map(encode).collect()
}

/// What it says, at the line and column that it says.
fn diagnostic(source: &Arc<Source>, said: &str) -> Diagnostic {
    let place = said.rsplit("at ").find_map(|rest| {
        let (line, rest) = rest.split_once(':')?;
        let column = rest.split(':').next()?;
        let zero = |number: &str| number.parse::<usize>().ok()?.checked_sub(1);
        Some(source.offset(zero(line)?, zero(column)?))
    });
    let place = place.unwrap_or(0);
    Diagnostic::error(code::SYNTAX, "this schema cannot be parsed")
        .at(Label::new(source, place..place + 1, said))
        .help(HELP)
}
