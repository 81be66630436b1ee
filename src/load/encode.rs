//! Linked files to bytes, as protoc writes them.

use std::borrow::Cow;

use prost::encoding::{DecodeContext, decode_key, decode_varint, skip_field};
use prost_reflect::FileDescriptor;
use prost_types::SourceCodeInfo;

use super::link::{own_number, undisguised};
use super::locations::{step, tag};
use super::retention::Retention;
use super::{Loaded, LoadedFile, canonical};
use crate::schema::FileId;

impl Loaded {
    /// A descriptor out of the pool, with the names of its fields, and without source info.
    pub fn encoded(&self, id: FileId, file: &FileDescriptor) -> Vec<u8> {
        self.plain(&self.files[id.0], file)
    }

    /// Every linked file's descriptor, encoded with its source info, in dependency order, without the options that
    /// compiled programs do not see.
    pub fn descriptors(&self) -> impl Iterator<Item = Vec<u8>> {
        let retention = Retention::new(&self.pool);
        self.files.iter().filter_map(move |loaded| {
            let file = self.pool.get_file_by_name(&loaded.path)?;
            let (bytes, stripped) = retention.strip(self.plain(loaded, &file));
            let mut info = loaded.source_info().map(Cow::Borrowed);
            if let Some(info) = info.as_mut().filter(|_| !stripped.is_empty()) {
                let is_gone = |path: &[i32]| stripped.iter().any(|gone| path.starts_with(gone));
                let locations = &mut info.to_mut().location;
                locations.retain(|location| !is_gone(&location.path));
            }
            Some(with_info(bytes, loaded, info.as_deref()))
        })
    }

    /// As the schema has it, where the pool was told otherwise.
    fn plain(&self, loaded: &LoadedFile, file: &FileDescriptor) -> Vec<u8> {
        let ordered = loaded.encoded.clone();
        let mut bytes = ordered.unwrap_or_else(|| file.encode_to_vec());
        if loaded.disguised {
            bytes = with_names(&bytes, &FILE_PARTS).unwrap_or(bytes);
        }
        if file.file_descriptor_proto().dependency.len() > loaded.imports.len() {
            bytes = without_hidden_imports(&bytes, loaded.imports.len());
        }
        bytes
    }
}

/// What of a file and of a message holds fields: first messages, then fields.
const FILE_PARTS: [i32; 2] = [tag::FILE_MESSAGE, tag::FILE_EXTENSION];
const MESSAGE_PARTS: [i32; 3] = [
    tag::MESSAGE_MESSAGE,
    tag::MESSAGE_FIELD,
    tag::MESSAGE_EXTENSION,
];

/// An encoded file, message or field with the fields' own names and numbers. `parts` are the numbers of what holds fields.
fn with_names(bytes: &[u8], parts: &[i32]) -> Option<Vec<u8>> {
    let mut whole = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while !rest.is_empty() {
        let record = rest;
        let (number, wire_type) = decode_key(&mut rest).ok()?;
        let mut payload = rest;
        skip_field(wire_type, number, &mut rest, DecodeContext::default()).ok()?;
        let number = step(number as usize);
        let in_field = parts.is_empty();
        let is_name = in_field && matches!(number, tag::NAME | tag::FIELD_JSON_NAME);
        if !is_name && !parts.contains(&number) {
            whole.extend_from_slice(&record[..record.len() - rest.len()]);
            continue;
        }
        decode_varint(&mut payload).ok()?;
        let payload = &payload[..payload.len() - rest.len()];
        let payload = if is_name {
            let name = std::str::from_utf8(payload).ok()?;
            if let Some(own) = own_number(name) {
                whole = with_number(&whole, own)?;
            }
            undisguised(name).as_bytes().to_vec()
        } else if number == parts[0] {
            with_names(payload, &MESSAGE_PARTS)?
        } else {
            with_names(payload, &[])?
        };
        prost::encoding::bytes::encode(number.unsigned_abs(), &payload, &mut whole);
    }
    Some(whole)
}

/// An encoded field with another number, which stands before its name in JSON.
fn with_number(field: &[u8], own: i32) -> Option<Vec<u8>> {
    let mut whole = Vec::with_capacity(field.len());
    let mut rest = field;
    while !rest.is_empty() {
        let record = rest;
        let (number, wire_type) = decode_key(&mut rest).ok()?;
        skip_field(wire_type, number, &mut rest, DecodeContext::default()).ok()?;
        if step(number as usize) == tag::FIELD_NUMBER {
            prost::encoding::int32::encode(number, &own, &mut whole);
        } else {
            whole.extend_from_slice(&record[..record.len() - rest.len()]);
        }
    }
    Some(whole)
}

/// The file's own imports come first.
fn without_hidden_imports(file: &[u8], own: usize) -> Vec<u8> {
    let mut kept = Vec::with_capacity(file.len());
    let mut rest = file;
    let mut imports = 0;
    while !rest.is_empty() {
        let field = rest;
        let number = decode_key(&mut rest).and_then(|(number, wire_type)| {
            skip_field(wire_type, number, &mut rest, DecodeContext::default()).map(|()| number)
        });
        let Ok(number) = number else { break };
        let import = number == tag::FILE_IMPORT.unsigned_abs();
        imports += usize::from(import);
        if !import || imports <= own {
            kept.extend_from_slice(&field[..field.len() - rest.len()]);
        }
    }
    kept
}

fn with_info(bytes: Vec<u8>, loaded: &LoadedFile, info: Option<&SourceCodeInfo>) -> Vec<u8> {
    let Some(info) = info else { return bytes };
    if !loaded.source.text().contains('\t') {
        return canonical::with_source_info(&bytes, info);
    }
    let mut info = info.clone();
    canonical::expand_tabs(&mut info, &loaded.source);
    canonical::with_source_info(&bytes, &info)
}
