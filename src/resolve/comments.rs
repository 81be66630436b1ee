//! Source info by path: where an element stands, and what is said about it.

use std::collections::HashMap;
use std::sync::Arc;

use prost_types::FileDescriptorProto;
use prost_types::source_code_info::Location;

use crate::diagnostic::Source;
use crate::schema::{Comments, FileId, Span};

/// The source info of one file. Paths are those of `google.protobuf.SourceCodeInfo.Location`.
pub struct Locations<'a> {
    file: FileId,
    source: Arc<Source>,
    by_path: HashMap<&'a [i32], &'a Location>,
}

impl<'a> Locations<'a> {
    pub fn new(file: FileId, source: &Arc<Source>, descriptor: &'a FileDescriptorProto) -> Self {
        let mut by_path = HashMap::new();
        for location in descriptor
            .source_code_info
            .iter()
            .flat_map(|info| &info.location)
        {
            by_path.entry(location.path.as_slice()).or_insert(location);
        }
        Self {
            file,
            source: Arc::clone(source),
            by_path,
        }
    }

    /// Where the element of that path stands; the start of the file where the parser does not say.
    pub fn span(&self, path: &[i32]) -> Span {
        let range = self
            .by_path
            .get(path)
            .map_or(0..0, |location| self.source.range(&location.span));
        Span {
            file: self.file,
            start: range.start,
            end: range.end,
        }
    }

    pub fn has(&self, path: &[i32]) -> bool {
        self.by_path.contains_key(path)
    }

    pub fn comments(&self, path: &[i32]) -> Comments {
        let Some(location) = self.by_path.get(path) else {
            return Comments::default();
        };
        Comments {
            detached: location.leading_detached_comments.clone(),
            leading: location.leading_comments.clone(),
            trailing: location.trailing_comments.clone(),
        }
    }
}

/// The path of a part of an element.
pub fn part(path: &[i32], parts: &[i32]) -> Vec<i32> {
    [path, parts].concat()
}

/// A descriptor's index as a step of a path.
pub fn step(index: usize) -> i32 {
    i32::try_from(index).unwrap_or(i32::MAX)
}
