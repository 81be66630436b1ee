//! Messages, for `.pb.dart`.

use serde::Serialize;

use super::docs::{docs, documented};
use super::extensions;
use super::fields;
use super::imports::Imports;
use super::layout::{self, Call};
use super::well_known;
use crate::names::dart::{self as names, MemberNames};
use crate::schema::{Cardinality, Message, MessageId, Oneof};

#[derive(Serialize)]
pub struct MessageView {
    docs: String,
    deprecated: bool,
    class: String,
    class_line: String,
    /// With a parameter for every field.
    constructor: String,
    info: String,
    /// Each with its comment.
    extensions: Vec<String>,
    /// Members of a well-known type's class.
    statics: Option<&'static str>,
    clone: String,
    copy_with: String,
    create: String,
    create_empty_instance: String,
    get_default: String,
    default_instance: String,
    oneofs: Vec<OneofView>,
    /// The accessors of each field, with its comment.
    fields: String,
}

#[derive(Serialize)]
struct OneofView {
    docs: String,
    enumeration: String,
    which_docs: String,
    /// Of all members.
    tag_numbers: String,
    which: String,
    clear: String,
}

/// A message, and before it those inside it.
pub fn views(id: MessageId, imports: &mut Imports) -> Vec<MessageView> {
    let schema = imports.schema;
    if schema[id].map_entry {
        return Vec::new();
    }
    let mut views: Vec<MessageView> = schema[id]
        .messages
        .iter()
        .flat_map(|inner| views(*inner, imports))
        .collect();
    views.push(view(id, imports));
    views
}

fn view(id: MessageId, imports: &mut Imports) -> MessageView {
    let (schema, names) = (imports.schema, imports.names);
    let message = &schema[id];
    let class = names.message(id);
    let members = names.members(id);
    let by_number = by_number(message);
    imports.use_protobuf();
    imports.core("override");
    let mixins = mixins(id, imports);
    let superclass = if message.message_set {
        "$pb.$_MessageSet"
    } else {
        "$pb.GeneratedMessage"
    };
    MessageView {
        docs: documented(
            0,
            &message.comments,
            &format!("Message `{}`.", message.full_name),
        ),
        deprecated: message.deprecated,
        class: class.to_owned(),
        class_line: layout::mixed_class(&format!("class {class}"), superclass, &mixins),
        constructor: constructor(message, class, members, &by_number, imports),
        info: info(id, &by_number, imports),
        extensions: message
            .extensions
            .iter()
            .map(|extension| extensions::one(extension, imports))
            .collect(),
        statics: well_known::statics(&message.full_name),
        clone: layout::arrow(2, class, "clone", Some(""), &Call::plain("deepCopy()")),
        copy_with: layout::header(
            2,
            class,
            "copyWith",
            Some(&format!("void Function({class}) updates")),
            " {",
        ),
        create: layout::arrow(
            2,
            &format!("static {class}"),
            "create",
            Some(""),
            &Call::plain(format!("{class}._()")),
        ),
        create_empty_instance: layout::arrow(
            2,
            class,
            "createEmptyInstance",
            Some(""),
            &Call::plain("create()"),
        ),
        get_default: layout::arrow(
            2,
            &format!("static {class}"),
            "getDefault",
            Some(""),
            &Call::plain("_default"),
        ),
        default_instance: layout::variable(
            2,
            &format!("static final {class}"),
            "_default",
            &Call::new(
                "$pb.GeneratedMessage.$_defaultFor",
                vec!["create".to_owned()],
            ),
            "",
        ),
        oneofs: (message.oneofs.iter().enumerate())
            .map(|(index, oneof)| self::oneof(message, members, index, oneof))
            .collect(),
        fields: (by_number.iter().enumerate())
            .map(|(index, at)| {
                fields::accessors(&message.fields[*at], &members.fields[*at], index, imports)
            })
            .collect::<Vec<_>>()
            .join("\n\n"),
    }
}

/// What the class has of `package:bellwire`.
fn mixins(id: MessageId, imports: &mut Imports) -> Vec<String> {
    let (schema, reach) = (imports.schema, imports.reach);
    let mut mixins: Vec<String> = well_known::mixin(&schema[id].full_name)
        .into_iter()
        .collect();
    if reach.sint64.contains(&id) {
        mixins.push("ExactSint64".to_owned());
    }
    if reach.json_form.contains(&id) {
        mixins.push("Proto3Json".to_owned());
    }
    let mixins = mixins.iter().map(|mixin| imports.runtime(mixin));
    mixins.collect()
}

/// Where the fields stand in the message, ordered by number: the order in which `package:protobuf` counts them.
fn by_number(message: &Message) -> Vec<usize> {
    let mut order: Vec<usize> = (0..message.fields.len()).collect();
    order.sort_by_key(|index| message.fields[*index].number);
    order
}

fn constructor(
    message: &Message,
    class: &str,
    members: &MemberNames,
    by_number: &[usize],
    imports: &mut Imports,
) -> String {
    if by_number.is_empty() {
        return layout::arrow(
            2,
            "",
            &format!("factory {class}"),
            Some(""),
            &Call::plain("create()"),
        );
    }
    let result = names::result_variable(&members.fields);
    let mut params = Vec::with_capacity(by_number.len());
    let mut statements = String::new();
    for index in by_number {
        let (field, name) = (&message.fields[*index], &members.fields[*index].getter);
        let ty = fields::parameter_type(field, imports) + "?";
        params.push(layout::typed(4, &ty, name));
        let member = [result, ".", name].concat();
        let set = |indent: usize| {
            let call = |method: &str| {
                let call = Call::new([&*member, method].concat(), vec![name.clone()]);
                call.lay(indent, indent, 1) + ";"
            };
            match field.cardinality {
                Cardinality::Singular => {
                    layout::variable(indent, "", &member, &Call::plain(name.clone()), "")
                }
                Cardinality::Repeated => call(".addAll"),
                Cardinality::Map => call(".addEntries"),
            }
        };
        let statement = layout::when(4, &[name, " != null"].concat(), set);
        statements.extend(["    ", &statement, "\n"]);
    }
    let head = layout::named_params(2, &format!("factory {class}"), &params, " {");
    format!("{head}\n    final {result} = create();\n{statements}    return {result};\n  }}")
}

/// What `package:protobuf` is told of a message.
fn info(id: MessageId, by_number: &[usize], imports: &mut Imports) -> String {
    let schema = imports.schema;
    let message = &schema[id];
    let package = &schema[message.file].package;
    let mut args = vec![format!(
        "'{}'",
        fields::within_package(package, &message.full_name)
    )];
    if !package.is_empty() {
        args.push(format!("package: const $pb.PackageName('{package}')"));
    }
    args.push("createEmptyInstance: create".to_owned());
    let builder = Call::new("$pb.BuilderInfo", args);

    let mut calls: Vec<String> = Vec::new();
    for (index, _) in message.oneofs.iter().enumerate() {
        let numbers: Vec<String> = by_number
            .iter()
            .filter(|at| message.fields[**at].oneof == Some(index))
            .map(|at| message.fields[*at].number.to_string())
            .collect();
        let list = Call::list(numbers).lay(8, 8 + format!("..oo({index}, ").len(), 2);
        calls.push(format!("..oo({index}, {list})"));
    }
    let mut settings = Vec::new();
    if !message.extension_ranges.is_empty() {
        settings.push("..hasExtensions = true".to_owned());
    }
    if !imports.reach.incomplete.contains(&id) {
        settings.push("..hasRequiredFields = false".to_owned());
    }
    for at in by_number {
        let semicolon = settings.is_empty() && Some(at) == by_number.last();
        let call = fields::declaration(message, &message.fields[*at], imports);
        calls.push(call.lay(8, 8, usize::from(semicolon)));
    }
    calls.extend(settings);
    cascade(&builder, &calls)
}

fn cascade(builder: &Call, calls: &[String]) -> String {
    let variable = "static final $pb.BuilderInfo";
    match calls {
        [] => layout::variable(2, variable, "_i", builder, ""),
        [call] if !call.contains('\n') => layout::variable(2, variable, "_i", builder, call),
        [call] => {
            let call = call.replace("\n  ", "\n");
            format!("{variable} _i =\n      {}{call};", builder.lay(6, 6, 1))
        }
        calls => {
            let split = builder.lay(6, 6, 0);
            // Before a cascade, a call that does not fit on a line is set off by two more columns.
            let head = if split.contains('\n') {
                builder.lay(8, 80, 0)
            } else {
                split
            };
            format!(
                "{variable} _i =\n      {head}\n        {};",
                calls.join("\n        ")
            )
        }
    }
}

fn oneof(message: &Message, members: &MemberNames, index: usize, oneof: &Oneof) -> OneofView {
    let names = &members.oneofs[index];
    let of_oneof: Vec<(i32, String)> = (message.fields.iter().zip(&members.fields))
        .filter(|(field, _)| field.oneof == Some(index))
        .map(|(field, member)| (field.number, names::oneof_case(&member.getter)))
        .collect();
    let mut cases: Vec<String> = of_oneof.iter().map(|(_, case)| case.clone()).collect();
    cases.push("notSet".to_owned());
    let enumeration = Call {
        callee: format!("enum {}", names.class).into(),
        open: " { ",
        args: cases,
        close: " }",
    };
    let arms: Vec<String> = of_oneof
        .iter()
        .map(|(number, case)| format!("{number} => {}.{case},", names.class))
        .chain([format!("_ => {}.notSet,", names.class)])
        .collect();
    OneofView {
        docs: documented(
            0,
            &oneof.comments,
            &format!("The fields of the oneof `{}`.", oneof.full_name),
        ),
        enumeration: layout::enumeration(&enumeration),
        which_docs: docs(2, &oneof.comments),
        tag_numbers: of_oneof
            .iter()
            .map(|(number, _)| fields::tag_number(*number))
            .collect::<String>()
            .trim_end()
            .to_owned(),
        which: layout::switch(
            2,
            &names.class,
            &names.which,
            &format!("$_whichOneof({index})"),
            &arms,
        ),
        clear: layout::arrow(
            2,
            "void",
            &names.clear,
            Some(""),
            &Call::new("$_clearField", vec![format!("$_whichOneof({index})")]),
        ),
    }
}

/// The lints that a message's names break, those inside it included, where they are not in Dart's way.
pub fn ignores(id: MessageId, imports: &Imports) -> Vec<&'static str> {
    let (schema, names) = (imports.schema, imports.names);
    let message = &schema[id];
    if message.map_entry {
        return Vec::new();
    }
    let members = names.members(id);
    let mut ignores: Vec<&'static str> = message
        .messages
        .iter()
        .flat_map(|inner| self::ignores(*inner, imports))
        .collect();
    let class_style = names::is_class_style(names.message(id)) && message.oneofs.is_empty();
    if !class_style {
        ignores.push("camel_case_types");
    }
    let mut getters = members.fields.iter().map(|member| member.getter.as_str());
    let mut extensions = message
        .extensions
        .iter()
        .map(|field| names.extension(message.file, field));
    if !getters.all(names::is_member_style) || !extensions.all(names::is_member_style) {
        ignores.push("non_constant_identifier_names");
    }
    if members
        .fields
        .iter()
        .any(|member| !names::is_member_style(&member.getter))
        && !message.oneofs.is_empty()
    {
        ignores.push("constant_identifier_names");
    }
    ignores
}
