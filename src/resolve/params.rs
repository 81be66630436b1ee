//! Messages that become parameters, from `(bellwire.params)`.

use std::collections::BTreeMap;

use prost_reflect::MessageDescriptor;

use super::elements::Ids;
use super::groups::Site;
use super::options;
use crate::diagnostic::{Diagnostic, Report, code};
use crate::load::Loaded;
use crate::load::locations::{Locations, part, tag};
use crate::names::rust as names;
use crate::schema::{FileId, MessageId, Params, Schema};

pub fn build(
    loaded: &Loaded,
    ids: &Ids,
    schema: &Schema,
    report: &mut Report,
) -> BTreeMap<MessageId, Params> {
    let mut params = BTreeMap::new();
    for (file, described) in schema.files() {
        let Some(descriptor) = loaded.pool.get_file_by_name(&described.path) else {
            continue;
        };
        if !options::may_use(&descriptor, options::FILE) {
            continue;
        }
        let locations = loaded.locations(file);
        let mut open: Vec<MessageDescriptor> = descriptor.messages().collect();
        while let Some(message) = open.pop() {
            open.extend(message.child_messages());
            let Some(id) = ids.message(message.full_name()) else {
                continue;
            };
            if let Some(its) = read(loaded, schema, file, id, &message, &locations, report) {
                params.insert(id, its);
            }
        }
    }
    params
}

fn read<'a>(
    loaded: &'a Loaded,
    schema: &Schema,
    file: FileId,
    id: MessageId,
    message: &MessageDescriptor,
    locations: &'a Locations<'a>,
    report: &mut Report,
) -> Option<Params> {
    let (number, option) = options::find(&loaded.pool, &message.options(), "params")?;
    let number = i32::try_from(number).unwrap_or(i32::MAX);
    let site = Site {
        file,
        locations,
        path: part(message.path(), &[tag::MESSAGE_OPTIONS, number]),
        element: schema[id].span,
    };
    let name = options::text(&option, "name");
    if !name.is_empty() && name == names::type_name(&name) {
        return Some(Params {
            name,
            span: site.field("name", 1),
        });
    }
    let example = format!("{}Params", names::type_name(&schema[id].name));
    let text = match name.as_str() {
        "" => "the parameters have no name".to_owned(),
        name => format!("`{name}` is no name of a Rust struct"),
    };
    let diagnostic = Diagnostic::error(code::PARAMS_INVALID_NAME, text)
        .at(loaded.label(
            site.field("name", 1),
            "a name in UpperCamelCase belongs here",
        ))
        .help(format!("name the struct: `{{ name: \"{example}\" }}`"));
    report.push(diagnostic);
    None
}
