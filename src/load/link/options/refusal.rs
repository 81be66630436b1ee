//! What the pool refuses, in the words of people who write schemas.

use std::ops::Range;

use miette::Diagnostic as _;
use prost_reflect::DescriptorError;

use super::unknown::{alternatives, some_of, unknown_extension};
use crate::diagnostic::{Code, Diagnostic, Label, code};
use crate::load::LoadedFile;
use crate::load::link::shapes::Shapes;
use crate::load::link::symbols::{Kind, parent};
use crate::load::literal;
use crate::names::nearest;

/// All that the pool found.
pub fn convert(error: DescriptorError, file: &LoadedFile, shapes: Shapes) -> Vec<Diagnostic> {
    // Its columns count characters where the source info counts bytes: in a text of as many ASCII characters both agree.
    let ascii: String = file
        .source
        .text()
        .bytes()
        .map(|byte| {
            if byte.is_ascii() {
                char::from(byte)
            } else {
                '?'
            }
        })
        .collect();
    let error = error.with_source_code(&ascii);
    let first: &dyn miette::Diagnostic = &error;
    std::iter::once(first)
        .chain(error.related().into_iter().flatten())
        .map(|finding| {
            Refusal {
                finding,
                file,
                shapes,
            }
            .diagnostic()
        })
        .collect()
}

/// One thing that the pool refused.
struct Refusal<'a> {
    finding: &'a dyn miette::Diagnostic,
    file: &'a LoadedFile,
    shapes: Shapes<'a>,
}

impl Refusal<'_> {
    fn diagnostic(&self) -> Diagnostic {
        let text = self.finding.to_string().replace("(.", "(");
        let statement = self.statement();
        let quoted = quoted(&text);
        if self.finding.diagnostic_source().is_some() {
            return self.literal(statement);
        }
        let name = quoted.first().copied().unwrap_or_default();
        let named = |code: Code, message: String| {
            Diagnostic::error(code, message).at(self.label(
                literal::name(self.file.source.text(), statement.clone()),
                "this option",
            ))
        };
        if text.starts_with("name '") || text.contains("' resolves to '") {
            let span = literal::name(self.file.source.text(), statement);
            unknown_extension(self.file, self.shapes.symbols, name, span, false, &|_| true)
        } else if text.starts_with("option field '") && text.ends_with("' is not defined") {
            Diagnostic::error(
                code::OPTION_UNKNOWN,
                format!("there is no option `{name}` here"),
            )
            .at(self.label(
                literal::name(self.file.source.text(), statement),
                "unknown option",
            ))
            .help("an option that a schema declares stands in parentheses: `(my.option)`")
        } else if text.starts_with("option field '") {
            named(
                code::OPTION_TWICE,
                format!("the option `{name}` is set twice"),
            )
            .help("keep one of the two")
        } else if text.starts_with("expected a value of type '") {
            let [ty, option, ..] = quoted[..] else {
                return self.other(text.clone());
            };
            let span = literal::value(self.file.source.text(), statement.clone(), &[]);
            if ty.ends_with("string")
                && self.file.source.text()[span.clone()].starts_with(['"', '\''])
            {
                return self.not_utf8(span);
            }
            let ty = ty.trim_start_matches("repeated ");
            Diagnostic::error(
                code::OPTION_WRONG_VALUE,
                format!("the option `{option}` takes a value of type `{ty}`"),
            )
            .at(self.label(span.clone(), "not of this type"))
            .help(self.form_of(ty, &self.file.source.text()[span]))
        } else if text.starts_with("expected an extension to type '") {
            let [wanted, option, extendee] = quoted[..] else {
                return self.other(text.clone());
            };
            named(
                code::OPTION_MISPLACED,
                format!("the option `({option})` does not belong here"),
            )
            .help(self.other_option(wanted, option, extendee))
        } else if text.starts_with("cannot set field") {
            named(
                code::OPTION_WRONG_VALUE,
                format!("the option `{name}` has no fields"),
            )
        } else {
            self.other(text)
        }
    }

    /// protoc takes such a string and warns; descriptors of ours hold UTF-8 alone.
    fn not_utf8(&self, span: Range<usize>) -> Diagnostic {
        Diagnostic::error(
            code::SYNTAX_STRING,
            "the escapes of this string make no UTF-8",
        )
        .at(self.label(span, "here"))
        .help("write the text itself; only `bytes` may hold other bytes")
    }

    /// The whole statement that the finding is about.
    fn statement(&self) -> Range<usize> {
        let mut labels = self.finding.labels().into_iter().flatten();
        labels
            .next()
            .map_or(0..0, |label| label.offset()..label.offset() + label.len())
    }

    fn label(&self, span: Range<usize>, text: &str) -> Label {
        Label::new(&self.file.source, span, text)
    }

    /// A value `{ … }` that the option's message does not take.
    fn literal(&self, statement: Range<usize>) -> Diagnostic {
        let Some(cause) = self.finding.diagnostic_source() else {
            return self.other(self.finding.to_string());
        };
        let text = cause.to_string();
        let quoted = quoted(&text);
        let source = self.file.source.text();
        if text.contains("not valid utf-8") {
            return self.not_utf8(literal::value(source, statement, &[]));
        }
        let (message, wrong, help) = match quoted[..] {
            [field, message] if text.starts_with("field '") => (
                format!("`{message}` has no field `{field}`"),
                Some(field),
                alternatives(field, "fields", self.shapes.symbols.fields(message)),
            ),
            [value, enum_] if text.starts_with("value '") => (
                format!("`{enum_}` has no value `{value}`"),
                Some(value),
                alternatives(value, "values", self.shapes.symbols.values(enum_)),
            ),
            [field] if text.ends_with("is already set") => (
                format!("the field `{field}` is set twice"),
                Some(field),
                "keep one of the two".to_owned(),
            ),
            [.., found] if text.starts_with("expected ") => (
                format!("this option's value is wrong: {}", text.replace('\'', "`")),
                Some(found),
                match text.contains("an integer") {
                    true => self.number_of(found),
                    false => None,
                }
                .unwrap_or_else(|| instead(&text, found, self.field_before(&statement, found))),
            ),
            [] if text == "invalid token" && self.equals(&statement).is_some() => (
                "between a field and its value stands `:`".to_owned(),
                None,
                "write `:`, as in `{ field: value }`".to_owned(),
            ),
            _ => (
                format!(
                    "the value of this option cannot be read: {}",
                    text.replace('\'', "`")
                ),
                None,
                "write it as `{ field: value }`, fields apart by commas or spaces".to_owned(),
            ),
        };
        let again = text.ends_with("is already set");
        let span = wrong.and_then(|word| literal::word(source, statement.clone(), word, again));
        let span = span.or_else(|| self.equals(&statement).filter(|_| text == "invalid token"));
        let span = span.unwrap_or_else(|| literal::value(source, statement.clone(), &[]));
        let code = if text.starts_with("field '") || text.starts_with("value '") {
            code::OPTION_UNKNOWN_FIELD
        } else {
            code::OPTION_WRONG_VALUE
        };
        let diagnostic = Diagnostic::error(code, message).at(self.label(span, "here"));
        if help.is_empty() {
            diagnostic
        } else {
            diagnostic.help(help)
        }
    }

    /// The field that a word of the option's value is the value of.
    fn field_before(&self, statement: &Range<usize>, word: &str) -> &str {
        let text = self.file.source.text();
        let place = literal::word(text, statement.clone(), word, false);
        let before = place.map_or("", |place| text[..place.start].trim_end());
        let before = before.trim_end_matches(':').trim_end();
        before
            .rsplit(|c: char| !c.is_alphanumeric() && c != '_')
            .next()
            .unwrap_or_default()
    }

    /// A `=` inside of the option's value.
    fn equals(&self, statement: &Range<usize>) -> Option<Range<usize>> {
        literal::sign(self.file.source.text(), statement.clone(), '=')
    }

    /// How a value of that type is written, where `found` was.
    fn form_of(&self, ty: &str, found: &str) -> String {
        let kind = self
            .shapes
            .symbols
            .get(ty)
            .map(|definition| definition.kind);
        match (ty, kind) {
            ("bool", _) => "write `true` or `false`".to_owned(),
            ("string" | "bytes", _) => "write it between quotes".to_owned(),
            ("google.protobuf.Duration", _) => {
                "write `{ seconds: 5 }`, or whatever it is".to_owned()
            }
            ("google.protobuf.Timestamp", _) => {
                "write `{ seconds: … }`, counted from the beginning of 1970".to_owned()
            }
            (_, Some(Kind::Enum)) => alternatives(
                found.trim_matches(['"', '\'']),
                "values",
                self.shapes.symbols.values(ty),
            ),
            _ if ty.contains('.') => {
                let fields: Vec<_> = self.shapes.symbols.fields(ty).collect();
                let said = found.trim_matches(['"', '\'']);
                match fields[..] {
                    _ if fields.contains(&said) => format!("write `{{ {said}: … }}`"),
                    [] => "write `{}`".to_owned(),
                    [field] => format!("write `{{ {field}: … }}`"),
                    _ => format!(
                        "write `{{ field: value }}`; its fields are {}",
                        some_of(fields)
                    ),
                }
            }
            _ => self.number_of(found).unwrap_or_else(|| number(ty, found)),
        }
    }

    /// The number of an enum value that is named where a number belongs.
    fn number_of(&self, found: &str) -> Option<String> {
        let name = found.trim_matches(['"', '\'']);
        let symbols = self.shapes.symbols;
        let mut values = symbols.visible(&[Kind::EnumValue], &self.file.visible);
        let value = values.find(|value| value.rsplit('.').next() == Some(name))?;
        let (enum_, _) = self.shapes.enum_(symbols.get(value)?.owner.as_deref()?)?;
        let value = enum_.value.iter().find(|value| value.name() == name)?;
        Some(format!(
            "write the number of `{name}`, which is {}",
            value.number()
        ))
    }

    /// What an option is one of, and what stands in its place where it was written.
    fn other_option(&self, wanted: &str, option: &str, extendee: &str) -> String {
        let belongs = format!("it is an option of {}", options_of(extendee));
        let package = parent(option);
        let others: Vec<_> = self
            .shapes
            .symbols
            .visible(&[Kind::Extension], &self.file.visible)
            .filter(|name| parent(name) == package && self.extends(name, wanted))
            .collect();
        let near = nearest(option, others.iter().copied());
        let others = match near.first() {
            Some(near) => vec![format!("`({})`", near.trim_matches('`'))],
            None => others.iter().map(|name| format!("`({name})`")).collect(),
        };
        // Messages have options that are of no group.
        if others.is_empty() || near.is_empty() && wanted.ends_with(".MessageOptions") {
            return belongs;
        }
        format!(
            "{belongs}; {} have {}",
            options_of(wanted),
            others.join(" or ")
        )
    }

    fn extends(&self, extension: &str, message: &str) -> bool {
        let extension = self.shapes.extension(extension);
        extension.is_some_and(|extension| extension.extendee().trim_start_matches('.') == message)
    }

    /// What has no rule of ours.
    fn other(&self, text: String) -> Diagnostic {
        let mut diagnostic = Diagnostic::error(code::TYPE_INVALID, text.replace('\'', "`"));
        for label in self.finding.labels().into_iter().flatten() {
            let span = label.offset()..label.offset() + label.len();
            diagnostic = diagnostic.at(self.label(span, label.label().unwrap_or_default()));
        }
        if diagnostic.labels.is_empty() {
            diagnostic = diagnostic.at(self.label(0..0, ""));
        }
        match self.finding.help() {
            Some(help) => diagnostic.help(help.to_string().replace('\'', "`")),
            None => diagnostic.help("see the language guide of protobuf"),
        }
    }
}

/// A number of that type, where `found` was.
fn number(ty: &str, found: &str) -> String {
    let bare = found.trim_matches(['"', '\'']);
    if bare != found && bare.parse::<f64>().is_ok() {
        return format!("write it without quotes: `{bare}`");
    }
    let (least, most): (i128, i128) = match ty {
        "int32" | "sint32" | "sfixed32" => (i32::MIN.into(), i32::MAX.into()),
        "int64" | "sint64" | "sfixed64" => (i64::MIN.into(), i64::MAX.into()),
        "uint32" | "fixed32" => (0, u32::MAX.into()),
        "uint64" | "fixed64" => (0, u64::MAX.into()),
        _ => return "write a number".to_owned(),
    };
    format!("write a whole number from {least} to {most}")
}

/// What to write where the pool expected something else than it found.
fn instead(said: &str, found: &str, field: &str) -> String {
    let bare = found.trim_matches(['"', '\'']);
    if matches!(field, "timeout" | "debounce") {
        "write a duration, such as `\"30s\"`".to_owned()
    } else if said.contains("a field name") && bare != found {
        format!("write the name of a field without quotes: `{bare}`")
    } else if said.contains("a string") {
        format!("write it between quotes: `\"{bare}\"`")
    } else if said.contains("`true`") || said.contains("'true'") {
        "write `true` or `false`".to_owned()
    } else if said.contains("an enum value") && bare != found {
        format!("write it without quotes: `{bare}`")
    } else if said.contains("an integer") || said.contains("a number") {
        match bare != found && bare.parse::<f64>().is_ok() {
            true => format!("write it without quotes: `{bare}`"),
            false => "write a number, without quotes".to_owned(),
        }
    } else if said.contains("a message") {
        "write a message as `{ field: value }`".to_owned()
    } else {
        "write a value of the field's type".to_owned()
    }
}

/// What stands between the quotes of a sentence.
fn quoted(sentence: &str) -> Vec<&str> {
    sentence.split('\'').skip(1).step_by(2).collect()
}

/// `google.protobuf.EnumOptions` is of enums.
fn options_of(extendee: &str) -> String {
    match extendee
        .strip_prefix("google.protobuf.")
        .and_then(|name| name.strip_suffix("Options"))
    {
        Some("Enum") => "enums".to_owned(),
        Some("EnumValue") => "enum values".to_owned(),
        Some("Service") => "services".to_owned(),
        Some("Method") => "methods".to_owned(),
        Some("Message") => "messages".to_owned(),
        Some("Field") => "fields".to_owned(),
        Some("File") => "files".to_owned(),
        Some("Oneof") => "oneofs".to_owned(),
        Some("ExtensionRange") => "extension ranges".to_owned(),
        _ => format!("`{extendee}`"),
    }
}
