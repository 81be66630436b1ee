//! Enums, for `.pbenum.dart`.

use serde::Serialize;

use super::docs::{deprecated, docs, documented, member};
use super::layout::{self, Call};
use super::reach::Reach;
use crate::names::dart::{self as names, Names};
use crate::schema::{EnumId, Schema};

#[derive(Serialize)]
pub struct EnumView {
    docs: String,
    deprecated: bool,
    class_line: String,
    /// Each with its comment.
    values: String,
    /// Other names of values.
    aliases: String,
    list: String,
    by_value: String,
    value_of: String,
    or_unknown: Option<String>,
    constructor: String,
}

/// One enum.
pub fn view(schema: &Schema, names: &Names, reach: &Reach, id: EnumId) -> EnumView {
    let enumeration = &schema[id];
    let class = names.enumeration(id);
    let constants = names.values(id);
    let first_of = |number: i32| {
        enumeration
            .values
            .iter()
            .position(|value| value.number == number)
            .unwrap_or(0)
    };
    let mut values = String::new();
    let mut aliases = String::new();
    let mut listed = Vec::new();
    for (index, (value, name)) in enumeration.values.iter().zip(constants).enumerate() {
        let first = first_of(value.number);
        let declared = format!("static const {class}");
        let constant = if first == index {
            listed.push(name.clone());
            let args = vec![value.number.to_string(), format!("'{}'", value.name)];
            layout::variable(
                2,
                &declared,
                name,
                &Call::new(format!("{class}._"), args),
                "",
            )
        } else {
            let value = Call::plain(constants[first].clone());
            layout::variable(2, &declared, name, &value, "")
        };
        let docs = docs(2, &value.comments);
        let section = if first == index {
            &mut values
        } else {
            &mut aliases
        };
        if !section.is_empty() {
            // A comment is set off from the value before it.
            section.push_str(if docs.is_empty() { "\n" } else { "\n\n" });
        }
        section.push_str(&member(
            &docs,
            &deprecated(value.deprecated, "value"),
            &constant,
        ));
    }
    EnumView {
        docs: documented(
            0,
            &enumeration.comments,
            &format!("Enum `{}`.", enumeration.full_name),
        ),
        deprecated: enumeration.deprecated,
        class_line: layout::class(&format!("class {class}"), "$pb.ProtobufEnum"),
        values,
        aliases,
        list: layout::variable(
            2,
            &format!("static const $core.List<{class}>"),
            "values",
            &Call::list(listed),
            "",
        ),
        by_value: layout::variable(
            2,
            &format!("static final $core.Map<$core.int, {class}>"),
            "_byValue",
            &Call::new("$pb.ProtobufEnum.initByValue", vec!["values".to_owned()]),
            "",
        ),
        value_of: layout::arrow(
            2,
            &format!("static {class}?"),
            "valueOf",
            Some("$core.int value"),
            &Call::plain("_byValue[value]"),
        ),
        or_unknown: reach.map_values.contains(&id).then(|| {
            let made = Call::new(
                format!("_byValue[value] ?? {class}._"),
                vec!["value".to_owned(), "'$value'".to_owned()],
            );
            layout::arrow(
                2,
                &format!("static {class}"),
                names::OR_UNKNOWN,
                Some("$core.int value"),
                &made,
            )
        }),
        constructor: layout::constructor(
            2,
            &format!("const {class}._"),
            &["super.value", "super.name"],
        ),
    }
}

/// The lints that an enum's names break, where it is not named in Dart's way.
pub fn ignores(schema: &Schema, names: &Names, id: EnumId) -> Vec<&'static str> {
    let mut ignores = Vec::new();
    if !names::is_class_style(names.enumeration(id)) {
        ignores.push("camel_case_types");
    }
    if !names
        .values(id)
        .iter()
        .all(|name| names::is_member_style(name))
        && !schema[id].values.is_empty()
    {
        ignores.push("constant_identifier_names");
    }
    ignores
}
