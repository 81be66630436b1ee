//! Fields that protobuf tells apart and the pool does not: those of proto3 whose names differ in case and underscores
//! alone, and those that are one in JSON where the schema may have it so. The pool sees the later ones under other names,
//! which are taken back wherever a name leaves the pool. So are the numbers that extensions of message sets alone have.

use std::collections::BTreeSet;

use prost_types::{DescriptorProto, FieldDescriptorProto, FileDescriptorProto};

use super::json_names::json_name;

/// Begins a name that the pool alone knows; a number and the name itself follow.
const DISGUISE: &str = "disguised_by_bellwire_";

/// The same for the JSON name of an extension whose number the pool would refuse: that number and the name follow.
const NUMBERED: &str = "numbered_by_bellwire_";

/// Disguises what the pool would refuse; whether there is any.
pub fn disguise(file: &mut FileDescriptorProto) -> bool {
    let proto3 = file.syntax() == "proto3";
    let mut any = file.extension.iter().any(is_numbered);
    for message in &mut file.message_type {
        any |= disguise_fields(message, proto3);
    }
    any
}

fn disguise_fields(message: &mut DescriptorProto, proto3: bool) -> bool {
    let mut names = BTreeSet::new();
    let mut json_names = BTreeSet::new();
    let mut any = message.extension.iter().any(is_numbered);
    for field in &mut message.field {
        let json = field.json_name.clone();
        let json = json.unwrap_or_else(|| json_name(field.name()));
        if json_names.contains(&json) {
            field.json_name = Some(disguised(&json, |name| json_names.insert(name.to_owned())));
            any = true;
        }
        if proto3 && !names.insert(squashed(field.name())) {
            field.json_name.get_or_insert_with(|| json.clone());
            let is_free = |name: &str| names.insert(squashed(name));
            field.name = Some(disguised(field.name(), is_free));
            any = true;
        }
        json_names.insert(json);
    }
    for nested in &mut message.nested_type {
        any |= disguise_fields(nested, proto3);
    }
    any
}

/// What the pool compares: a name without case and underscores.
fn squashed(name: &str) -> String {
    let mut squashed = name.to_owned();
    squashed.retain(|c| c != '_');
    squashed.make_ascii_lowercase();
    squashed
}

/// A name that nothing has yet.
fn disguised(name: &str, mut is_free: impl FnMut(&str) -> bool) -> String {
    let mut names = (0..).map(|number: u32| format!("{DISGUISE}{number}_{name}"));
    names
        .find(|disguised| is_free(disguised))
        .unwrap_or_default()
}

/// The name of a field, or its name in JSON, by that in the pool.
pub fn undisguised(name: &str) -> &str {
    let numbered = [DISGUISE, NUMBERED]
        .into_iter()
        .find_map(|prefix| name.strip_prefix(prefix));
    numbered
        .and_then(|numbered| numbered.split_once('_'))
        .map_or(name, |(_, name)| name)
}

/// Gives an extension a number that the pool takes; its name in JSON remembers its own.
pub fn renumber(extension: &mut FieldDescriptorProto, number: i32) {
    let own = extension.number();
    let json = extension
        .json_name
        .clone()
        .unwrap_or_else(|| json_name(extension.name()));
    extension.json_name = Some(format!("{NUMBERED}{own}_{json}"));
    extension.number = Some(number);
}

/// The number of an extension that the pool knows by another one and by this name in JSON.
pub fn own_number(json_name: &str) -> Option<i32> {
    let (number, _) = json_name.strip_prefix(NUMBERED)?.split_once('_')?;
    number.parse().ok()
}

fn is_numbered(extension: &FieldDescriptorProto) -> bool {
    own_number(extension.json_name()).is_some()
}
