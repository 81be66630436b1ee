//! Bellwire: from `.proto` files to Rust handler traits, and TypeScript and Dart clients.
//!
//! The whole compiler is one line of work: load → resolve → check → generate → write.

pub mod check;
pub mod config;
pub mod diagnostic;
pub mod generate;
pub mod load;
pub mod names;
pub mod output;
pub mod resolve;
pub mod schema;

use std::path::PathBuf;

use diagnostic::Report;
use schema::Schema;

/// Loads, resolves and checks the files under the roots that one of the globs matches.
pub fn compile(roots: &[PathBuf], globs: &[&str]) -> Result<Schema, Report> {
    let mut report = Report::default();
    let mut files = Vec::new();
    for glob in globs {
        match load::find(roots, glob) {
            Ok(names) => files.extend(names),
            Err(diagnostic) => report.push(diagnostic),
        }
    }
    let loaded = load::load(
        &load::Inputs {
            roots: roots.to_vec(),
            files,
        },
        &mut report,
    );
    let schema = resolve::resolve(&loaded, &Default::default(), &mut report);
    report.sort();
    if report.has_errors() {
        Err(report)
    } else {
        Ok(schema)
    }
}
