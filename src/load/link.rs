//! Parsed files to one pool of linked descriptors.

use miette::Diagnostic as _;
use prost_reflect::{DescriptorError, DescriptorPool};

use super::LoadedFile;
use crate::diagnostic::{Diagnostic, Label, Report, code};

/// Adds each file that is sound to a pool, and marks it. `files` are in dependency order.
pub fn link(files: &mut [LoadedFile], report: &mut Report) -> DescriptorPool {
    let mut pool = DescriptorPool::new();
    for index in 0..files.len() {
        let Some(parsed) = files[index].parsed.clone() else {
            continue;
        };
        let sound = parsed
            .dependency
            .iter()
            .all(|name| pool.get_file_by_name(name).is_some());
        if !sound {
            continue;
        }
        match pool.add_file_descriptor_proto(parsed) {
            Ok(()) => files[index].linked = true,
            Err(error) => {
                report.extend(convert(error, &files[index]));
                // A pool that refused a file may keep traces of its extensions: start afresh with what is sound.
                pool = relink(files);
            }
        }
    }
    pool
}

fn relink(files: &[LoadedFile]) -> DescriptorPool {
    let mut pool = DescriptorPool::new();
    for file in files.iter().filter(|file| file.linked) {
        if let Some(parsed) = file.parsed.clone() {
            // It was accepted once, after the same files.
            let _ = pool.add_file_descriptor_proto(parsed);
        }
    }
    pool
}

/// All that the pool found.
fn convert(error: DescriptorError, file: &LoadedFile) -> Vec<Diagnostic> {
    // Its columns count characters where the source info counts bytes: in a text of as many ASCII characters both agree.
    let ascii: String = file
        .source
        .text()
        .bytes()
        .map(|byte| {
            if byte.is_ascii() {
                char::from(byte)
            } else {
                '?'
            }
        })
        .collect();
    let error = error.with_source_code(&ascii);
    let first: &dyn miette::Diagnostic = &error;
    std::iter::once(first)
        .chain(error.related().into_iter().flatten())
        .map(|finding| {
            let mut diagnostic = Diagnostic::error(code::TYPE_INVALID, finding.to_string());
            for label in finding.labels().into_iter().flatten() {
                let span = label.offset()..label.offset() + label.len();
                diagnostic = diagnostic.at(Label::new(
                    &file.source,
                    span,
                    label.label().unwrap_or_default(),
                ));
            }
            if diagnostic.labels.is_empty() {
                diagnostic = diagnostic.at(Label::new(&file.source, 0..0, ""));
            }
            if let Some(help) = finding.help() {
                diagnostic = diagnostic.help(help.to_string());
            }
            diagnostic
        })
        .collect()
}
