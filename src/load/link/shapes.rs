//! What a full name was declared as: the descriptors behind the symbols.

use std::sync::OnceLock;

use prost_types::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto,
};
use rustc_hash::FxHashMap;

use super::symbols::{Symbols, join};
use crate::load::locations::{step, tag};
use crate::load::{LoadedFile, newer};
use crate::schema::FileId;

/// Looks declarations up, in the file that is being linked and in those before it.
#[derive(Clone, Copy)]
pub struct Shapes<'a> {
    pub files: &'a [LoadedFile],
    pub symbols: &'a Symbols,
    pub file: FileId,
    pub descriptor: &'a FileDescriptorProto,
}

impl<'a> Shapes<'a> {
    pub fn message(&self, full_name: &str) -> Option<&'a DescriptorProto> {
        let (file, path) = self.place(full_name)?;
        message(file, path).filter(|found| full_name.ends_with(found.name()))
    }

    pub fn extension(&self, full_name: &str) -> Option<&'a FieldDescriptorProto> {
        let (file, path) = self.place(full_name)?;
        let found = match *path {
            [tag::FILE_EXTENSION, index] => at(&file.extension, index),
            [ref outer @ .., tag::MESSAGE_EXTENSION, index] => {
                at(&message(file, outer)?.extension, index)
            }
            _ => None,
        };
        found.filter(|found| full_name.ends_with(found.name()))
    }

    /// An enum, and whether it is closed: a value has to be one of those declared.
    pub fn enum_(&self, full_name: &str) -> Option<(&'a EnumDescriptorProto, bool)> {
        let (file, path) = self.place(full_name)?;
        let found = match *path {
            [tag::FILE_ENUM, index] => at(&file.enum_type, index),
            [ref outer @ .., tag::MESSAGE_ENUM, index] => {
                at(&message(file, outer)?.enum_type, index)
            }
            _ => None,
        };
        found
            .filter(|found| full_name.ends_with(found.name()))
            .map(|found| (found, file.syntax() != "proto3"))
    }

    /// The field or extension of that path, in the file that is being linked.
    pub fn field(&self, path: &[i32]) -> Option<&'a FieldDescriptorProto> {
        match *path {
            [tag::FILE_EXTENSION, index] => at(&self.descriptor.extension, index),
            [ref outer @ .., tag::MESSAGE_FIELD, index] => {
                at(&message(self.descriptor, outer)?.field, index)
            }
            [ref outer @ .., tag::MESSAGE_EXTENSION, index] => {
                at(&message(self.descriptor, outer)?.extension, index)
            }
            _ => None,
        }
    }

    fn place(&self, full_name: &str) -> Option<(&'a FileDescriptorProto, &'a [i32])> {
        let Some(definition) = self.symbols.get(full_name) else {
            return own_options(full_name);
        };
        let file = if definition.file == self.file {
            self.descriptor
        } else {
            self.files.get(definition.file.0)?.parsed.as_ref()?
        };
        Some((file, definition.path.as_slice()))
    }
}

fn message<'a>(file: &'a FileDescriptorProto, path: &[i32]) -> Option<&'a DescriptorProto> {
    let [tag::FILE_MESSAGE, first, ref rest @ ..] = *path else {
        return None;
    };
    let mut found = at(&file.message_type, first)?;
    for steps in rest.chunks(2) {
        let [tag::MESSAGE_MESSAGE, index] = *steps else {
            return None;
        };
        found = at(&found.nested_type, index)?;
    }
    Some(found)
}

/// A schema need not import `google/protobuf/descriptor.proto` to set the options that it declares.
fn own_options(full_name: &str) -> Option<(&'static FileDescriptorProto, &'static [i32])> {
    static PATHS: OnceLock<FxHashMap<String, Vec<i32>>> = OnceLock::new();
    let file = newer::descriptor()?;
    if !full_name.starts_with(file.package()) {
        return None;
    }
    let paths = PATHS.get_or_init(|| {
        let mut paths = FxHashMap::default();
        for (index, message) in file.message_type.iter().enumerate() {
            let path = [tag::FILE_MESSAGE, step(index)];
            let name = join(file.package(), message.name());
            for (index, enum_) in message.enum_type.iter().enumerate() {
                let path = [&path[..], &[tag::MESSAGE_ENUM, step(index)]].concat();
                paths.insert(join(&name, enum_.name()), path);
            }
            paths.insert(name, path.to_vec());
        }
        paths
    });
    Some((file, paths.get(full_name)?))
}

pub fn at<T>(list: &[T], index: i32) -> Option<&T> {
    list.get(usize::try_from(index).ok()?)
}
