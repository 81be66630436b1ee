//! One file's text to its descriptor. This and `link` are all that knows the parsing engine.

use std::sync::Arc;

use rayon::prelude::*;

use super::tokens::{Token, TokenKind, tokens};
use super::{LoadedFile, blocks, canonical, hashes, octals, oneofs, recover};
use crate::diagnostic::{Diagnostic, Label, Source, code};

/// How deeply brackets may be nested: the parser works by recursion, and schemas do not come near.
const MAX_DEPTH: usize = 100;

/// Parses each file that is not parsed yet, many at a time, and gives them back in their order.
pub fn parse_all(files: Vec<LoadedFile>) -> Vec<(LoadedFile, Vec<Diagnostic>)> {
    files.into_par_iter().map(parse_file).collect()
}

/// Files as they were before they were linked. What is wrong with them is known.
pub fn again(files: &[LoadedFile]) -> Vec<LoadedFile> {
    let fresh = |file: &LoadedFile| parse_file(file.unparsed()).0;
    files.par_iter().map(fresh).collect()
}

fn parse_file(mut file: LoadedFile) -> (LoadedFile, Vec<Diagnostic>) {
    if let Some(parsed) = &file.parsed {
        file.imports = parsed.dependency.clone();
        return (file, Vec::new());
    }
    let words = match words(&file.source) {
        Ok(words) => words,
        Err(diagnostic) => return (file, vec![diagnostic]),
    };
    let recover::Parsed {
        descriptor,
        mut found,
        lost,
    } = recover::parse(&file.path, &file.source);
    if let Some(mut descriptor) = descriptor {
        canonical::canonicalize(&mut descriptor, &file.source);
        oneofs::name(&mut descriptor);
        file.imports = descriptor.dependency.clone();
        file.parsed = Some(Arc::new(descriptor));
        found.extend(blocks::check(&file.source, &words));
        found.extend(octals::check(&file.source, &words));
        found.extend(hashes::check(&file.source));
    }
    file.lost = lost;
    (file, found)
}

/// The words of a file; or what is wrong with one that no parser is to see.
pub fn words(source: &Arc<Source>) -> Result<Vec<Token>, Diagnostic> {
    let mut words = Vec::new();
    let mut depth = 0_usize;
    for token in tokens(source.text()) {
        if words.is_empty() && &source.text()[token.span.clone()] == "edition" {
            return Err(edition(source, &token));
        }
        match token.kind {
            TokenKind::Symbol('{' | '[' | '<' | '(') => depth += 1,
            TokenKind::Symbol('}' | ']' | '>' | ')') => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Err(too_deep(source, &token));
        }
        words.push(token);
    }
    Ok(words)
}

/// A file of an edition: one finding says it all.
fn edition(source: &Arc<Source>, word: &Token) -> Diagnostic {
    Diagnostic::error(
        code::SYNTAX_EDITION,
        "this file is written in an edition of protobuf",
    )
    .at(Label::new(source, word.span.clone(), "not supported"))
    .help(
        "Bellwire reads proto3 and proto2: write `syntax = \"proto3\";` and leave `features` away",
    )
}

/// The first bracket that is nested too deeply.
fn too_deep(source: &Arc<Source>, bracket: &Token) -> Diagnostic {
    Diagnostic::error(
        code::SYNTAX_TOO_DEEP,
        format!("brackets are nested more than {MAX_DEPTH} levels deep"),
    )
    .at(Label::new(
        source,
        bracket.span.clone(),
        "one level too many",
    ))
    .help("flatten the schema: no message or option value needs this many levels")
}
