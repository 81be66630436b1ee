//! Fields of proto3 whose names differ in case and underscores alone. protobuf takes them, the pool does not: it sees
//! the later ones under other names, as long, which are taken back wherever a name leaves the pool.

use std::collections::{BTreeMap, BTreeSet};

use prost_types::{DescriptorProto, FileDescriptorProto};

use super::numbers::json_name;

/// Names as the pool knows them, and as they are.
pub type Disguises = BTreeMap<String, String>;

/// Disguises what the pool would refuse.
pub fn disguise(file: &mut FileDescriptorProto, disguises: &mut Disguises) {
    if file.syntax() == "proto3" {
        for message in &mut file.message_type {
            disguise_fields(message, disguises);
        }
    }
}

fn disguise_fields(message: &mut DescriptorProto, disguises: &mut Disguises) {
    let mut seen = BTreeSet::new();
    let mut marks = '\u{1}'..='\u{1f}';
    for field in &mut message.field {
        let letters = field.name().chars().filter(|letter| *letter != '_');
        let squashed: String = letters.map(|letter| letter.to_ascii_lowercase()).collect();
        if seen.insert(squashed) {
            continue;
        }
        let name = field.name().to_owned();
        if let (Some(mark), Some(rest)) = (marks.next(), name.get(1..)) {
            let disguised = format!("{mark}{rest}");
            field.json_name.get_or_insert_with(|| json_name(&name));
            field.name = Some(disguised.clone());
            disguises.insert(disguised, name);
        }
    }
    for nested in &mut message.nested_type {
        disguise_fields(nested, disguises);
    }
}
