//! Parsed files to one pool of linked descriptors, by protobuf's rules for names, types and numbers.
//!
//! A broken rule is reported and mended in the descriptor, so that whatever else is wrong is found in the same run.

mod declarations;
mod enums;
mod json_names;
mod lite;
mod meant;
mod misuse;
mod names;
mod numbers;
mod options;
mod ranges;
mod shapes;
mod similar;
mod symbols;
mod types;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};

use prost_reflect::DescriptorPool;
use prost_types::FileDescriptorProto;

use super::locations::Locations;
use super::{LoadedFile, newer};
use crate::diagnostic::{Diagnostic, Label, Report, Source};
use crate::schema::FileId;

pub use similar::{own_number, undisguised};
pub use symbols::{Definition, Kind, Lookup, Symbols, Want, join};

/// What is known while one file is linked.
struct Context<'a> {
    file: FileId,
    /// The files whose names this one may use.
    visible: &'a BTreeSet<FileId>,
    locations: &'a Locations<'a>,
    /// The top-level types of every file, linked yet or not, by full name.
    declared: &'a BTreeMap<String, FileId>,
    /// Import name and source of every file.
    files: &'a [(String, Arc<Source>)],
    proto3: bool,
    symbols: &'a mut Symbols,
    /// Messages, with the numbers that they leave to extensions, and extensions by message and number.
    extensions: &'a mut numbers::Extensions,
    /// Enums of proto2, and the number that each begins with.
    closed_enums: &'a mut BTreeMap<String, i32>,
    /// Files of the lite runtime.
    lite: &'a mut BTreeSet<FileId>,
    report: &'a mut Report,
}

impl Context<'_> {
    fn push(&mut self, diagnostic: Diagnostic) {
        self.report.push(diagnostic);
    }

    /// Where a name is declared, in whatever file.
    fn defined(&self, definition: &Definition, text: impl Into<String>) -> Label {
        Label::new(
            &self.files[definition.file.0].1,
            definition.range.clone(),
            text,
        )
    }

    fn import_name(&self, file: FileId) -> &str {
        &self.files[file.0].0
    }
}

/// What linking comes to.
#[derive(Default)]
pub struct Linked {
    /// The files that could be linked.
    pub pool: DescriptorPool,
    pub symbols: Symbols,
}

/// Adds each file that can be linked to a pool, and marks it. `files` are in dependency order.
pub fn link(files: &mut [LoadedFile], report: &mut Report) -> Linked {
    let mut pool = first_pool(files);
    let mut add = |descriptor, files: &mut [_], index: usize, symbols: &_, report: &mut _| {
        let file: &mut LoadedFile = &mut files[index];
        let Some(bytes) = file.encoded.take() else {
            return options::add(&mut pool, descriptor, files, index, symbols, report);
        };
        file.parsed = Some(Arc::new(descriptor));
        pool.decode_file_descriptor_proto(bytes.as_slice()).is_ok()
    };
    let symbols = each(files, report, &mut add);
    Linked { pool, symbols }
}

/// The same in about half the time: another thread fills the pool while the next files are looked at as if it had taken
/// those before. None where it refuses one: [`link`] tells why, on files that are parsed again.
pub fn link_at_once(files: &mut [LoadedFile], report: &mut Report) -> Option<Linked> {
    let first = first_pool(files);
    let (sender, receiver) = mpsc::channel();
    // The other thread waits for this one, which must not wait for it: nothing in here starts work on others.
    let mut found = Report::default();
    let look = || {
        let mut add = |descriptor, files: &mut [_], index: usize, symbols: &_, report: &mut _| {
            options::send(&sender, descriptor, files, index, symbols, report)
        };
        let symbols = each(files, &mut found, &mut add);
        drop(sender);
        symbols
    };
    let (symbols, pool) = rayon::join(look, || fill(first, receiver));
    let pool = pool?;
    report.extend(found.diagnostics);
    Some(Linked { pool, symbols })
}

/// The pool with all files that come; None at the first that it refuses.
fn fill(
    mut pool: DescriptorPool,
    files: Receiver<Arc<FileDescriptorProto>>,
) -> Option<DescriptorPool> {
    for file in files {
        pool.add_file_descriptor_proto(Arc::unwrap_or_clone(file))
            .ok()?;
    }
    Some(pool)
}

/// Adds a file by its index, of which all but options is found sound or mended.
type Add<'a> =
    &'a mut dyn FnMut(FileDescriptorProto, &mut [LoadedFile], usize, &Symbols, &mut Report) -> bool;

/// Looks at each file that can be linked, and adds it.
fn each(files: &mut [LoadedFile], report: &mut Report, add: Add) -> Symbols {
    let mut symbols = Symbols::default();
    let mut extensions = numbers::Extensions::default();
    let mut closed_enums = BTreeMap::new();
    let mut lite = BTreeSet::new();
    let ids: BTreeMap<String, FileId> = files
        .iter()
        .enumerate()
        .map(|(index, file)| (file.path.clone(), FileId(index)))
        .collect();
    let sources: Vec<_> = files
        .iter()
        .map(|file| (file.path.clone(), Arc::clone(&file.source)))
        .collect();
    let declared = declared(files);
    for index in 0..files.len() {
        let Some(descriptor) = files[index].parsed.take() else {
            continue;
        };
        let mut descriptor = Arc::unwrap_or_clone(descriptor);
        drop_imports(&mut descriptor, &ids, index);
        let importable = descriptor
            .dependency
            .iter()
            .all(|name| ids.get(name).is_some_and(|id| files[id.0].linked));
        if !importable {
            continue;
        }
        files[index].visible = visible(&descriptor, FileId(index), files, &ids);
        files[index].public = public(&descriptor, &ids);
        show_all(&mut descriptor, files, index, &ids);
        // The rules change the descriptor while they look at its source info; the pool has no use for it.
        files[index].info = descriptor.source_code_info.take();
        let locations = Locations::new(&files[index].source, files[index].info.as_ref());
        let mut context = Context {
            file: FileId(index),
            visible: &files[index].visible,
            locations: &locations,
            declared: &declared,
            files: &sources,
            proto3: descriptor.syntax() == "proto3",
            symbols: &mut symbols,
            extensions: &mut extensions,
            closed_enums: &mut closed_enums,
            lite: &mut lite,
            report,
        };
        names::declare(&mut context, &mut descriptor);
        types::resolve(&mut context, &mut descriptor);
        lite::check(&mut context, &descriptor);
        declarations::check(&mut context, &descriptor);
        numbers::check(&mut context, &mut descriptor);
        enums::check(&mut context, &mut descriptor);
        misuse::check(&mut context, &mut descriptor);
        if files[index].encoded.is_none() {
            files[index].disguised = similar::disguise(&mut descriptor);
        }
        files[index].linked = add(descriptor, files, index, &symbols, report);
    }
    symbols
}

/// An empty pool; or one of protobuf's options, where a file sets one that is newer than those that the pool knows of
/// itself, and none imports their file.
fn first_pool(files: &[LoadedFile]) -> DescriptorPool {
    const NEWER: [&str; 2] = ["feature_support", "edition_defaults"];
    let sets = |text: &str| NEWER.iter().any(|name| text.contains(name));
    let sets = files.iter().any(|file| sets(file.source.text()));
    // Be it under another name.
    let is_declared = |text: &str| text.contains("package google.protobuf;");
    let declared = files
        .iter()
        .any(|file| file.path == newer::DESCRIPTOR || is_declared(file.source.text()));
    if sets && !declared {
        newer::pool()
    } else {
        DescriptorPool::new()
    }
}

/// The messages and enums at the top of each file that can be parsed.
fn declared(files: &[LoadedFile]) -> BTreeMap<String, FileId> {
    let mut declared = BTreeMap::new();
    for (index, file) in files.iter().enumerate() {
        let Some(parsed) = &file.parsed else { continue };
        let messages = parsed.message_type.iter().map(|message| message.name());
        for name in messages.chain(parsed.enum_type.iter().map(|enum_| enum_.name())) {
            declared.insert(join(parsed.package(), name), FileId(index));
        }
    }
    declared
}

/// Takes out imports of the file itself and those said twice, which are reported already and would stop the pool.
fn drop_imports(descriptor: &mut FileDescriptorProto, ids: &BTreeMap<String, FileId>, own: usize) {
    let mut seen = BTreeSet::new();
    let odd = descriptor
        .dependency
        .iter()
        .any(|name| !seen.insert(name) || ids.get(name) == Some(&FileId(own)));
    if odd && descriptor.public_dependency.is_empty() && descriptor.weak_dependency.is_empty() {
        let mut seen = BTreeSet::new();
        descriptor
            .dependency
            .retain(|name| seen.insert(name.clone()) && ids.get(name) != Some(&FileId(own)));
    }
}

/// The file itself, what it imports, and what those import publicly.
fn visible(
    descriptor: &FileDescriptorProto,
    own: FileId,
    files: &[LoadedFile],
    ids: &BTreeMap<String, FileId>,
) -> BTreeSet<FileId> {
    let mut visible = BTreeSet::from([own]);
    let mut open: Vec<FileId> = descriptor
        .dependency
        .iter()
        .filter_map(|name| ids.get(name).copied())
        .collect();
    while let Some(next) = open.pop() {
        if visible.insert(next) {
            open.extend(&files[next.0].public);
        }
    }
    visible
}

/// The pool follows public imports one step far: what is visible beyond that is imported by the file itself.
fn show_all(
    descriptor: &mut FileDescriptorProto,
    files: &[LoadedFile],
    own: usize,
    ids: &BTreeMap<String, FileId>,
) {
    let imports = descriptor.dependency.iter();
    let direct: Vec<FileId> = imports.filter_map(|name| ids.get(name).copied()).collect();
    let indirect = direct.iter().flat_map(|import| &files[import.0].public);
    let near: BTreeSet<FileId> = direct.iter().chain(indirect).copied().collect();
    let far = files[own].visible.difference(&near);
    descriptor.dependency.extend(
        far.filter(|id| id.0 != own)
            .map(|id| files[id.0].path.clone()),
    );
}

fn public(descriptor: &FileDescriptorProto, ids: &BTreeMap<String, FileId>) -> Vec<FileId> {
    let name = |index: &i32| descriptor.dependency.get(usize::try_from(*index).ok()?);
    descriptor
        .public_dependency
        .iter()
        .filter_map(|index| ids.get(name(index)?).copied())
        .collect()
}
