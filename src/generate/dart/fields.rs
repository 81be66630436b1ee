//! A message's fields: their accessors, and how `package:protobuf` is told of them.

use super::docs::{deprecated, docs};
use super::imports::Imports;
use super::layout::{self, Call};
use super::literal;
use crate::names::dart::{self as names, FieldNames};
use crate::schema::{Cardinality, Field, Message, MessageId, Presence, Schema, Type};

/// The accessors of a field, each with its annotations, and before them what the schema says of it. `index` is its
/// position among the fields ordered by number.
pub fn accessors(field: &Field, names: &FieldNames, index: usize, imports: &mut Imports) -> String {
    let ty = dart_type(field, imports);
    let (index, number) = (index.to_string(), field.number.to_string());
    let method = |ty: &str, name: &str, body: &'static str, arg: &str| {
        layout::arrow(
            2,
            ty,
            name,
            Some(""),
            &Call::new(body, vec![arg.to_owned()]),
        )
    };
    let annotations = deprecated(field.deprecated, "field") + &tag_number(field.number);
    let mut accessors = docs(2, &field.comments);
    let mut add = |accessor: String| {
        let gap = if accessors.is_empty() { "" } else { "\n" };
        accessors.extend([gap, &annotations, "  ", &accessor]);
    };
    let getter = ["get ", &names.getter].concat();
    add(layout::arrow(2, &ty, &getter, None, &read(field, &index)));
    if field.cardinality == Cardinality::Singular {
        let bool = imports.core("bool");
        add(setter(field, names, &index, &ty));
        add(method(&bool, &names.has, "$_has", &index));
        add(method("void", &names.clear, "$_clearField", &number));
        if matches!(field.ty, Type::Message(_)) {
            add(method(&ty, &names.ensure, "$_ensure", &index));
        }
    }
    accessors
}

/// The line that says of which field a member is.
pub fn tag_number(number: i32) -> String {
    format!("  @$pb.TagNumber({number})\n")
}

/// The type of a field's getter.
fn dart_type(field: &Field, imports: &mut Imports) -> String {
    match field.cardinality {
        Cardinality::Singular => element_type(field.ty, imports),
        Cardinality::Repeated => {
            let element = element_type(field.ty, imports);
            ["$pb.PbList<", &element, ">"].concat()
        }
        Cardinality::Map => {
            let (key, value) = entry_types(field, imports);
            ["$pb.PbMap<", &key, ", ", &value, ">"].concat()
        }
    }
}

/// The type of a field's parameter in the message's constructor.
pub fn parameter_type(field: &Field, imports: &mut Imports) -> String {
    match field.cardinality {
        Cardinality::Singular => element_type(field.ty, imports),
        Cardinality::Repeated => {
            let element = element_type(field.ty, imports);
            [&*imports.core("Iterable"), "<", &element, ">"].concat()
        }
        Cardinality::Map => {
            let (key, value) = entry_types(field, imports);
            let entry = [&*imports.core("MapEntry"), "<", &key, ", ", &value, ">"].concat();
            [&*imports.core("Iterable"), "<", &entry, ">"].concat()
        }
    }
}

/// The type of one value of a field.
pub fn element_type(ty: Type, imports: &mut Imports) -> String {
    match ty {
        Type::Double | Type::Float => imports.core("double"),
        Type::Int32 | Type::Uint32 | Type::Sint32 | Type::Fixed32 | Type::Sfixed32 => {
            imports.core("int")
        }
        Type::Int64 | Type::Uint64 | Type::Sint64 | Type::Fixed64 | Type::Sfixed64 => {
            imports.int64()
        }
        Type::Bool => imports.core("bool"),
        Type::String => imports.core("String"),
        Type::Bytes => format!("{}<{}>", imports.core("List"), imports.core("int")),
        Type::Message(id) | Type::Group(id) => imports.message(id),
        Type::Enum(id) => imports.enumeration(id),
    }
}

fn entry_types(field: &Field, imports: &mut Imports) -> (String, String) {
    match entry(imports.schema, field) {
        Some((key, value)) => (
            element_type(key.ty, imports),
            element_type(value.ty, imports),
        ),
        None => unreachable!("the map {} has an entry", field.full_name),
    }
}

/// The key and the value of a map field.
fn entry<'a>(schema: &'a Schema, field: &Field) -> Option<(&'a Field, &'a Field)> {
    let Type::Message(id) = field.ty else {
        return None;
    };
    match schema[id].fields.as_slice() {
        [key, value] => Some((key, value)),
        _ => None,
    }
}

/// The expression of a getter.
fn read(field: &Field, index: &str) -> Call {
    let call = |method: &'static str| Call::new(method, vec![index.to_owned()]);
    match field.cardinality {
        Cardinality::Map => return call("$_getMap"),
        Cardinality::Repeated => return call("$_getList"),
        Cardinality::Singular => {}
    }
    let default = field.default.as_deref();
    let or =
        |method: &'static str, default: String| Call::new(method, vec![index.to_owned(), default]);
    match field.ty {
        Type::String => match default {
            None | Some("") => call("$_getSZ"),
            Some(text) => or("$_getS", literal::string(text)),
        },
        Type::Bool => match default {
            Some("true") => or("$_getB", "true".to_owned()),
            _ => call("$_getBF"),
        },
        Type::Int32 | Type::Uint32 | Type::Sint32 | Type::Fixed32 | Type::Sfixed32 => match default
        {
            None | Some("0") => call("$_getIZ"),
            Some(number) => or("$_getI", number.to_owned()),
        },
        Type::Int64 | Type::Uint64 | Type::Sint64 | Type::Fixed64 | Type::Sfixed64 => {
            call("$_getI64")
        }
        _ => call("$_getN"),
    }
}

fn setter(field: &Field, names: &FieldNames, index: &str, ty: &str) -> String {
    let (method, key) = match field.ty {
        Type::Double => ("$_setDouble", None),
        Type::Float => ("$_setFloat", None),
        Type::Int32 | Type::Sint32 | Type::Sfixed32 => ("$_setSignedInt32", None),
        Type::Uint32 | Type::Fixed32 => ("$_setUnsignedInt32", None),
        Type::Int64 | Type::Uint64 | Type::Sint64 | Type::Fixed64 | Type::Sfixed64 => {
            ("$_setInt64", None)
        }
        Type::Bool => ("$_setBool", None),
        Type::String => ("$_setString", None),
        Type::Bytes => ("$_setBytes", None),
        Type::Message(_) | Type::Group(_) | Type::Enum(_) => {
            ("$_setField", Some(field.number.to_string()))
        }
    };
    let key = key.unwrap_or_else(|| index.to_owned());
    let name = ["set ", &names.getter].concat();
    let param = [ty, " value"].concat();
    let body = Call::new(method, vec![key, "value".to_owned()]);
    layout::arrow(2, "", &name, Some(&param), &body)
}

/// The call on a `BuilderInfo` that declares a field of a message.
pub fn declaration(message: &Message, field: &Field, imports: &mut Imports) -> Call {
    let mut args = vec![field.number.to_string(), literal::string(&field.json_name)];
    let method = match field.cardinality {
        Cardinality::Singular => singular(field, &mut args, imports),
        Cardinality::Repeated => repeated(field, &mut args, imports),
        Cardinality::Map => map(message, field, &mut args, imports),
    };
    if let Some(name) = proto_name(field) {
        args.push(name);
    }
    Call::new(["..", &method].concat(), args)
}

/// The field's own name, as a named argument, where the JSON name does not tell it.
pub fn proto_name(field: &Field) -> Option<String> {
    (!names::json_name_implies(&field.json_name, &field.name))
        .then(|| ["protoName: '", &field.name, "'"].concat())
}

/// Only what `package:protobuf` 4, 5 and 6 share is called.
fn singular(field: &Field, args: &mut Vec<String>, imports: &mut Imports) -> String {
    let ty = element_type(field.ty, imports);
    let required = field.presence == Presence::Required;
    let constant = type_constant(field);
    let default = literal::default(field, imports);
    match field.ty {
        Type::String if default.is_none() => {
            return if required { "aQS" } else { "aOS" }.to_owned();
        }
        Type::Bool if default.is_none() && !required => return "aOB".to_owned(),
        Type::Int64
            if !required
                && default
                    .as_deref()
                    .is_some_and(|value| value.ends_with(".ZERO")) =>
        {
            return "aInt64".to_owned();
        }
        Type::Message(_) => {
            args.push(["subBuilder: ", &ty, ".create"].concat());
            return [if required { "aQM<" } else { "aOM<" }, &ty, ">"].concat();
        }
        _ => {}
    }
    args.push(constant);
    args.extend(default.map(|value| format!("defaultOrMaker: {value}")));
    args.extend(makers(field.ty, &ty));
    let is_enum = matches!(field.ty, Type::Enum(_));
    [if is_enum { "e<" } else { "a<" }, &ty, ">"].concat()
}

fn repeated(field: &Field, args: &mut Vec<String>, imports: &mut Imports) -> String {
    let ty = element_type(field.ty, imports);
    if field.ty == Type::String {
        return "pPS".to_owned();
    }
    args.push(type_constant(field));
    let makers = makers(field.ty, &ty);
    let method = if makers.is_empty() { "p" } else { "pc" };
    args.extend(makers);
    if matches!(field.ty, Type::Enum(_)) {
        args.extend(
            literal::default(field, imports).map(|value| format!("defaultEnumValue: {value}")),
        );
    }
    [method, "<", &ty, ">"].concat()
}

fn map(message: &Message, field: &Field, args: &mut Vec<String>, imports: &mut Imports) -> String {
    let schema = imports.schema;
    let (Some((key, value)), Type::Message(entry)) = (entry(schema, field), field.ty) else {
        unreachable!("the map {} has an entry", field.full_name)
    };
    let (key_type, value_type) = entry_types(field, imports);
    let package = &schema[message.file].package;
    let class = format!("'{}'", within_package(package, &schema[entry].full_name));
    let package = (!package.is_empty()).then(|| format!("const $pb.PackageName('{package}')"));
    let types = [key, value].map(type_constant);
    let default = literal::default(value, imports);
    if is_64_bits(key.ty) {
        // `m` takes no default of the key, and package:protobuf's own is a zero of 32 bits.
        args.extend(types);
        args.push(entry_info(entry, class, package, imports));
        args.push(match value.ty {
            Type::Message(_) | Type::Group(_) => format!("{value_type}.create"),
            _ => "null".to_owned(),
        });
        if matches!(value.ty, Type::Enum(_)) {
            args.extend(default.map(|default| format!("defaultEnumValue: {default}")));
        }
        return format!("addMapField<{key_type}, {value_type}>");
    }
    let [key_constant, value_constant] = types;
    args.push(format!("entryClassName: {class}"));
    args.push(format!("keyFieldType: {key_constant}"));
    args.push(format!("valueFieldType: {value_constant}"));
    match value.ty {
        Type::Message(_) | Type::Group(_) => {
            args.push(format!("valueCreator: {value_type}.create"));
            args.push(format!("valueDefaultOrMaker: {value_type}.create"));
        }
        Type::Enum(_) => {
            args.extend(map_makers(value.ty, &value_type, imports));
            if let Some(default) = default {
                args.push(format!("valueDefaultOrMaker: {default}"));
                args.push(format!("defaultEnumValue: {default}"));
            }
        }
        ty if is_64_bits(ty) => {
            args.extend(default.map(|default| format!("valueDefaultOrMaker: {default}")));
        }
        _ => {}
    }
    args.extend(package.map(|package| format!("packageName: {package}")));
    format!("m<{key_type}, {value_type}>")
}

/// What `package:protobuf` is told of the entries of a map.
fn entry_info(
    entry: MessageId,
    class: String,
    package: Option<String>,
    imports: &mut Imports,
) -> String {
    let mut args = vec![class];
    args.extend(package.map(|package| format!("package: {package}")));
    let entry = &imports.schema[entry];
    let calls: Vec<Call> = entry
        .fields
        .iter()
        .map(|field| entry_field(entry, field, imports))
        .collect();
    layout::cascade_argument(8, &Call::new("$pb.BuilderInfo", args), &calls)
}

/// A value that is left out is an empty message of its own, rather than the one that nobody may change.
fn entry_field(entry: &Message, field: &Field, imports: &mut Imports) -> Call {
    let ty = element_type(field.ty, imports);
    let mut args = vec![
        field.number.to_string(),
        literal::string(&field.json_name),
        type_constant(field),
    ];
    match field.ty {
        Type::Message(_) | Type::Group(_) => {
            args.push(format!("defaultOrMaker: {ty}.create"));
            args.push(format!("subBuilder: {ty}.create"));
            Call::new(format!("..a<{ty}>"), args)
        }
        Type::Enum(_) => {
            let default = literal::default(field, imports);
            args.extend(default.map(|default| format!("defaultOrMaker: {default}")));
            args.extend(map_makers(field.ty, &ty, imports));
            Call::new(format!("..e<{ty}>"), args)
        }
        _ => declaration(entry, field, imports),
    }
}

/// Of a map's values: a number that the enum does not know is kept as a value of its own.
fn map_makers(ty: Type, class: &str, imports: &Imports) -> Vec<String> {
    match ty {
        Type::Enum(id) if imports.reach.map_values.contains(&id) => vec![
            format!("valueOf: {class}.{}", names::OR_UNKNOWN),
            format!("enumValues: {class}.values"),
        ],
        ty => makers(ty, class),
    }
}

fn is_64_bits(ty: Type) -> bool {
    matches!(
        ty,
        Type::Int64 | Type::Uint64 | Type::Sint64 | Type::Fixed64 | Type::Sfixed64
    )
}

/// `Outer.Inner` of `package.Outer.Inner`.
pub fn within_package<'a>(package: &str, full_name: &'a str) -> &'a str {
    full_name
        .strip_prefix(package)
        .and_then(|name| name.strip_prefix('.'))
        .unwrap_or(full_name)
}

/// How messages and enums of a type are made, as named arguments.
pub fn makers(ty: Type, class: &str) -> Vec<String> {
    match ty {
        Type::Message(_) | Type::Group(_) => vec![["subBuilder: ", class, ".create"].concat()],
        Type::Enum(_) => vec![
            ["valueOf: ", class, ".valueOf"].concat(),
            ["enumValues: ", class, ".values"].concat(),
        ],
        _ => Vec::new(),
    }
}

/// `package:protobuf`'s constant for a field's type.
pub fn type_constant(field: &Field) -> String {
    let cardinality = match (field.cardinality, field.presence) {
        (Cardinality::Singular, Presence::Required) => "Q",
        (Cardinality::Singular, _) => "O",
        (_, _) if field.packed => "K",
        (_, _) => "P",
    };
    let ty = match field.ty {
        Type::Double => "D",
        Type::Float => "F",
        Type::Int64 => "6",
        Type::Uint64 => "U6",
        Type::Int32 => "3",
        Type::Fixed64 => "F6",
        Type::Fixed32 => "F3",
        Type::Bool => "B",
        Type::String => "S",
        Type::Bytes => "Y",
        Type::Uint32 => "U3",
        Type::Sfixed32 => "SF3",
        Type::Sfixed64 => "SF6",
        Type::Sint32 => "S3",
        Type::Sint64 => "S6",
        Type::Message(_) => "M",
        Type::Group(_) => "G",
        Type::Enum(_) => "E",
    };
    ["$pb.PbFieldType.", cardinality, ty].concat()
}
