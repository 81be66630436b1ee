//! Parameters: a struct that holds what a message's rules promise.

use serde::Serialize;

use super::paths::{Paths, Prelude};
use super::rules::{Checked, Member, Repr, Shape, field_name, literal};
use super::view::{doc, element_docs};
use crate::names::rust as names;
use crate::schema::rules::{FieldRules, Ignore};
use crate::schema::{Cardinality, MessageId, Schema, Type};

#[derive(Serialize)]
pub struct ParamsView {
    docs: String,
    deprecated: &'static str,
    allow_deprecated: &'static str,
    prelude: Prelude,
    name: String,
    message: String,
    /// The message has rules.
    checked: bool,
    /// Its fields may forbid what its rules do not.
    fallible: bool,
    /// The whole value, where it stands on one line.
    short: String,
    fields: Vec<FieldView>,
}

/// The longest fields of a struct's value that stand on its line.
const SHORT_WIDTH: usize = 18;

#[derive(Serialize)]
struct FieldView {
    prelude: Prelude,
    docs: String,
    deprecated: &'static str,
    name: String,
    ty: String,
    /// The name of the protobuf field, as a literal.
    field: String,
    /// The field of the message.
    access: String,
    /// The function of the runtime that takes it; empty where it is taken as it is.
    parse: &'static str,
    /// The variable for what that function gives.
    local: String,
    /// What goes into the struct.
    value: String,
}

impl ParamsView {
    /// None for a message that has no parameters.
    pub fn new(id: MessageId, checked: &Checked, paths: &Paths) -> Option<Self> {
        let schema = paths.schema;
        let params = schema.params.get(&id)?;
        let message = &schema[id];
        let source = format!(
            "Parsed from [`{}`], and legal by all its rules.",
            paths.message(Some(id))
        );
        let fields = fields(id, paths);
        let is_checked = checked.contains(id);
        let uses_deprecated =
            message.deprecated || message.fields.iter().any(|field| field.deprecated);
        Some(Self {
            docs: match &message.comments.leading {
                Some(_) => format!(
                    "{}\n///\n{}",
                    element_docs(
                        &message.comments,
                        &format!("Schema: `{}`.", message.full_name)
                    ),
                    doc(&source)
                ),
                None => doc(&source),
            },
            deprecated: if message.deprecated {
                "#[deprecated]"
            } else {
                ""
            },
            allow_deprecated: if uses_deprecated {
                "#[allow(deprecated)]"
            } else {
                ""
            },
            prelude: paths.prelude(),
            name: params.name.clone(),
            message: paths.message(Some(id)),
            checked: is_checked,
            short: match fields.as_slice() {
                [] => "Self {}".to_owned(),
                [one] if one.name.len() + ": ".len() + one.value.len() <= SHORT_WIDTH => {
                    format!("Self {{ {}: {} }}", one.name, one.value)
                }
                _ => String::new(),
            },
            fallible: fields.iter().any(|field| !field.parse.is_empty()),
            fields,
        })
    }
}

/// The fields in order; a oneof stands where its first member does.
fn fields(id: MessageId, paths: &Paths) -> Vec<FieldView> {
    let message = &paths.schema[id];
    let mut views = Vec::new();
    let mut seen = Vec::new();
    for (index, field) in message.fields.iter().enumerate() {
        match field.oneof {
            Some(oneof) if seen.contains(&oneof) => {}
            Some(oneof) => {
                seen.push(oneof);
                views.push(oneof_view(id, oneof, paths));
            }
            None => views.push(field_view(id, index, paths)),
        }
    }
    views
}

fn oneof_view(id: MessageId, index: usize, paths: &Paths) -> FieldView {
    let schema = paths.schema;
    let oneof = &schema[id].oneofs[index];
    let required = schema
        .rules
        .get(&id)
        .is_some_and(|rules| rules.required_oneofs.contains(&index));
    let ty = paths.type_path(&oneof.full_name, schema[id].file);
    let name = names::snake(&oneof.name);
    let access = format!("message.{name}");
    FieldView {
        prelude: paths.prelude(),
        docs: comments(&oneof.comments),
        deprecated: "",
        ty: if required { ty } else { paths.option(&ty) },
        field: literal::text(&oneof.name),
        parse: if required { "given" } else { "" },
        value: if required {
            format!("{}?", local(&name))
        } else {
            access.clone()
        },
        local: local(&name),
        access,
        name,
    }
}

fn field_view(id: MessageId, index: usize, paths: &Paths) -> FieldView {
    let schema = paths.schema;
    let field = &schema[id].fields[index];
    let member = Member::new(paths, id, index, "message");
    let name = field_name(schema, id, index);
    let rules = schema
        .rules
        .get(&id)
        .and_then(|rules| rules.fields.get(&index));
    let is_required = |rules: &FieldRules| rules.required && rules.ignore != Ignore::Always;
    let required = rules.is_some_and(is_required);
    let is_enum = matches!(member.repr, Repr::Enum(_));
    let params = parsed(schema, id, index).filter(|_| !is_ignored(rules, &member.shape));
    let one = match params {
        Some(message) => paths.params_or_message(message),
        None => type_of(member.repr, paths, schema, field.ty),
    };
    let kind = match params {
        Some(_) => Kind::Params,
        None if is_enum => Kind::Enum,
        None => Kind::Plain,
    };
    let is_boxed = is_boxed(schema, id, index);
    let access = match (is_boxed, &member.shape) {
        (true, Shape::Required) => format!("*{}", member.access),
        (true, _) => format!("{}.map(|value| *value)", member.access),
        (false, _) => member.access.clone(),
    };
    // Parameters that hold their own kind are boxed as the message is.
    let stored = match is_boxed && params.is_some() {
        true => format!("::prost::alloc::boxed::Box<{one}>"),
        false => one.clone(),
    };
    let (ty, parse) = match &member.shape {
        Shape::Option if required => (
            stored.clone(),
            kind.choose("given", "given_known", "given_parsed"),
        ),
        Shape::Option => (
            paths.option(&stored),
            kind.choose("", "known_option", "parsed_option"),
        ),
        Shape::List => (
            format!("::prost::alloc::vec::Vec<{one}>"),
            kind.choose("", "known_list", "parsed_list"),
        ),
        Shape::Map => {
            let key = member
                .key
                .map(|key| scalar(key).to_owned())
                .unwrap_or_default();
            (
                format!("::std::collections::HashMap<{key}, {one}>"),
                kind.choose("", "known_map", "parsed_map"),
            )
        }
        _ => (stored.clone(), kind.choose("", "known", "parsed_value")),
    };
    let value = match parse {
        "" => access.clone(),
        _ if stored == one => format!("{}?", local(&name)),
        "parsed_option" => format!("{}?.map(::prost::alloc::boxed::Box::new)", local(&name)),
        _ => format!("::prost::alloc::boxed::Box::new({}?)", local(&name)),
    };
    FieldView {
        prelude: paths.prelude(),
        docs: comments(&field.comments),
        deprecated: if field.deprecated {
            "#[deprecated]"
        } else {
            ""
        },
        ty,
        field: literal::text(&field.name),
        local: local(&name),
        value,
        access,
        parse,
        name,
    }
}

/// What a field holds.
#[derive(Clone, Copy)]
enum Kind {
    Plain,
    Enum,
    /// A message that has parameters.
    Params,
}

impl Kind {
    fn choose(
        self,
        plain: &'static str,
        known: &'static str,
        parsed: &'static str,
    ) -> &'static str {
        match self {
            Self::Plain => plain,
            Self::Enum => known,
            Self::Params => parsed,
        }
    }
}

/// The message with parameters that a field holds, or the items of a list, or the values of a map.
fn parsed(schema: &Schema, id: MessageId, index: usize) -> Option<MessageId> {
    let message_of = |ty| match ty {
        Type::Message(message) | Type::Group(message) => Some(message),
        _ => None,
    };
    let mut message = message_of(schema[id].fields[index].ty)?;
    if schema[message].map_entry {
        message = message_of(schema[message].fields[1].ty)?;
    }
    schema.params.contains_key(&message).then_some(message)
}

/// What is not checked promises nothing.
fn is_ignored(rules: Option<&FieldRules>, shape: &Shape) -> bool {
    let ignores = |rules: &FieldRules| rules.ignore == Ignore::Always;
    let of_elements = rules.and_then(|rules| rules.values.as_deref());
    rules.is_some_and(ignores)
        || (matches!(shape, Shape::List | Shape::Map) && of_elements.is_some_and(ignores))
}

fn comments(comments: &crate::schema::Comments) -> String {
    super::rustdoc::doc_comment(
        [comments.leading.as_deref(), comments.trailing.as_deref()],
        None,
    )
}

/// A variable that no other name in the function is.
fn local(name: &str) -> String {
    format!(
        "{}_value",
        name.trim_start_matches("r#").trim_end_matches('_')
    )
}

fn type_of(repr: Repr, paths: &Paths, schema: &Schema, ty: Type) -> String {
    match (repr, ty) {
        (Repr::Enum(id), _) => paths.enum_type(id),
        // A wrapper of bytes is a vector, other bytes are not.
        (Repr::Bytes, Type::Message(_)) => "::prost::alloc::vec::Vec<u8>".to_owned(),
        (Repr::Message(_) | Repr::Duration | Repr::Timestamp, ty) => match ty {
            Type::Message(id) | Type::Group(id) if !schema[id].map_entry => paths.message(Some(id)),
            _ => map_value(paths, schema, ty),
        },
        (repr, _) => scalar(repr).to_owned(),
    }
}

fn map_value(paths: &Paths, schema: &Schema, ty: Type) -> String {
    let Type::Message(entry) = ty else {
        return String::new();
    };
    match schema[entry].fields[1].ty {
        Type::Message(id) => paths.message(Some(id)),
        _ => String::new(),
    }
}

fn scalar(repr: Repr) -> &'static str {
    match repr {
        Repr::Bool => "bool",
        Repr::I32 => "i32",
        Repr::I64 => "i64",
        Repr::U32 => "u32",
        Repr::U64 => "u64",
        Repr::F32 => "f32",
        Repr::F64 => "f64",
        Repr::Text => "::prost::alloc::string::String",
        Repr::Bytes => "::prost::bytes::Bytes",
        _ => "()",
    }
}

/// Whether prost boxes a field: its message holds, some way down, the message that has the field.
fn is_boxed(schema: &Schema, id: MessageId, index: usize) -> bool {
    let field = &schema[id].fields[index];
    let start = match (field.cardinality, field.ty) {
        (Cardinality::Singular, Type::Message(message)) => message,
        _ => return false,
    };
    let mut open = vec![start];
    let mut seen = std::collections::BTreeSet::new();
    while let Some(message) = open.pop() {
        if message == id {
            return true;
        }
        if !seen.insert(message) {
            continue;
        }
        let singular = schema[message]
            .fields
            .iter()
            .filter(|field| field.cardinality == Cardinality::Singular);
        open.extend(singular.filter_map(|field| match field.ty {
            Type::Message(next) => Some(next),
            _ => None,
        }));
    }
    false
}
