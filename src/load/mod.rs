//! The only reader: from import names and roots to linked descriptors with their sources.

mod blocks;
mod canonical;
mod comments;
mod embedded;
mod encode;
mod escapes;
pub mod foreign;
mod hashes;
mod imports;
mod link;
pub mod literal;
pub mod locations;
mod lost;
mod newer;
mod octals;
mod oneofs;
mod parse;
mod read;
mod recover;
mod repair;
mod retention;
#[cfg(feature = "protobuf-parse")]
mod second;
mod syntax;
mod tokens;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use prost_reflect::DescriptorPool;
use prost_types::{FileDescriptorProto, SourceCodeInfo};
use rayon::prelude::*;

use crate::config::Parser;
use crate::diagnostic::{Label, Report, Source};
use crate::schema::{FileId, Origin, Span};

pub use imports::import_span as import_range;
pub use link::{Definition, Kind, Lookup, Symbols, Want, join, own_number, undisguised};
pub use lost::forget;
pub use read::{import_name, is_nothing, metadata, text, unreadable};
pub use tokens::{Token, TokenKind, tokens};

/// What to load.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// Folders in which imports are looked up, in order: the first that has a file wins.
    pub roots: Vec<PathBuf>,
    /// Import names of the files to compile; see [`import_name`].
    pub files: Vec<String>,
    pub parser: Parser,
}

/// Everything that was read, linked as far as it is sound.
#[derive(Debug, Default)]
pub struct Loaded {
    /// In dependency order; a [`FileId`] is an index into it. Unsound files are among them.
    pub files: Vec<LoadedFile>,
    /// Every file that is linked.
    pub pool: DescriptorPool,
    /// Every name that a linked file declares.
    pub symbols: Symbols,
}

/// One file that was read.
#[derive(Debug)]
pub struct LoadedFile {
    /// As an import statement names it.
    pub path: String,
    pub origin: Origin,
    /// Where it was read; None for a file that the compiler carries.
    pub disk: Option<PathBuf>,
    pub source: Arc<Source>,
    /// As parsed, and mended where it was wrong; None where it cannot be parsed or linked.
    parsed: Option<Arc<FileDescriptorProto>>,
    /// Taken out of `parsed` once the file is linked; options then stand under the paths of what they set.
    info: Option<SourceCodeInfo>,
    /// The linked descriptor, where the parser gives one, or where the pool has no more of it than what it means.
    encoded: Option<Vec<u8>>,
    /// What it imports, as its statements say.
    pub imports: Vec<String>,
    /// The pool knows some of its fields by other names or numbers.
    disguised: bool,
    /// The words of statements with mistakes, which were left out of `parsed`.
    lost: BTreeSet<String>,
    /// It is in the pool. A file that is not has an error, or imports one that has.
    pub linked: bool,
    /// The files whose names it may use, itself among them.
    pub visible: BTreeSet<FileId>,
    /// What it imports publicly.
    public: Vec<FileId>,
}

impl LoadedFile {
    fn new(path: &str, origin: Origin, disk: Option<PathBuf>, source: Arc<Source>) -> Self {
        Self {
            path: path.to_owned(),
            origin,
            disk,
            source,
            parsed: None,
            info: None,
            encoded: None,
            imports: Vec::new(),
            disguised: false,
            lost: BTreeSet::new(),
            linked: false,
            visible: BTreeSet::new(),
            public: Vec::new(),
        }
    }
}

impl LoadedFile {
    /// As it was read.
    fn unparsed(&self) -> Self {
        let read = match self.disk {
            Some(_) => None,
            None => read::carried(&self.path),
        };
        Self {
            parsed: read.and_then(|read| read.parsed),
            ..Self::new(
                &self.path,
                self.origin,
                self.disk.clone(),
                Arc::clone(&self.source),
            )
        }
    }

    /// Where everything stands, and what is said about it.
    pub fn source_info(&self) -> Option<&SourceCodeInfo> {
        let parsed = self.parsed.as_ref();
        self.info
            .as_ref()
            .or_else(|| parsed?.source_code_info.as_ref())
    }
}

impl Loaded {
    /// A label on a stretch of a loaded file.
    pub fn label(&self, span: Span, text: impl Into<String>) -> Label {
        Label::new(&self.files[span.file.0].source, span.start..span.end, text)
    }

    /// Where a name is declared.
    pub fn defined(&self, definition: &Definition, text: impl Into<String>) -> Label {
        Label::new(
            &self.files[definition.file.0].source,
            definition.range.clone(),
            text,
        )
    }

    /// Where the elements of a file stand.
    pub fn locations(&self, file: FileId) -> locations::Locations<'_> {
        let file = &self.files[file.0];
        locations::Locations::new(&file.source, file.source_info())
    }

    pub fn source(&self, file: FileId) -> &Arc<Source> {
        &self.files[file.0].source
    }

    /// The files on disk that were read.
    pub fn read(&self) -> impl Iterator<Item = &PathBuf> {
        self.files.iter().filter_map(|file| file.disk.as_ref())
    }
}

/// Reads and links the files and all that they import. What is wrong goes into the report; what is sound is loaded
/// all the same, so that later phases can report more.
pub fn load(inputs: &Inputs, report: &mut Report) -> Loaded {
    let files = read_all(inputs, report);
    imports::check_case(&files, report);
    let mut files = imports::sort(files, report);
    #[cfg(feature = "protobuf-parse")]
    if inputs.parser == Parser::ProtobufParse && !report.has_errors() {
        second::parse(&mut files, report);
    }
    let link::Linked { pool, symbols } = match inputs.parser {
        #[cfg(feature = "protobuf-parse")]
        Parser::ProtobufParse => link::link(&mut files, report),
        _ => link::link_at_once(&mut files, report).unwrap_or_else(|| {
            files = parse::again(&files);
            link::link(&mut files, report)
        }),
    };
    // The pool has them too: the memory serves what comes next.
    for file in files.iter_mut().filter(|file| file.linked) {
        file.parsed = None;
    }
    Loaded {
        files,
        pool,
        symbols,
    }
}

/// Reads and parses the inputs, then what they import, wave by wave.
fn read_all(inputs: &Inputs, report: &mut Report) -> BTreeMap<String, LoadedFile> {
    rayon::spawn(embedded::prepare);
    let mut files = BTreeMap::new();
    let mut missing = BTreeSet::new();
    let mut wave: Vec<(String, Origin)> = inputs
        .files
        .iter()
        .map(|path| (path.clone(), Origin::Owned))
        .collect();
    wave.sort();
    wave.dedup();
    while !wave.is_empty() {
        let read: Vec<_> = wave
            .into_par_iter()
            .map(|(path, origin)| {
                let read = read::read(&path, origin, &inputs.roots);
                (path, origin, read)
            })
            .collect();
        let mut found = Vec::new();
        for (path, origin, read) in read {
            match read {
                Ok(Some(file)) => found.push(file),
                Ok(None) if origin == Origin::Owned => {
                    report.push(read::not_found(&path, &inputs.roots))
                }
                Ok(None) => {
                    missing.insert(path);
                }
                Err(diagnostic) => {
                    report.push(diagnostic);
                    missing.insert(path);
                }
            }
        }
        let parsed = match inputs.parser {
            #[cfg(feature = "protobuf-parse")]
            Parser::ProtobufParse => second::read_imports(found),
            _ => parse::parse_all(found),
        };
        for (file, diagnostics) in parsed {
            report.extend(diagnostics);
            files.insert(file.path.clone(), file);
        }
        wave = imports::unread(&files, &missing);
    }
    imports::check(&files, &inputs.roots, report);
    files
}
