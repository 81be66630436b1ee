//! Rules of `buf.validate` that do not stand where they belong, and what people call them who come from elsewhere.

use std::cmp::Reverse;

use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{DescriptorProto, FieldDescriptorProto};

use super::interpret::type_name;
use super::places::is_map;
use super::unknown::{did_you_mean, some_of};
use crate::load::link::shapes::Shapes;
use crate::names::nearest;

/// The message that the option of a field's rules is.
const FIELD_RULES: &str = "buf.validate.FieldRules";

/// Those of its fields that are rules themselves, and not the rules of one type.
const OF_ANY_FIELD: [&str; 4] = ["required", "ignore", "cel", "cel_expression"];

/// Names of rules elsewhere, without underscores; what they are here, by type; and the value that they stand for.
const FOREIGN: [(&[&str], &[&str], &str); 16] = [
    (
        &["min", "minimum", "atleast", "ge"],
        &["gte", "min_len", "min_items", "min_pairs"],
        "…",
    ),
    (
        &["max", "maximum", "atmost", "le"],
        &["lte", "max_len", "max_items", "max_pairs"],
        "…",
    ),
    (
        &[
            "minlength",
            "minsize",
            "mincount",
            "minitems",
            "minpairs",
            "minentries",
        ],
        &["min_len", "min_items", "min_pairs"],
        "…",
    ),
    (
        &[
            "maxlength",
            "maxsize",
            "maxcount",
            "maxitems",
            "maxpairs",
            "maxentries",
        ],
        &["max_len", "max_items", "max_pairs"],
        "…",
    ),
    (
        &["notempty", "nonempty", "notblank", "nonblank"],
        &["min_len", "min_items", "min_pairs"],
        "1",
    ),
    (&["length", "size"], &["len"], "…"),
    (
        &["regex", "regexp", "match", "matches", "format"],
        &["pattern"],
        "…",
    ),
    (&["url"], &["uri"], "…"),
    (&["positive"], &["gt"], "0"),
    (&["negative"], &["lt"], "0"),
    (
        &["oneof", "anyof", "enum", "values", "allowed"],
        &["in"],
        "…",
    ),
    (&["equals", "equal", "eq", "value"], &["const"], "…"),
    (&["startswith"], &["prefix"], "…"),
    (&["endswith"], &["suffix"], "…"),
    (&["includes"], &["contains"], "…"),
    (&["distinct"], &["unique"], "…"),
];

/// Where a name is that no rule has.
pub struct Place<'a> {
    pub shapes: Shapes<'a>,
    /// What has the rules.
    pub field: &'a FieldDescriptorProto,
    /// The names that lead there, behind that of the option: `repeated`, `items`.
    pub path: &'a [&'a str],
    /// It is the name of a field in a value `{ … }`, not a part of the option's own.
    pub in_value: bool,
}

impl Place<'_> {
    /// What to write in place of `rule`; None where nothing is known.
    pub fn instead(&self, rule: &str) -> Option<String> {
        let sets = self.fitting();
        if let Some(set) = sets.iter().find(|set| self.has(set, rule)) {
            return Some(self.belongs(set, rule, "…"));
        }
        let squashed = rule.replace('_', "").to_ascii_lowercase();
        let foreign = FOREIGN
            .iter()
            .find(|(names, ..)| names.contains(&squashed.as_str()));
        if let Some((_, ours, value)) = foreign {
            let mut found = sets.iter().filter_map(|set| {
                let name = ours.iter().find(|name| self.has(set, name))?;
                Some(self.belongs(set, name, value))
            });
            if let Some(found) = found.next() {
                return Some(found);
            }
        }
        let near = nearest(rule, sets.iter().flat_map(|set| self.names(set)));
        if let Some(near) = near.first().map(|near| near.trim_matches('`'))
            && let Some(set) = sets.iter().find(|set| self.has(set, near))
        {
            let written = self.written(set, near, "…");
            return Some(did_you_mean(&[format!("`{written}`")]));
        }
        self.all(&sets)
    }

    /// What there is, where nothing is near; None where the place is right, and its own fields are what there is.
    fn all(&self, sets: &[Vec<&str>]) -> Option<String> {
        let last = self.path.last();
        if last.is_some_and(|last| sets.iter().any(|set| set.last() == Some(last))) {
            return None;
        }
        Some(match sets {
            [set, ..] if !set.is_empty() => {
                let (way, names) = (way(set), some_of(self.names(set)));
                format!("the rules of this field stand under `{way}`: {names}")
            }
            _ => {
                "a message takes `required` and `ignore` alone; its fields have rules of their own"
                    .to_owned()
            }
        })
    }

    fn belongs(&self, set: &[&str], rule: &str, value: &str) -> String {
        let written = self.written(set, rule, value);
        let why = match *set {
            _ if set == self.path => format!("this rule is called `{rule}`"),
            [] => format!("`{rule}` is a rule of any field"),
            ["repeated", "items", ..] => "a rule of the items stands under `items`".to_owned(),
            ["map", "values", ..] => "a rule of the values stands under `values`".to_owned(),
            ["map", "keys", ..] => "a rule of the keys stands under `keys`".to_owned(),
            _ => "a rule stands under the type of its field".to_owned(),
        };
        format!("{why}: write `{written}`")
    }

    /// The whole way to a rule, or in a value the rest of it.
    fn written(&self, set: &[&str], rule: &str, value: &str) -> String {
        let rest = set.strip_prefix(self.path).filter(|_| self.in_value);
        let Some(rest) = rest else {
            let way = way(&[set, &[rule]].concat());
            return match value {
                "…" => way,
                value => format!("{way} = {value}"),
            };
        };
        let outer: String = rest.iter().map(|name| format!("{name}: {{ ")).collect();
        format!("{outer}{rule}: {value}{}", " }".repeat(rest.len()))
    }

    /// The ways to the rules that the field can have, those that begin as the written one does first.
    fn fitting(&self) -> Vec<Vec<&'static str>> {
        let mut sets = Vec::new();
        let field = self.field;
        if is_map(field, self.shapes) {
            sets.push(vec!["map"]);
            let entry = self.shapes.message(type_name(field));
            let parts = entry.into_iter().flat_map(|entry| entry.field.iter().rev());
            let names = ["values", "keys"].into_iter().zip(parts);
            for (name, part) in names {
                sets.extend(value_rules(part).map(|set| vec!["map", name, set]));
            }
        } else if field.label() == Label::Repeated {
            sets.push(vec!["repeated"]);
            sets.extend(value_rules(field).map(|set| vec!["repeated", "items", set]));
        } else {
            sets.extend(value_rules(field).map(|set| vec![set]));
        }
        sets.sort_by_key(|set| {
            let common = set.iter().zip(self.path).take_while(|(a, b)| a == b);
            Reverse(common.count())
        });
        sets.push(Vec::new());
        sets
    }

    fn has(&self, set: &[&str], rule: &str) -> bool {
        self.names(set).any(|name| name == rule)
    }

    /// The rules that stand at the end of that way.
    fn names(&self, set: &[&str]) -> impl Iterator<Item = &str> {
        let is_top = set.is_empty();
        let rules = self.rules(set).into_iter().flat_map(|rules| &rules.field);
        let names = rules.map(|rule| rule.name());
        names.filter(move |name| *name != "example" && (!is_top || OF_ANY_FIELD.contains(name)))
    }

    fn rules(&self, set: &[&str]) -> Option<&DescriptorProto> {
        let mut message = self.shapes.message(FIELD_RULES)?;
        for step in set {
            let field = message.field.iter().find(|field| field.name() == *step)?;
            message = self.shapes.message(type_name(field))?;
        }
        Some(message)
    }
}

fn way(path: &[&str]) -> String {
    format!("(buf.validate.field).{}", path.join("."))
}

/// The name of the rules for one value of a field's type; None for a message that has none.
fn value_rules(field: &FieldDescriptorProto) -> Option<&'static str> {
    Some(match field.r#type() {
        Type::Double => "double",
        Type::Float => "float",
        Type::Int32 => "int32",
        Type::Int64 => "int64",
        Type::Uint32 => "uint32",
        Type::Uint64 => "uint64",
        Type::Sint32 => "sint32",
        Type::Sint64 => "sint64",
        Type::Fixed32 => "fixed32",
        Type::Fixed64 => "fixed64",
        Type::Sfixed32 => "sfixed32",
        Type::Sfixed64 => "sfixed64",
        Type::Bool => "bool",
        Type::String => "string",
        Type::Bytes => "bytes",
        Type::Enum => "enum",
        Type::Group => return None,
        Type::Message => match type_name(field).strip_prefix("google.protobuf.")? {
            "DoubleValue" => "double",
            "FloatValue" => "float",
            "Int32Value" => "int32",
            "Int64Value" => "int64",
            "UInt32Value" => "uint32",
            "UInt64Value" => "uint64",
            "BoolValue" => "bool",
            "StringValue" => "string",
            "BytesValue" => "bytes",
            "Any" => "any",
            "Duration" => "duration",
            "FieldMask" => "field_mask",
            "Timestamp" => "timestamp",
            _ => return None,
        },
    })
}
