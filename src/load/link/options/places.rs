//! Source info of options, under the paths of what they set: `[…, 7, 50001, 2]` in place of `[…, 7, 999, 0]`.

use std::collections::HashMap;

use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::uninterpreted_option::NamePart;
use prost_types::{FieldDescriptorProto, FileDescriptorProto, SourceCodeInfo};

use super::interpret::type_name;
use super::scope::scope_of;
use crate::load::link::shapes::Shapes;
use crate::load::locations::tag;

/// The name of every option, and which location is its.
pub fn names(file: &mut FileDescriptorProto, info: &SourceCodeInfo) -> Vec<(usize, Vec<NamePart>)> {
    let locations = info.location.iter().enumerate();
    locations
        .filter(|(_, location)| matches!(location.path[..], [.., tag::UNINTERPRETED, _]))
        .filter_map(|(index, location)| {
            let option = super::elements::option_at(file, &location.path)?;
            Some((index, option.name.clone()))
        })
        .collect()
}

/// Moves the options of a file, which have been interpreted, so that each name is found.
pub fn settle(info: &mut SourceCodeInfo, names: &[(usize, Vec<NamePart>)], shapes: Shapes) {
    // How many elements a repeated option has so far.
    let mut lengths: HashMap<Vec<i32>, i32> = HashMap::new();
    for (index, name) in names {
        let location = &mut info.location[*index];
        let [element @ .., _, _] = &location.path[..] else {
            continue;
        };
        let options_type = scope_of(shapes.descriptor, element).1;
        let Some((numbers, repeated)) = fields(name, options_type, shapes) else {
            continue;
        };
        let mut path = [element, &numbers].concat();
        if repeated {
            let length = lengths.entry(path.clone()).or_default();
            path.push(*length);
            *length += 1;
        }
        location.path = path;
    }
}

/// The numbers of the fields that an option's name leads along, and whether the last of them is a list.
fn fields(name: &[NamePart], options_type: &str, shapes: Shapes) -> Option<(Vec<i32>, bool)> {
    let mut message = options_type;
    let mut numbers = Vec::with_capacity(name.len());
    let mut repeated = false;
    for part in name {
        let field = if part.is_extension {
            shapes.extension(part.name_part.trim_start_matches('.'))?
        } else {
            let fields = &shapes.message(message)?.field;
            fields.iter().find(|field| field.name() == part.name_part)?
        };
        numbers.push(field.number());
        message = type_name(field);
        repeated = field.label() == Label::Repeated;
    }
    Some((numbers, repeated))
}

pub fn is_map(field: &FieldDescriptorProto, shapes: Shapes) -> bool {
    let entry = |name| Some(shapes.message(name)?.options.as_ref()?.map_entry());
    field.r#type() == Type::Message && entry(type_name(field)) == Some(true)
}
