//! The options of a descriptor's elements that are not interpreted yet, by their paths.

use prost_types::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto,
    SourceCodeInfo, UninterpretedOption,
};

use crate::load::locations::tag;

/// Takes the option of that path out of the descriptor and of its source info.
pub fn remove_option(
    file: &mut FileDescriptorProto,
    info: &mut SourceCodeInfo,
    path: &[i32],
) -> bool {
    let [element @ .., tag::UNINTERPRETED, index] = path else {
        return false;
    };
    let Some(options) = options_at(file, element) else {
        return false;
    };
    let Ok(position) = usize::try_from(*index) else {
        return false;
    };
    if position >= options.len() {
        return false;
    }
    options.remove(position);
    let depth = path.len() - 1;
    info.location
        .retain(|location| !location.path.starts_with(path));
    for location in &mut info.location {
        if location.path.len() > depth
            && location.path[..depth] == path[..depth]
            && location.path[depth] > *index
        {
            location.path[depth] -= 1;
        }
    }
    true
}

/// Takes an option that is read out of those that are not, and keeps its place under the path of what it sets.
pub fn move_option(
    file: &mut FileDescriptorProto,
    info: &mut SourceCodeInfo,
    path: &[i32],
    place: &[i32],
) {
    let kept = info
        .location
        .iter()
        .enumerate()
        .find(|(_, location)| location.path == path)
        .map(|(index, location)| (index, location.clone()));
    let removed = remove_option(file, info, path);
    if let (Some((index, mut location)), true) = (kept, removed) {
        location.path = place.to_vec();
        info.location
            .insert(index.min(info.location.len()), location);
    }
}

/// The option of that path.
pub fn option_at<'a>(
    file: &'a mut FileDescriptorProto,
    path: &[i32],
) -> Option<&'a mut UninterpretedOption> {
    let [element @ .., tag::UNINTERPRETED, index] = path else {
        return None;
    };
    at_mut(options_at(file, element)?, *index)
}

/// The uninterpreted options of an element, by the path of its options field.
fn options_at<'a>(
    file: &'a mut FileDescriptorProto,
    path: &[i32],
) -> Option<&'a mut Vec<UninterpretedOption>> {
    macro_rules! of {
        ($options:expr) => {
            $options
                .as_mut()
                .map(|options| &mut options.uninterpreted_option)
        };
    }
    match *path {
        [tag::FILE_OPTIONS] => of!(file.options),
        [tag::FILE_MESSAGE, index, ref rest @ ..] => {
            in_message(at_mut(&mut file.message_type, index)?, rest)
        }
        [tag::FILE_ENUM, index, ref rest @ ..] => {
            in_enum(at_mut(&mut file.enum_type, index)?, rest)
        }
        [tag::FILE_EXTENSION, index, tag::FIELD_OPTIONS] => {
            of!(at_mut(&mut file.extension, index)?.options)
        }
        [tag::FILE_SERVICE, index, tag::SERVICE_OPTIONS] => {
            of!(at_mut(&mut file.service, index)?.options)
        }
        [
            tag::FILE_SERVICE,
            index,
            tag::SERVICE_METHOD,
            method,
            tag::METHOD_OPTIONS,
        ] => {
            of!(at_mut(&mut at_mut(&mut file.service, index)?.method, method)?.options)
        }
        _ => None,
    }
}

fn in_message<'a>(
    message: &'a mut DescriptorProto,
    path: &[i32],
) -> Option<&'a mut Vec<UninterpretedOption>> {
    fn of_field(field: &mut FieldDescriptorProto) -> Option<&mut Vec<UninterpretedOption>> {
        field
            .options
            .as_mut()
            .map(|options| &mut options.uninterpreted_option)
    }
    match *path {
        [tag::MESSAGE_OPTIONS] => message
            .options
            .as_mut()
            .map(|options| &mut options.uninterpreted_option),
        [tag::MESSAGE_FIELD, index, tag::FIELD_OPTIONS] => {
            of_field(at_mut(&mut message.field, index)?)
        }
        [tag::MESSAGE_EXTENSION, index, tag::FIELD_OPTIONS] => {
            of_field(at_mut(&mut message.extension, index)?)
        }
        [tag::MESSAGE_ONEOF, index, tag::ONEOF_OPTIONS] => at_mut(&mut message.oneof_decl, index)?
            .options
            .as_mut()
            .map(|options| &mut options.uninterpreted_option),
        [tag::MESSAGE_EXTENSION_RANGE, index, tag::RANGE_OPTIONS] => {
            at_mut(&mut message.extension_range, index)?
                .options
                .as_mut()
                .map(|options| &mut options.uninterpreted_option)
        }
        [tag::MESSAGE_MESSAGE, index, ref rest @ ..] => {
            in_message(at_mut(&mut message.nested_type, index)?, rest)
        }
        [tag::MESSAGE_ENUM, index, ref rest @ ..] => {
            in_enum(at_mut(&mut message.enum_type, index)?, rest)
        }
        _ => None,
    }
}

fn in_enum<'a>(
    enum_: &'a mut EnumDescriptorProto,
    path: &[i32],
) -> Option<&'a mut Vec<UninterpretedOption>> {
    match *path {
        [tag::ENUM_OPTIONS] => enum_
            .options
            .as_mut()
            .map(|options| &mut options.uninterpreted_option),
        [tag::ENUM_VALUE, index, tag::VALUE_OPTIONS] => at_mut(&mut enum_.value, index)?
            .options
            .as_mut()
            .map(|options| &mut options.uninterpreted_option),
        _ => None,
    }
}

pub fn at_mut<T>(list: &mut [T], index: i32) -> Option<&mut T> {
    list.get_mut(usize::try_from(index).ok()?)
}
