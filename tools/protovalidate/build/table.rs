//! The table of messages that the runner looks types up in.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use bellwire_build::names::rust::{snake, type_name};

use crate::{Refusal, declarations};

/// A match from the full name of a message to what becomes of its cases.
pub fn render(
    out: &Path,
    schemas: &BTreeMap<String, String>,
    refused: &BTreeMap<String, Refusal>,
) -> io::Result<String> {
    let mut arms = String::new();
    for text in schemas.values() {
        let package = text
            .lines()
            .find_map(|line| line.strip_prefix("package ")?.strip_suffix(';'))
            .unwrap_or_default();
        let generated = fs::read_to_string(out.join(format!("generated/{package}.rs")))?;
        let names = declarations::all(text)
            .into_iter()
            .flat_map(|one| one.messages);
        for name in names.filter(|name| !refused.contains_key(name)) {
            let inside = name.strip_prefix(&format!("{package}.")).unwrap_or(&name);
            let path = path(inside);
            let module: Vec<_> = package.split('.').map(snake).collect();
            let has_rules = generated.contains(&format!("impl ::bellwire::Validate for {path} {{"));
            let function = if has_rules { "checked" } else { "decoded" };
            let _ = writeln!(
                arms,
                "        {name:?} => {function}::<generated::{}::{path}>,",
                module.join("::")
            );
        }
    }
    // A case may be about nothing but a well-known type, which has no rules.
    for name in [
        "Any",
        "Duration",
        "FieldMask",
        "Struct",
        "Timestamp",
        "Value",
    ] {
        let _ = writeln!(
            arms,
            "        \"google.protobuf.{name}\" => decoded::<prost_types::{name}>,"
        );
    }
    for (name, refusal) in refused {
        let refusal = match refusal {
            Refusal::Edition => "edition".to_owned(),
            Refusal::Rule(finding) => format!("|_| Outcome::Refused({finding:?})"),
        };
        let _ = writeln!(arms, "        {name:?} => {refusal},");
    }
    let module = match schemas.is_empty() {
        true => String::new(),
        false => format!(
            "#[allow(clippy::all, clippy::pedantic, dead_code, deprecated)]\n#[path = {:?}]\nmod generated;\n",
            out.join("generated/mod.rs")
        ),
    };
    Ok(format!(
        "{module}\n/// What becomes of the cases of a message.\npub fn find(name: &str) -> Option<fn(&[u8]) -> Outcome> {{\n    \
         Some(match name {{\n{arms}        _ => return None,\n    }})\n}}\n"
    ))
}

/// `Outer.Inner` → `outer::Inner`
fn path(name: &str) -> String {
    let mut parts: Vec<_> = name.split('.').collect();
    let last = parts.pop().unwrap_or_default();
    let mut path: Vec<_> = parts.into_iter().map(snake).collect();
    path.push(type_name(last));
    path.join("::")
}
