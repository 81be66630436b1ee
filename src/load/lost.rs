//! Findings that a mistake elsewhere may have brought about.
//!
//! Where a statement could not be read, what it declares is missing. Then only that is reported which must be wrong
//! whatever the statement says.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Loaded, LoadedFile};
use crate::diagnostic::{Code, Diagnostic, Report, code};

/// Findings that what is missing has no part in.
const CERTAIN: &[Code] = &[
    code::TYPE_DUPLICATE,
    code::TYPE_DUPLICATE_JSON_NAME,
    code::TYPE_INVALID_NUMBER,
    code::TYPE_INVALID_RANGE,
    code::TYPE_OVERLAPPING_RANGES,
    code::TYPE_RESERVED,
    code::TYPE_RESERVED_TWICE,
    code::OPTION_WRONG_VALUE,
    code::OPTION_MISPLACED,
    code::OPTION_TWICE,
    code::RULE_WRONG_TYPE,
    code::RULE_INVALID_PATTERN,
    code::RULE_UNSATISFIABLE,
    code::EVENT_INVALID_DURATION,
    code::EVENT_DUPLICATE,
];

/// Findings that say that a name is missing, or is none of a type.
const MISSING: &[Code] = &[
    code::TYPE_NOT_A_TYPE,
    code::TYPE_UNKNOWN,
    code::OPTION_UNKNOWN,
    code::OPTION_UNKNOWN_FIELD,
    code::RULE_INVALID_ONEOF,
    code::EVENT_UNKNOWN_TYPE,
];

/// Takes out of the report what may follow from statements that could not be read.
pub fn forget(loaded: &Loaded, report: &mut Report) {
    let affected = affected(&loaded.files);
    if affected.is_empty() {
        return;
    }
    let lost: BTreeSet<&str> = affected
        .iter()
        .flat_map(|file| &file.lost)
        .map(String::as_str)
        .collect();
    let is_affected = |diagnostic: &Diagnostic| {
        let source = diagnostic.labels.first().map(|label| &label.source);
        source.is_some_and(|source| {
            affected
                .iter()
                .any(|file| Arc::ptr_eq(&file.source, source))
        })
    };
    report
        .diagnostics
        .retain(|diagnostic| !is_affected(diagnostic) || is_certain(diagnostic, &lost));
}

/// The files that have lost something, and those that import them.
fn affected(files: &[LoadedFile]) -> Vec<&LoadedFile> {
    let mut affected: Vec<&LoadedFile> = Vec::new();
    // In dependency order, so that what a file imports was looked at before.
    for file in files {
        let imports = |name: &String| affected.iter().any(|other| other.path == *name);
        if !file.lost.is_empty() || file.imports.iter().any(imports) {
            affected.push(file);
        }
    }
    affected
}

fn is_certain(diagnostic: &Diagnostic, lost: &BTreeSet<&str>) -> bool {
    let code = diagnostic.code;
    let is_about = |part: &str| code.0.contains(part);
    if is_about("::syntax::")
        || is_about("::import::")
        || is_about("::file::")
        || is_about("::config::")
    {
        return true;
    }
    if code == code::TYPE_DUPLICATE_NUMBER {
        return !lost.contains("allow_alias");
    }
    if MISSING.contains(&code) {
        let quoted: Vec<_> = diagnostic.message.split('`').skip(1).step_by(2).collect();
        // What has no such field or value is there; the last name is what is not.
        let first = match code == code::OPTION_UNKNOWN_FIELD {
            true => quoted.len().saturating_sub(1),
            false => 0,
        };
        let quoted = quoted[first..].iter();
        let mut words =
            quoted.flat_map(|name| name.split(|c: char| !c.is_alphanumeric() && c != '_'));
        return !words.any(|word| lost.contains(word));
    }
    CERTAIN.contains(&code)
}
