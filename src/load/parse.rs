//! One file's text to its descriptor. This and `link` are all that knows the parsing engine.

use std::borrow::Cow;
use std::sync::Arc;
use std::thread;

use super::tokens::{TokenKind, tokens};
use super::{LoadedFile, canonical, syntax};
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
    if let Some(diagnostic) = too_deep(&file.source) {
        return (file, vec![diagnostic]);
    }
    let mut text = Cow::Borrowed(file.source.text());
    let mut found: Vec<Diagnostic> = Vec::new();
    for _ in 0..MAX_ATTEMPTS {
        let error = match protox_parse::parse(&file.path, &text) {
            Ok(mut descriptor) => {
                canonical::canonicalize(&mut descriptor, &file.source);
                file.imports = descriptor.dependency.clone();
                file.parsed = Some(descriptor);
                break;
            }
            Err(error) => error,
        };
        for diagnostic in syntax::convert(&error, &file.source) {
            if !found.iter().any(|other| is_same(other, &diagnostic)) {
                found.push(diagnostic);
            }
        }
        match syntax::mend(&error, &text) {
            Some(mended) => text = Cow::Owned(mended),
            None => break,
        }
    }
    (file, found)
}

fn is_same(a: &Diagnostic, b: &Diagnostic) -> bool {
    let place = |diagnostic: &Diagnostic| diagnostic.labels.first().map(|label| label.span.clone());
    a.message == b.message && place(a) == place(b)
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
