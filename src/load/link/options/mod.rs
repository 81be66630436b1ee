//! Adds a file to the pool, which resolves its options, and says what the pool refuses.

mod content;
mod elements;
mod enum_value;
mod interpret;
mod maps;
mod places;
mod refusal;
mod rules;
mod scope;
mod support;
mod target;
mod unknown;
pub mod value;
mod withheld;

use std::sync::Arc;
use std::sync::mpsc::Sender;

use prost_reflect::DescriptorPool;
use prost_types::{DescriptorProto, FieldDescriptorProto, FileDescriptorProto, SourceCodeInfo};

use self::elements::{at_mut, move_option, option_at, remove_option};
use self::refusal::convert;
use super::first_pool;
use super::shapes::Shapes;
use super::symbols::Symbols;
use crate::diagnostic::{Diagnostic, Report};
use crate::load::LoadedFile;
use crate::load::locations::{part, tag};
use crate::schema::FileId;

/// So many options of one file are taken out before giving up on it.
const MAX_ATTEMPTS: usize = 100;

/// Adds a file, without the options that are wrong; false where it cannot be added even so.
pub fn add(
    pool: &mut DescriptorPool,
    mut descriptor: FileDescriptorProto,
    files: &mut [LoadedFile],
    index: usize,
    symbols: &Symbols,
    report: &mut Report,
) -> bool {
    let Some(mut info) = files[index].info.take() else {
        // The compiler's own: sound, and without source info.
        let added = pool.add_file_descriptor_proto(descriptor.clone()).is_ok();
        files[index].parsed = Some(Arc::new(descriptor));
        return added;
    };
    let maps = interpret_options(&mut descriptor, &mut info, files, index, symbols, report);
    let added = try_options(
        pool,
        &mut descriptor,
        &mut info,
        files,
        index,
        symbols,
        report,
    );
    if added {
        settle(&mut descriptor, &mut info, files, index, symbols);
        if maps {
            files[index].encoded = maps::encode(&descriptor, files);
        }
        files[index].parsed = Some(Arc::new(descriptor));
    }
    files[index].info = Some(info);
    added
}

/// The same with a pool that is elsewhere, and not asked: see [`super::link_at_once`]. False where it takes no more.
pub fn send(
    pool: &Sender<Arc<FileDescriptorProto>>,
    mut descriptor: FileDescriptorProto,
    files: &mut [LoadedFile],
    index: usize,
    symbols: &Symbols,
    report: &mut Report,
) -> bool {
    if let Some(mut info) = files[index].info.take() {
        let maps = interpret_options(&mut descriptor, &mut info, files, index, symbols, report);
        settle(&mut descriptor, &mut info, files, index, symbols);
        if maps {
            files[index].encoded = maps::encode(&descriptor, files);
        }
        files[index].info = Some(info);
    }
    let descriptor = Arc::new(descriptor);
    files[index].parsed = Some(Arc::clone(&descriptor));
    pool.send(descriptor).is_ok()
}

/// Moves the source info of options to what they set.
fn settle(
    descriptor: &mut FileDescriptorProto,
    info: &mut SourceCodeInfo,
    files: &[LoadedFile],
    index: usize,
    symbols: &Symbols,
) {
    let names = places::names(descriptor, info);
    let shapes = Shapes {
        files,
        symbols,
        file: FileId(index),
        descriptor,
    };
    places::settle(info, &names, shapes);
}

/// Reports the options that are wrong by rules that the pool does not know, and takes them out. Whether one of the
/// others sets a map.
fn interpret_options(
    descriptor: &mut FileDescriptorProto,
    info: &mut SourceCodeInfo,
    files: &[LoadedFile],
    index: usize,
    symbols: &Symbols,
    report: &mut Report,
) -> bool {
    let statements = interpret::statements(descriptor, info, &files[index].source);
    let interpreted = {
        let shapes = Shapes {
            files,
            symbols,
            file: FileId(index),
            descriptor,
        };
        interpret::interpret(statements, shapes, &files[index])
    };
    report.extend(interpreted.findings);
    for (path, option) in interpreted.changes {
        if let Some(place) = option_at(descriptor, &path) {
            *place = option;
        }
    }
    for path in interpreted.wrong.iter().rev() {
        remove_option(descriptor, info, path);
    }
    settle_packed(descriptor, info);
    interpreted.maps
}

/// Adds a file, and takes out what the pool refuses until it takes the rest.
fn try_options(
    pool: &mut DescriptorPool,
    descriptor: &mut FileDescriptorProto,
    info: &mut SourceCodeInfo,
    files: &[LoadedFile],
    index: usize,
    symbols: &Symbols,
    report: &mut Report,
) -> bool {
    let file = &files[index];
    let mut said = Vec::new();
    for _ in 0..MAX_ATTEMPTS {
        // Source info costs the pool copies of it all, and is of use where there is something to say alone.
        if pool.add_file_descriptor_proto(descriptor.clone()).is_ok() {
            return true;
        }
        mend_pool(pool, descriptor, files);
        let mut added = descriptor.clone();
        added.source_code_info = Some(info.clone());
        let Err(error) = pool.add_file_descriptor_proto(added) else {
            return true;
        };
        mend_pool(pool, descriptor, files);
        let first: Vec<Vec<i32>> = error.path().map(<[i32]>::to_vec).into_iter().collect();
        let shapes = Shapes {
            files,
            symbols,
            file: FileId(index),
            descriptor,
        };
        let findings = convert(error, file, shapes);
        let mut wrong = wrong_options(info, file, &findings);
        if wrong.is_empty() {
            wrong = first;
        }
        for diagnostic in findings {
            let key = (
                diagnostic.message.clone(),
                diagnostic.labels.first().map(|label| label.span.clone()),
            );
            if !said.contains(&key) {
                said.push(key);
                report.push(diagnostic);
            }
        }
        let removed = wrong
            .iter()
            .rev()
            .filter(|path| remove_option(descriptor, info, path))
            .count();
        if removed == 0 {
            break;
        }
    }
    false
}

/// The pool asks whether a field is packed before it reads options: `packed` has to be read already.
fn settle_packed(file: &mut FileDescriptorProto, info: &mut SourceCodeInfo) {
    let options: Vec<Vec<i32>> = info
        .location
        .iter()
        .map(|location| &location.path)
        .filter(|path| matches!(path[..], [.., tag::FIELD_OPTIONS, tag::UNINTERPRETED, _]))
        .cloned()
        .collect();
    for path in options.iter().rev() {
        let packed = option_at(file, path)
            .filter(|option| super::misuse::is(option, "packed"))
            .and_then(|option| option.identifier_value.as_deref()?.parse::<bool>().ok());
        let element = &path[..path.len() - 3];
        let Some(packed) = packed else { continue };
        let Some(options) = field_at(file, element).and_then(|field| field.options.as_mut()) else {
            continue;
        };
        if options.packed.replace(packed).is_some() {
            continue;
        }
        let place = part(element, &[tag::FIELD_OPTIONS, tag::FIELD_OPTIONS_PACKED]);
        move_option(file, info, path, &place);
    }
}

/// The field or extension of that path.
fn field_at<'a>(
    file: &'a mut FileDescriptorProto,
    path: &[i32],
) -> Option<&'a mut FieldDescriptorProto> {
    match *path {
        [tag::FILE_EXTENSION, index] => at_mut(&mut file.extension, index),
        [tag::FILE_MESSAGE, first, ref rest @ ..] => {
            let (outer, field) = rest.split_at(rest.len().checked_sub(2)?);
            let mut message = at_mut(&mut file.message_type, first)?;
            for steps in outer.chunks(2) {
                message = at_mut(&mut message.nested_type, *steps.get(1)?)?;
            }
            match *field {
                [tag::MESSAGE_FIELD, index] => at_mut(&mut message.field, index),
                [tag::MESSAGE_EXTENSION, index] => at_mut(&mut message.extension, index),
                _ => None,
            }
        }
        _ => None,
    }
}

fn declares_extensions(file: &FileDescriptorProto) -> bool {
    fn declares(message: &DescriptorProto) -> bool {
        !message.extension.is_empty() || message.nested_type.iter().any(declares)
    }
    !file.extension.is_empty() || file.message_type.iter().any(declares)
}

/// The paths of the options in which a finding stands, in order.
fn wrong_options(
    info: &SourceCodeInfo,
    file: &LoadedFile,
    findings: &[Diagnostic],
) -> Vec<Vec<i32>> {
    let spans: Vec<_> = findings
        .iter()
        .filter_map(|finding| Some(&finding.labels.first()?.span))
        .collect();
    let options = info
        .location
        .iter()
        .filter(|location| matches!(location.path[..], [.., tag::UNINTERPRETED, _]));
    let mut paths: Vec<_> = options
        .filter(|option| {
            let range = file.source.range(&option.span);
            spans
                .iter()
                .any(|span| range.start <= span.start && span.end <= range.end)
        })
        .map(|option| option.path.clone())
        .collect();
    paths.sort();
    paths.dedup();
    paths
}

/// A pool that refused a file may keep traces of its extensions, or lose some when it has many: start afresh.
fn mend_pool(pool: &mut DescriptorPool, refused: &FileDescriptorProto, files: &[LoadedFile]) {
    if declares_extensions(refused) || pool.all_extensions().len() >= pool.all_messages().len() {
        *pool = rebuild(files);
    }
}

fn rebuild(files: &[LoadedFile]) -> DescriptorPool {
    let mut pool = first_pool(files);
    for file in files.iter().filter(|file| file.linked) {
        if let Some(descriptor) = &file.parsed {
            // It was accepted once, after the same files.
            let _ = pool.add_file_descriptor_proto(FileDescriptorProto::clone(descriptor));
        }
    }
    pool
}
