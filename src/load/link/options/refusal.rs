//! What the pool refuses, in the words of people who write schemas.

use std::ops::Range;

use miette::Diagnostic as _;
use prost_reflect::DescriptorError;

use crate::diagnostic::{Code, Diagnostic, Label, code};
use crate::load::LoadedFile;
use crate::load::link::symbols::{Kind, Symbols};
use crate::load::literal;
use crate::names::nearest;

/// All that the pool found.
pub fn convert(error: DescriptorError, file: &LoadedFile, symbols: &Symbols) -> Vec<Diagnostic> {
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
                symbols,
            }
            .diagnostic()
        })
        .collect()
}

/// One thing that the pool refused.
struct Refusal<'a> {
    finding: &'a dyn miette::Diagnostic,
    file: &'a LoadedFile,
    symbols: &'a Symbols,
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
            unknown_extension(self.file, self.symbols, name, span)
        } else if text.starts_with("option field '") && text.ends_with("' is not defined") {
            self.unknown_option(name, statement)
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
            Diagnostic::error(
                code::OPTION_WRONG_VALUE,
                format!("the option `{option}` takes a value of type `{ty}`"),
            )
            .at(self.label(span, "not of this type"))
            .help(form_of(ty))
        } else if text.starts_with("expected an extension to type '") {
            let [_, option, extendee] = quoted[..] else {
                return self.other(text.clone());
            };
            named(
                code::OPTION_MISPLACED,
                format!("the option `({option})` does not belong here"),
            )
            .help(format!("it is an option of {}", options_of(extendee)))
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

    fn unknown_option(&self, name: &str, statement: Range<usize>) -> Diagnostic {
        let text = self.file.source.text();
        Diagnostic::error(
            code::OPTION_UNKNOWN,
            format!("there is no option `{name}` here"),
        )
        .at(self.label(literal::name(text, statement), "unknown option"))
        .help("an option that a schema declares stands in parentheses: `(my.option)`")
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
            [field, message] if text.starts_with("field '") => {
                let near = nearest(field, self.symbols.fields(message));
                let help = match near.as_slice() {
                    [] => format!("its fields are {}", listed(self.symbols.fields(message))),
                    near => format!("did you mean {}?", near.join(" or ")),
                };
                (
                    format!("`{message}` has no field `{field}`"),
                    Some(field),
                    help,
                )
            }
            [value, enum_] if text.starts_with("value '") => {
                let near = nearest(value, self.symbols.values(enum_));
                let help = match near.as_slice() {
                    [] => format!("its values are {}", listed(self.symbols.values(enum_))),
                    near => format!("did you mean {}?", near.join(" or ")),
                };
                (
                    format!("`{enum_}` has no value `{value}`"),
                    Some(value),
                    help,
                )
            }
            [field] if text.ends_with("is already set") => (
                format!("the field `{field}` is set twice"),
                Some(field),
                "keep one of the two".to_owned(),
            ),
            [.., found] if text.starts_with("expected ") => (
                format!("this option's value is wrong: {}", text.replace('\'', "`")),
                Some(found),
                "write a value of the field's type".to_owned(),
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

/// No extension has that name.
pub fn unknown_extension(
    file: &LoadedFile,
    symbols: &Symbols,
    name: &str,
    span: Range<usize>,
) -> Diagnostic {
    let short = name.trim_start_matches('.');
    let diagnostic = Diagnostic::error(
        code::OPTION_UNKNOWN,
        format!("there is no option `({short})`"),
    )
    .at(Label::new(&file.source, span, "unknown option"));
    if short.starts_with("bellwire.") && !imports(file, "bellwire/options.proto") {
        return diagnostic.help("add `import \"bellwire/options.proto\";`");
    }
    let near = nearest(short, symbols.visible(&[Kind::Extension], &file.visible));
    diagnostic.help(match (near.as_slice(), symbols.get(short)) {
        (_, Some(definition)) if definition.kind == Kind::Extension => {
            "import the file that declares it".to_owned()
        }
        ([], _) => "declare it with `extend`, or import the file that does".to_owned(),
        (near, _) => format!("did you mean {}?", near.join(" or ")),
    })
}

/// What stands between the quotes of a sentence.
fn quoted(sentence: &str) -> Vec<&str> {
    sentence.split('\'').skip(1).step_by(2).collect()
}

/// How a value of that type is written.
fn form_of(ty: &str) -> String {
    match ty {
        "bool" => "write `true` or `false`".to_owned(),
        "string" | "bytes" => "write it between quotes".to_owned(),
        _ if ty.contains('.') => {
            "write a message as `{ field: value }`, an enum as the name of one of its values"
                .to_owned()
        }
        _ => "write a number within the range of the type".to_owned(),
    }
}

pub fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names
        .into_iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

fn imports(file: &LoadedFile, name: &str) -> bool {
    file.imports.iter().any(|import| import == name)
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
