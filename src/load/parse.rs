//! One file's text to its descriptor. This and `link` are all that knows the parsing engine.

use std::sync::Arc;
use std::thread;

use super::repair::Repaired;
use super::tokens::{TokenKind, tokens};
use super::{LoadedFile, blocks, canonical, syntax};
use crate::diagnostic::{Diagnostic, Label, Source, code};

/// How deeply brackets may be nested: the parser works by recursion, and schemas do not come near.
const MAX_DEPTH: usize = 100;

/// So many missing semicolons are put in to find what else is wrong.
const MAX_ATTEMPTS: usize = 50;

/// So many files are parsed by one thread without another being worth its start.
const FILES_PER_THREAD: usize = 16;

/// Parses each file that is not parsed yet, many at a time, and gives them back in their order.
pub fn parse_all(files: Vec<LoadedFile>) -> Vec<(LoadedFile, Vec<Diagnostic>)> {
    let cores = thread::available_parallelism().map_or(1, |cores| cores.get());
    let share = files.len().div_ceil(cores).max(FILES_PER_THREAD);
    let mut shares: Vec<Vec<LoadedFile>> = Vec::new();
    let mut files = files.into_iter().peekable();
    while files.peek().is_some() {
        shares.push(files.by_ref().take(share).collect());
    }
    let parse_share =
        |share: Vec<LoadedFile>| share.into_iter().map(parse_file).collect::<Vec<_>>();
    if shares.len() <= 1 {
        return shares.into_iter().flat_map(parse_share).collect();
    }
    thread::scope(|scope| {
        let workers: Vec<_> = shares
            .into_iter()
            .map(|share| scope.spawn(move || parse_share(share)))
            .collect();
        workers
            .into_iter()
            .flat_map(|worker| {
                worker
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            })
            .collect()
    })
}

fn parse_file(mut file: LoadedFile) -> (LoadedFile, Vec<Diagnostic>) {
    if let Some(parsed) = &file.parsed {
        file.imports = parsed.dependency.clone();
        return (file, Vec::new());
    }
    let unreadable = edition(&file.source).or_else(|| too_deep(&file.source));
    if let Some(diagnostic) = unreadable {
        return (file, vec![diagnostic]);
    }
    let mut text = Repaired::new(file.source.text());
    let mut found: Vec<Diagnostic> = Vec::new();
    for _ in 0..MAX_ATTEMPTS {
        let error = match protox_parse::parse(&file.path, text.text()) {
            Ok(mut descriptor) => {
                text.restore(&mut descriptor, &file.source);
                canonical::canonicalize(&mut descriptor, &file.source);
                file.imports = descriptor.dependency.clone();
                file.parsed = Some(descriptor);
                found.extend(blocks::check(&file.source));
                break;
            }
            Err(error) => error,
        };
        let (mended, diagnostics) = syntax::convert(&error, &mut text, &file.source);
        for diagnostic in diagnostics {
            if !found.iter().any(|other| is_same(other, &diagnostic)) {
                found.push(diagnostic);
            }
        }
        if mended {
            continue;
        }
        match syntax::mend(&error, text.text()) {
            Some(mended) => text.replace(mended),
            None => break,
        }
    }
    (file, found)
}

fn is_same(a: &Diagnostic, b: &Diagnostic) -> bool {
    let place = |diagnostic: &Diagnostic| diagnostic.labels.first().map(|label| label.span.clone());
    a.message == b.message && place(a) == place(b)
}

/// A file of an edition: one finding says it all.
fn edition(source: &Arc<Source>) -> Option<Diagnostic> {
    let first = tokens(source.text()).next()?;
    if &source.text()[first.span.clone()] != "edition" {
        return None;
    }
    Some(
        Diagnostic::error(code::SYNTAX_EDITION, "this file is written in an edition of protobuf")
            .at(Label::new(source, first.span, "not supported"))
            .help("Bellwire reads proto3 and proto2: write `syntax = \"proto3\";` and leave `features` away"),
    )
}

/// The first bracket that is nested too deeply.
fn too_deep(source: &Arc<Source>) -> Option<Diagnostic> {
    let mut depth = 0_usize;
    for token in tokens(source.text()) {
        match token.kind {
            TokenKind::Symbol('{' | '[' | '<' | '(') => depth += 1,
            TokenKind::Symbol('}' | ']' | '>' | ')') => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Some(
                Diagnostic::error(
                    code::SYNTAX_TOO_DEEP,
                    format!("brackets are nested more than {MAX_DEPTH} levels deep"),
                )
                .at(Label::new(source, token.span, "one level too many"))
                .help("flatten the schema: no message or option value needs this many levels"),
            );
        }
    }
    None
}
