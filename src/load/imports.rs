//! Who imports whom.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::PathBuf;

use super::LoadedFile;
use super::embedded;
use super::read;
use crate::diagnostic::{Diagnostic, Label, Report, code};
use crate::names::nearest;
use crate::schema::Origin;

/// What the files import and nobody has looked for yet.
pub fn unread(
    files: &BTreeMap<String, LoadedFile>,
    missing: &BTreeSet<String>,
) -> Vec<(String, Origin)> {
    let names: BTreeSet<&String> = files.values().flat_map(|file| &file.imports).collect();
    names
        .into_iter()
        .filter(|name| !files.contains_key(*name) && !missing.contains(*name))
        .map(|name| (name.clone(), Origin::Imported))
        .collect()
}

/// Import statements that name no file, or one twice.
pub fn check(files: &BTreeMap<String, LoadedFile>, roots: &[PathBuf], report: &mut Report) {
    for file in files.values() {
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        for (index, name) in file.imports.iter().enumerate() {
            if let Some(first) = seen.insert(name, index) {
                report.push(duplicate(file, name, first, index));
            } else if !files.contains_key(name) {
                // A file that is there and could not be read has its own error, as what stands without quotes has.
                let is_there = roots.iter().any(|root| root.join(name).is_file());
                if !is_there && is_quoted(file, index) {
                    report.push(not_found(file, name, index, files, roots));
                }
            }
        }
    }
}

fn duplicate(file: &LoadedFile, name: &str, first: usize, again: usize) -> Diagnostic {
    Diagnostic::error(
        code::IMPORT_DUPLICATE,
        format!("`{name}` is imported twice"),
    )
    .at(Label::new(
        &file.source,
        import_span(file, again),
        "again here",
    ))
    .at(Label::new(
        &file.source,
        import_span(file, first),
        "first imported here",
    ))
    .help("remove one of the two statements")
}

fn not_found(
    file: &LoadedFile,
    name: &str,
    index: usize,
    files: &BTreeMap<String, LoadedFile>,
    roots: &[PathBuf],
) -> Diagnostic {
    let span = import_span(file, index);
    let help = match meant(file, name, &file.source.text()[span.clone()], roots) {
        Some(meant) => format!("write `import \"{meant}\";`: an import is a path from a root"),
        None => {
            let others = files.keys().filter(|known| **known != file.path);
            let carried = embedded::names().map(|name| name as &str);
            let known = others.map(String::as_str).chain(carried);
            match nearest(name, known).as_slice() {
                [] => format!(
                    "write its path from a root; it was looked for under {}",
                    read::list_roots(roots)
                ),
                near => format!("did you mean {}?", near.join(" or ")),
            }
        }
    };
    Diagnostic::error(
        code::IMPORT_NOT_FOUND,
        format!("there is no file `{name}` to import"),
    )
    .at(Label::new(&file.source, span, "imported here"))
    .help(help)
}

/// A file that is there, of which an import says the path from elsewhere: from above the roots, from the importing
/// file, without `.proto`, or with backslashes, which are the beginnings of escapes.
fn meant(file: &LoadedFile, name: &str, written: &str, roots: &[PathBuf]) -> Option<String> {
    let name = if written.contains('\\') {
        written.trim_matches(['"', '\'']).replace('\\', "/")
    } else {
        name.to_owned()
    };
    let name = match name.strip_suffix(".proto") {
        Some(_) => name,
        None => name + ".proto",
    };
    let folder = file.path.rsplit_once('/').map(|(folder, _)| folder);
    let beside = folder.map(|folder| format!("{folder}/{name}"));
    let below = name
        .match_indices('/')
        .map(|(slash, _)| name[slash + 1..].to_owned());
    std::iter::once(name.clone())
        .chain(beside)
        .chain(below)
        .find(|path| {
            embedded::is_carried(path) || roots.iter().any(|root| root.join(path).is_file())
        })
}

/// Whether the path of an import statement stands in quotes.
fn is_quoted(file: &LoadedFile, index: usize) -> bool {
    file.source.text()[import_span(file, index)].starts_with(['"', '\''])
}

/// The string of an import statement.
pub fn import_span(file: &LoadedFile, index: usize) -> Range<usize> {
    let statement = location(file, &[3, i32::try_from(index).unwrap_or(i32::MAX)]).unwrap_or(0..0);
    let text = file
        .source
        .text()
        .get(statement.clone())
        .unwrap_or_default();
    match text.find(['"', '\'']) {
        Some(quote) => {
            statement.start + quote..statement.end.saturating_sub(1).max(statement.start + quote)
        }
        None => statement,
    }
}

/// Where the parser saw the element of that path.
fn location(file: &LoadedFile, path: &[i32]) -> Option<Range<usize>> {
    let location = file
        .source_info()?
        .location
        .iter()
        .find(|location| location.path == path)?;
    Some(file.source.range(&location.span))
}

/// Files whose paths differ in case alone: on many disks they are one file, and so would be what they generate.
pub fn check_case(files: &BTreeMap<String, LoadedFile>, report: &mut Report) {
    let mut seen: BTreeMap<String, &LoadedFile> = BTreeMap::new();
    for file in files.values() {
        if let Some(first) = seen.insert(file.path.to_lowercase(), file) {
            let message = format!("`{}` and `{}` differ in case alone", first.path, file.path);
            report.push(
                Diagnostic::error(code::FILE_CASE, message)
                    .at(Label::new(&file.source, 0..0, ""))
                    .help(
                        "rename one of the two: on a disk that ignores case they are the same file",
                    ),
            );
        }
    }
}

/// Declares protobuf's own options.
const OPTIONS: &str = "google/protobuf/descriptor.proto";

/// Puts every file behind all that it imports, otherwise by path. Files of a circle come last.
pub fn sort(files: BTreeMap<String, LoadedFile>, report: &mut Report) -> Vec<LoadedFile> {
    let mut waiting: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut importers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut ready: BTreeSet<String> = BTreeSet::new();
    for file in files.values() {
        let open: BTreeSet<String> = file
            .imports
            .iter()
            .filter(|name| files.contains_key(*name))
            .cloned()
            .collect();
        for name in &open {
            importers
                .entry(name.clone())
                .or_default()
                .push(file.path.clone());
        }
        if open.is_empty() {
            ready.insert(file.path.clone());
        } else {
            waiting.insert(file.path.clone(), open);
        }
    }
    let mut order = Vec::with_capacity(files.len());
    // Where a schema brings its own, all others set the options that it declares.
    let own = files
        .get(OPTIONS)
        .is_some_and(|file| file.origin == Origin::Owned);
    let mut first = if own { ready.take(OPTIONS) } else { None };
    while let Some(path) = first.take().or_else(|| ready.pop_first()) {
        for importer in importers.remove(&path).unwrap_or_default() {
            let Some(open) = waiting.get_mut(&importer) else {
                continue;
            };
            open.remove(&path);
            if open.is_empty() {
                waiting.remove(&importer);
                ready.insert(importer);
            }
        }
        order.push(path);
    }
    report_cycles(&files, &waiting, report);
    order.extend(waiting.into_keys());
    let mut files = files;
    order.iter().filter_map(|path| files.remove(path)).collect()
}

/// Walks from each waiting file along waiting imports until a file comes again.
fn report_cycles(
    files: &BTreeMap<String, LoadedFile>,
    waiting: &BTreeMap<String, BTreeSet<String>>,
    report: &mut Report,
) {
    let mut visited: BTreeSet<&String> = BTreeSet::new();
    for start in waiting.keys() {
        let mut walk: Vec<&String> = Vec::new();
        let mut next = start;
        while visited.insert(next) {
            walk.push(next);
            match waiting[next]
                .iter()
                .find(|name| waiting.contains_key(*name))
            {
                Some(import) => next = import,
                None => break,
            }
        }
        if let Some(first) = walk.iter().position(|path| *path == next) {
            report.push(cycle(files, &walk[first..]));
        }
    }
}

fn cycle(files: &BTreeMap<String, LoadedFile>, circle: &[&String]) -> Diagnostic {
    let names: Vec<&str> = circle.iter().map(|path| path.as_str()).collect();
    let message = match names.as_slice() {
        [own] => format!("`{own}` imports itself"),
        _ => format!(
            "files import each other in a circle: {} → {}",
            names.join(" → "),
            names[0]
        ),
    };
    let mut diagnostic = Diagnostic::error(code::IMPORT_CYCLE, message);
    for (index, path) in names.iter().enumerate() {
        let file = &files[*path];
        let target = names[(index + 1) % names.len()];
        let import = file
            .imports
            .iter()
            .position(|name| name == target)
            .unwrap_or(0);
        let label = Label::new(
            &file.source,
            import_span(file, import),
            format!("`{path}` imports `{target}`"),
        );
        diagnostic = diagnostic.at(label);
    }
    diagnostic.help("move what both sides need into a file of its own")
}
