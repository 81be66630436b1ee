//! Schemas out of chance: any name at any place, any text in comments, every kind of element.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::words::WORDS;

/// What one element is made of: a name, a comment, and numbers that decide the rest.
#[derive(Debug, Clone)]
struct Part {
    name: String,
    comment: String,
    dice: [u8; 4],
}

/// One schema, before its names are made unique.
#[derive(Debug, Clone)]
pub struct Schema {
    package: Vec<String>,
    messages: Vec<(Part, Vec<Part>)>,
    enums: Vec<(Part, Vec<Part>)>,
    groups: Vec<(Part, Vec<Part>)>,
}

/// A schema as a file, and what it says of each value of a group: `package.Enum/VALUE` with the options behind it.
#[derive(Default)]
pub struct Written {
    pub text: String,
    pub values: BTreeMap<String, String>,
}

/// A word of a list, spelled in one of many ways, or no word at all.
fn name() -> impl Strategy<Value = String> {
    let word = (select(WORDS), 0..10_u8).prop_map(|(word, way)| match way {
        0 => word.to_uppercase(),
        1 => word.to_lowercase(),
        2 => format!("{}{}", word[..1].to_uppercase(), &word[1..]),
        3 => format!("_{word}"),
        4 => format!("{word}_"),
        5 => format!("{word}_{word}"),
        6 => format!("{word}1"),
        _ => word.to_owned(),
    });
    prop_oneof![5 => word, 1 => "[A-Za-z_][A-Za-z0-9_]{0,12}"]
}

/// Text with what ends comments, strings and lines somewhere.
fn comment() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => select(&[
            "*/", "/*", "//", "///", "${x}", "$x", "`", "```", "\"\"\"", "'''", "\\", "\\u002a/", "\r", "\u{85}",
            "\u{2028}", "\u{2029}", "\u{feff}", "\u{202e}", "    four", "#", "#!", "[a](b)", "[a]", "<b>", "{@link", "@",
            "*", "!", "{{x}}", "{{{x}}}", "é", "日本", "🙂", "\t", "- one", "1. one", "> quoted", "| a | b |", "%s",
        ][..]).prop_map(str::to_owned),
        2 => "[ -~]{0,20}",
        1 => any::<String>().prop_map(|text| text.chars().filter(|c| *c != '\0').take(12).collect()),
    ];
    let line = vec(piece, 0..4).prop_map(|pieces| pieces.join(" ").replace('\n', " "));
    prop_oneof![1 => Just(String::new()), 3 => vec(line, 1..4).prop_map(|lines| lines.join("\n"))]
}

fn part() -> impl Strategy<Value = Part> {
    (name(), comment(), any::<[u8; 4]>()).prop_map(|(name, comment, dice)| Part {
        name,
        comment,
        dice,
    })
}

pub fn schema() -> impl Strategy<Value = Schema> {
    let with = |count| (part(), vec(part(), count));
    (
        vec(name(), 0..4),
        vec(with(0..7), 1..5),
        vec(with(1..5), 0..3),
        vec(with(1..5), 0..4),
    )
        .prop_map(|(package, messages, enums, groups)| Schema {
            package,
            messages,
            enums,
            groups,
        })
}

/// Names of one scope. Most that would be one in some language are told apart by a number; some are left as they are,
/// so that collisions are found too.
#[derive(Default)]
struct Scope {
    taken: BTreeSet<String>,
    exact: BTreeSet<String>,
}

impl Scope {
    fn name(&mut self, part: &Part) -> String {
        let mut name = part.name.clone();
        let squash = |name: &str| name.replace('_', "").to_lowercase();
        let careless = part.dice[3].is_multiple_of(64);
        let mut number = 2;
        while self.exact.contains(&name) || (!careless && self.taken.contains(&squash(&name))) {
            name = format!("{}N{number}", part.name);
            number += 1;
        }
        self.exact.insert(name.clone());
        self.taken.insert(squash(&name));
        name
    }
}

const SCALARS: &[&str] = &[
    "double", "float", "int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32",
    "fixed64", "sfixed32", "sfixed64", "bool", "string", "bytes",
];
const KEYS: &[&str] = &["string", "int32", "uint64", "bool", "sfixed64"];

fn pick<T>(list: &[T], die: u8) -> &T {
    &list[usize::from(die) % list.len()]
}

fn write_comment(text: &mut String, indent: &str, comment: &str) {
    for line in comment.lines().filter(|_| !comment.is_empty()) {
        let _ = writeln!(text, "{indent}//{line}");
    }
}

impl Schema {
    pub fn write(&self) -> Written {
        let package = self.package.join(".");
        let full = |name: &str| match package.as_str() {
            "" => format!(".{name}"),
            _ => format!(".{package}.{name}"),
        };
        let mut top = Scope::default();
        let mut named = |parts: &[(Part, Vec<Part>)]| -> Vec<String> {
            parts.iter().map(|(part, _)| top.name(part)).collect()
        };
        let messages = named(&self.messages);
        let enums = named(&self.enums);
        let groups = named(&self.groups);
        let types: Vec<String> = messages.iter().map(|name| full(name)).collect();
        let enum_types: Vec<String> = enums.iter().map(|name| full(name)).collect();
        let mut written = Written::default();
        written.text += "syntax = \"proto3\";\n";
        if !package.is_empty() {
            let _ = writeln!(written.text, "package {package};");
        }
        written.text += "import \"bellwire/options.proto\";\n";
        for ((part, fields), name) in self.messages.iter().zip(&messages) {
            write_comment(&mut written.text, "", &part.comment);
            let _ = writeln!(written.text, "message {name} {{");
            write_fields(&mut written.text, fields, &types, &enum_types);
            written.text += "}\n";
        }
        for ((part, values), name) in self.enums.iter().zip(&enums) {
            write_comment(&mut written.text, "", &part.comment);
            let _ = writeln!(written.text, "enum {name} {{");
            write_values(&mut written, &full(name), values, &mut top, |_| {
                String::new()
            });
            written.text += "}\n";
        }
        for ((part, values), name) in self.groups.iter().zip(&groups) {
            write_comment(&mut written.text, "", &part.comment);
            let _ = writeln!(written.text, "enum {name} {{");
            if part.dice[0] % 3 == 0 {
                written.text += "  option (bellwire.notifications) = {};\n";
                write_values(&mut written, &full(name), values, &mut top, |dice| {
                    let payload = pick(&types, dice[1]);
                    let keyed = dice[0] % 2 == 0;
                    let delivery = ["EVERY", "LATEST"][usize::from(dice[0] / 2 % 2)];
                    format!(
                        " [(bellwire.notification) = {{ payload: \"{payload}\", keyed: {keyed}, delivery: {delivery} }}]"
                    )
                });
            } else {
                let error = pick(&types, part.dice[1]);
                let _ = writeln!(
                    written.text,
                    "  option (bellwire.events) = {{ error: \"{error}\" }};"
                );
                write_values(&mut written, &full(name), values, &mut top, |dice| {
                    let input = pick(&types, dice[1]);
                    let output = pick(&types, dice[2]);
                    let options = match dice[0] % 4 {
                        0 => format!("input: \"{input}\""),
                        1 => format!("output: \"{output}\", timeout: \"3s\""),
                        2 => format!("input: \"{input}\", output: \"{output}\""),
                        _ => format!("input: \"{input}\", output: \"{output}\", stream: true"),
                    };
                    format!(" [(bellwire.event) = {{ {options} }}]")
                });
            }
            written.text += "}\n";
        }
        written
    }
}

fn write_fields(text: &mut String, fields: &[Part], types: &[String], enums: &[String]) {
    let mut scope = Scope::default();
    let mut in_oneof = false;
    for (index, field) in fields.iter().enumerate() {
        let name = scope.name(field);
        let [kind, ty, key, _] = field.dice;
        let ty = match ty % 4 {
            0 => pick(types, key).clone(),
            1 if !enums.is_empty() => pick(enums, key).clone(),
            _ => (*pick(SCALARS, key)).to_owned(),
        };
        let number = index + 1;
        if kind % 8 == 0 {
            if in_oneof {
                *text += "  }\n";
            }
            in_oneof = true;
            let oneof = scope.name(&Part {
                name: format!("{name}_kind"),
                ..field.clone()
            });
            let _ = writeln!(text, "  oneof {oneof} {{");
        } else if in_oneof && kind % 8 < 4 {
            *text += "  }\n";
            in_oneof = false;
        }
        write_comment(text, "  ", &field.comment);
        let declared = match kind % 8 {
            _ if in_oneof => ty,
            1 => format!("repeated {ty}"),
            2 => format!("optional {ty}"),
            3 => format!("map<{}, {ty}>", pick(KEYS, key)),
            _ => ty,
        };
        let _ = writeln!(text, "  {declared} {name} = {number};");
    }
    if in_oneof {
        *text += "  }\n";
    }
}

/// Values live beside their enum: their names are the scope's. The first number is zero, the others follow no order.
fn write_values(
    written: &mut Written,
    enum_: &str,
    values: &[Part],
    scope: &mut Scope,
    options: impl Fn([u8; 4]) -> String,
) {
    for (index, value) in (0..).zip(values) {
        write_comment(&mut written.text, "  ", &value.comment);
        let name = scope.name(value);
        let number = if value.dice[3] % 2 == 0 {
            index
        } else {
            -index
        };
        let options = options(value.dice);
        let _ = writeln!(written.text, "  {name} = {number}{options};");
        written
            .values
            .insert(format!("{}/{name}", &enum_[1..]), options);
    }
}
