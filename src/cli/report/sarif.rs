//! The Static Analysis Results Interchange Format, version 2.1.0.

use std::collections::BTreeSet;

use bellwire_build::diagnostic::{Diagnostic, Label, Report};
use bellwire_build::explain;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::{Place, level};

/// What stands in the path of a URI for something else, or for nothing at all. A colon ends a scheme.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'.')
    .remove(b'-')
    .remove(b'_')
    .remove(b'~');

/// All findings of a run, and what their codes mean.
pub fn document(report: &Report) -> String {
    let codes: BTreeSet<_> = report.diagnostics.iter().map(|found| found.code).collect();
    let rules: Vec<Value> = explain::pages()
        .filter(|(code, _)| codes.contains(code))
        .map(|(code, first)| json!({ "id": code.0, "shortDescription": { "text": first } }))
        .collect();
    let results: Vec<Value> = report.diagnostics.iter().map(result).collect();
    let driver =
        json!({ "name": "bellwire", "version": env!("CARGO_PKG_VERSION"), "rules": rules });
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        // Columns count characters.
        "runs": [{ "tool": { "driver": driver }, "columnKind": "unicodeCodePoints", "results": results }],
    });
    format!("{document:#}\n")
}

fn result(diagnostic: &Diagnostic) -> Value {
    let mut text = diagnostic.message.clone();
    if let Some(help) = &diagnostic.help {
        text += &format!("\nhelp: {help}");
    }
    let mut places = diagnostic.labels.iter().map(location);
    let mut result = json!({
        "ruleId": diagnostic.code.0,
        "level": level(diagnostic),
        "message": { "text": text },
        "locations": places.next().into_iter().collect::<Vec<_>>(),
    });
    let related: Vec<Value> = places.collect();
    if !related.is_empty() {
        result["relatedLocations"] = related.into();
    }
    result
}

fn location(label: &Label) -> Value {
    let place = Place::from(label);
    let mut location = json!({
        "physicalLocation": {
            "artifactLocation": { "uri": uri(place.file) },
            "region": {
                "startLine": place.line,
                "startColumn": place.column,
                "endLine": place.end_line,
                "endColumn": place.end_column,
            },
        },
    });
    if !place.text.is_empty() {
        location["message"] = json!({ "text": place.text });
    }
    location
}

/// A relative one is relative to the folder that the compiler was started in.
fn uri(path: &str) -> String {
    let scheme = if path.starts_with('/') { "file://" } else { "" };
    format!("{scheme}{}", utf8_percent_encode(path, ESCAPED))
}
