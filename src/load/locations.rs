//! Source info by path: where an element stands, and what is said about it.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use prost_types::SourceCodeInfo;
use prost_types::source_code_info::Location;
use rustc_hash::FxHashMap;

use crate::diagnostic::{Label, Source};

/// The source info of one file. Paths are those of `google.protobuf.SourceCodeInfo.Location`.
pub struct Locations<'a> {
    source: Arc<Source>,
    by_path: Paths<'a>,
    /// Those of `by_path` in the order of their paths, once something is asked for below one.
    in_order: OnceLock<Vec<(&'a [i32], &'a Location)>>,
}

/// Every location by its path.
pub type Paths<'a> = FxHashMap<&'a [i32], &'a Location>;

/// The first location of each path.
pub fn by_path(info: Option<&SourceCodeInfo>) -> Paths<'_> {
    let count = info.map_or(0, |info| info.location.len());
    let mut by_path = Paths::with_capacity_and_hasher(count, Default::default());
    for location in info.into_iter().flat_map(|info| &info.location) {
        by_path.entry(location.path.as_slice()).or_insert(location);
    }
    by_path
}

impl<'a> Locations<'a> {
    pub fn new(source: &Arc<Source>, info: Option<&'a SourceCodeInfo>) -> Self {
        Self {
            source: Arc::clone(source),
            by_path: by_path(info),
            in_order: OnceLock::new(),
        }
    }

    pub fn source(&self) -> &Arc<Source> {
        &self.source
    }

    pub fn get(&self, path: &[i32]) -> Option<&'a Location> {
        self.by_path.get(path).copied()
    }

    /// The first location of that path, or of what is part of it.
    pub fn first_below(&self, path: &[i32]) -> Option<&'a Location> {
        let in_order = self.in_order.get_or_init(|| {
            let mut all: Vec<_> = self.by_path.iter().map(|(at, one)| (*at, *one)).collect();
            all.sort_unstable_by_key(|(at, _)| *at);
            all
        });
        let start = in_order.partition_point(|(at, _)| *at < path);
        let below = in_order[start..]
            .iter()
            .take_while(|(at, _)| at.starts_with(path));
        let first = below.min_by(|(_, one), (_, other)| one.span.cmp(&other.span));
        first.map(|(_, location)| *location)
    }

    /// Where the element of that path stands, or else the nearest one that it is part of.
    pub fn range(&self, path: &[i32]) -> Range<usize> {
        for end in (1..=path.len()).rev() {
            if let Some(location) = self.by_path.get(&path[..end]) {
                return self.source.range(&location.span);
            }
        }
        0..0
    }

    /// What the file says there.
    pub fn text(&self, path: &[i32]) -> Option<&str> {
        let location = self.get(path)?;
        self.source.text().get(self.source.range(&location.span))
    }

    pub fn label(&self, path: &[i32], text: impl Into<String>) -> Label {
        Label::new(&self.source, self.range(path), text)
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

/// Field numbers of `google/protobuf/descriptor.proto`, as steps of source info paths.
pub mod tag {
    pub const NAME: i32 = 1;

    pub const FILE_PACKAGE: i32 = 2;
    pub const FILE_IMPORT: i32 = 3;
    pub const FILE_MESSAGE: i32 = 4;
    pub const FILE_ENUM: i32 = 5;
    pub const FILE_SERVICE: i32 = 6;
    pub const FILE_EXTENSION: i32 = 7;
    pub const FILE_OPTIONS: i32 = 8;
    pub const FILE_SOURCE_INFO: u32 = 9;
    pub const FILE_SYNTAX: i32 = 12;

    pub const MESSAGE_FIELD: i32 = 2;
    pub const MESSAGE_MESSAGE: i32 = 3;
    pub const MESSAGE_ENUM: i32 = 4;
    pub const MESSAGE_EXTENSION_RANGE: i32 = 5;
    pub const MESSAGE_EXTENSION: i32 = 6;
    pub const MESSAGE_OPTIONS: i32 = 7;
    pub const MESSAGE_ONEOF: i32 = 8;
    pub const MESSAGE_RESERVED_RANGE: i32 = 9;
    pub const MESSAGE_RESERVED_NAME: i32 = 10;

    pub const RANGE_OPTIONS: i32 = 3;

    pub const FIELD_EXTENDEE: i32 = 2;
    pub const FIELD_NUMBER: i32 = 3;
    pub const FIELD_TYPE: i32 = 5;
    pub const FIELD_TYPE_NAME: i32 = 6;
    pub const FIELD_OPTIONS: i32 = 8;
    pub const FIELD_OPTIONS_PACKED: i32 = 2;
    pub const FIELD_JSON_NAME: i32 = 10;

    pub const ONEOF_OPTIONS: i32 = 2;

    pub const ENUM_VALUE: i32 = 2;
    pub const ENUM_OPTIONS: i32 = 3;
    pub const ENUM_RESERVED_RANGE: i32 = 4;
    pub const ENUM_RESERVED_NAME: i32 = 5;
    pub const VALUE_NUMBER: i32 = 2;
    pub const VALUE_OPTIONS: i32 = 3;

    pub const SERVICE_METHOD: i32 = 2;
    pub const SERVICE_OPTIONS: i32 = 3;
    pub const METHOD_INPUT: i32 = 2;
    pub const METHOD_OUTPUT: i32 = 3;
    pub const METHOD_OPTIONS: i32 = 4;

    /// Any `*Options.uninterpreted_option`.
    pub const UNINTERPRETED: i32 = 999;
}
