//! Adds a file to the pool, which resolves its options, and says what the pool refuses.

mod interpret;
mod places;
pub mod value;

use std::ops::Range;

use miette::Diagnostic as _;
use prost_reflect::{DescriptorError, DescriptorPool};
use prost_types::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto,
    SourceCodeInfo, UninterpretedOption,
};

use super::shapes::Shapes;
use super::symbols::{Kind, Symbols};
use crate::diagnostic::{Code, Diagnostic, Label, Report, code};
use crate::load::LoadedFile;
use crate::load::literal;
use crate::load::locations::{part, tag};
use crate::names::nearest;
use crate::schema::FileId;

/// So many options of one file are taken out before giving up on it.
const MAX_ATTEMPTS: usize = 100;

/// Adds a file, without the options that are wrong; false where it cannot be added even so.
pub fn add(
    pool: &mut DescriptorPool,
    mut descriptor: FileDescriptorProto,
    files: &mut [LoadedFile],
    index: usize,
    symbols: &Symbols,
    report: &mut Report,
) -> bool {
    let Some(mut info) = files[index].info.take() else {
        // The compiler's own: sound, and without source info.
        let added = pool.add_file_descriptor_proto(descriptor.clone()).is_ok();
        files[index].parsed = Some(descriptor);
        return added;
    };
    let added = add_options(
        pool,
        &mut descriptor,
        &mut info,
        files,
        index,
        symbols,
        report,
    );
    if added {
        let names = places::names(&mut descriptor, &info);
        let shapes = Shapes {
            files,
            symbols,
            file: FileId(index),
            descriptor: &descriptor,
        };
        places::settle(&mut info, &names, shapes);
        files[index].parsed = Some(descriptor);
    }
    files[index].info = Some(info);
    added
}

fn add_options(
    pool: &mut DescriptorPool,
    descriptor: &mut FileDescriptorProto,
    info: &mut SourceCodeInfo,
    files: &[LoadedFile],
    index: usize,
    symbols: &Symbols,
    report: &mut Report,
) -> bool {
    let statements = interpret::statements(descriptor, info, &files[index].source);
    let interpreted = {
        let shapes = Shapes {
            files,
            symbols,
            file: FileId(index),
            descriptor,
        };
        interpret::interpret(statements, shapes, &files[index])
    };
    report.extend(interpreted.findings);
    for (path, option) in interpreted.changes {
        if let Some(place) = option_at(descriptor, &path) {
            *place = option;
        }
    }
    for path in interpreted.wrong.iter().rev() {
        remove_option(descriptor, info, path);
    }
    settle_packed(descriptor, info);
    let mut said = Vec::new();
    for _ in 0..MAX_ATTEMPTS {
        // Source info costs the pool copies of it all, and is of use where there is something to say alone.
        if pool.add_file_descriptor_proto(descriptor.clone()).is_ok() {
            return true;
        }
        mend_pool(pool, descriptor, files);
        let mut added = descriptor.clone();
        added.source_code_info = Some(info.clone());
        let Err(error) = pool.add_file_descriptor_proto(added) else {
            return true;
        };
        mend_pool(pool, descriptor, files);
        let first: Vec<Vec<i32>> = error.path().map(<[i32]>::to_vec).into_iter().collect();
        let findings = convert(error, &files[index], symbols);
        let mut wrong = wrong_options(info, &files[index], &findings);
        if wrong.is_empty() {
            wrong = first;
        }
        for diagnostic in findings {
            let key = (
                diagnostic.message.clone(),
                diagnostic.labels.first().map(|label| label.span.clone()),
            );
            if !said.contains(&key) {
                said.push(key);
                report.push(diagnostic);
            }
        }
        let removed = wrong
            .iter()
            .rev()
            .filter(|path| remove_option(descriptor, info, path))
            .count();
        if removed == 0 {
            break;
        }
    }
    false
}

/// The pool asks whether a field is packed before it reads options: `packed` has to be read already.
fn settle_packed(file: &mut FileDescriptorProto, info: &mut SourceCodeInfo) {
    let options: Vec<Vec<i32>> = info
        .location
        .iter()
        .map(|location| &location.path)
        .filter(|path| matches!(path[..], [.., tag::FIELD_OPTIONS, tag::UNINTERPRETED, _]))
        .cloned()
        .collect();
    for path in options.iter().rev() {
        let packed = option_at(file, path)
            .filter(|option| super::misuse::is(option, "packed"))
            .and_then(|option| option.identifier_value.as_deref()?.parse::<bool>().ok());
        let element = &path[..path.len() - 3];
        let Some(packed) = packed else { continue };
        let Some(options) = field_at(file, element).and_then(|field| field.options.as_mut()) else {
            continue;
        };
        if options.packed.replace(packed).is_some() {
            continue;
        }
        let place = part(element, &[tag::FIELD_OPTIONS, tag::FIELD_OPTIONS_PACKED]);
        move_option(file, info, path, &place);
    }
}

/// The field or extension of that path.
fn field_at<'a>(
    file: &'a mut FileDescriptorProto,
    path: &[i32],
) -> Option<&'a mut FieldDescriptorProto> {
    match *path {
        [tag::FILE_EXTENSION, index] => at_mut(&mut file.extension, index),
        [tag::FILE_MESSAGE, first, ref rest @ ..] => {
            let (outer, field) = rest.split_at(rest.len().checked_sub(2)?);
            let mut message = at_mut(&mut file.message_type, first)?;
            for steps in outer.chunks(2) {
                message = at_mut(&mut message.nested_type, *steps.get(1)?)?;
            }
            match *field {
                [tag::MESSAGE_FIELD, index] => at_mut(&mut message.field, index),
                [tag::MESSAGE_EXTENSION, index] => at_mut(&mut message.extension, index),
                _ => None,
            }
        }
        _ => None,
    }
}

fn declares_extensions(file: &FileDescriptorProto) -> bool {
    fn declares(message: &DescriptorProto) -> bool {
        !message.extension.is_empty() || message.nested_type.iter().any(declares)
    }
    !file.extension.is_empty() || file.message_type.iter().any(declares)
}

/// The paths of the options in which a finding stands, in order.
fn wrong_options(
    info: &SourceCodeInfo,
    file: &LoadedFile,
    findings: &[Diagnostic],
) -> Vec<Vec<i32>> {
    let spans: Vec<_> = findings
        .iter()
        .filter_map(|finding| Some(&finding.labels.first()?.span))
        .collect();
    let options = info
        .location
        .iter()
        .filter(|location| matches!(location.path[..], [.., tag::UNINTERPRETED, _]));
    let mut paths: Vec<_> = options
        .filter(|option| {
            let range = file.source.range(&option.span);
            spans
                .iter()
                .any(|span| range.start <= span.start && span.end <= range.end)
        })
        .map(|option| option.path.clone())
        .collect();
    paths.sort();
    paths.dedup();
    paths
}

/// A pool that refused a file may keep traces of its extensions, or lose some when it has many: start afresh.
fn mend_pool(pool: &mut DescriptorPool, refused: &FileDescriptorProto, files: &[LoadedFile]) {
    if declares_extensions(refused) || pool.all_extensions().len() >= pool.all_messages().len() {
        *pool = rebuild(files);
    }
}

fn rebuild(files: &[LoadedFile]) -> DescriptorPool {
    let mut pool = DescriptorPool::new();
    for file in files.iter().filter(|file| file.linked) {
        if let Some(descriptor) = file.parsed.clone() {
            // It was accepted once, after the same files.
            let _ = pool.add_file_descriptor_proto(descriptor);
        }
    }
    pool
}

/// All that the pool found.
fn convert(error: DescriptorError, file: &LoadedFile, symbols: &Symbols) -> Vec<Diagnostic> {
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
        let quoted: Vec<&str> = text.split('\'').skip(1).step_by(2).collect();
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
        let quoted: Vec<&str> = text.split('\'').skip(1).step_by(2).collect();
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
fn unknown_extension(
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

fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
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

/// Takes the option of that path out of the descriptor and of its source info.
fn remove_option(file: &mut FileDescriptorProto, info: &mut SourceCodeInfo, path: &[i32]) -> bool {
    let [element @ .., tag::UNINTERPRETED, index] = path else {
        return false;
    };
    let Some(options) = options_at(file, element) else {
        return false;
    };
    let Ok(position) = usize::try_from(*index) else {
        return false;
    };
    if position >= options.len() {
        return false;
    }
    options.remove(position);
    let depth = path.len() - 1;
    info.location
        .retain(|location| !location.path.starts_with(path));
    for location in &mut info.location {
        if location.path.len() > depth
            && location.path[..depth] == path[..depth]
            && location.path[depth] > *index
        {
            location.path[depth] -= 1;
        }
    }
    true
}

/// Takes an option that is read out of those that are not, and keeps its place under the path of what it sets.
fn move_option(
    file: &mut FileDescriptorProto,
    info: &mut SourceCodeInfo,
    path: &[i32],
    place: &[i32],
) {
    let kept = info
        .location
        .iter()
        .enumerate()
        .find(|(_, location)| location.path == path)
        .map(|(index, location)| (index, location.clone()));
    let removed = remove_option(file, info, path);
    if let (Some((index, mut location)), true) = (kept, removed) {
        location.path = place.to_vec();
        info.location
            .insert(index.min(info.location.len()), location);
    }
}

/// The option of that path.
fn option_at<'a>(
    file: &'a mut FileDescriptorProto,
    path: &[i32],
) -> Option<&'a mut UninterpretedOption> {
    let [element @ .., tag::UNINTERPRETED, index] = path else {
        return None;
    };
    at_mut(options_at(file, element)?, *index)
}

/// The uninterpreted options of an element, by the path of its options field.
fn options_at<'a>(
    file: &'a mut FileDescriptorProto,
    path: &[i32],
) -> Option<&'a mut Vec<UninterpretedOption>> {
    macro_rules! of {
        ($options:expr) => {
            $options
                .as_mut()
                .map(|options| &mut options.uninterpreted_option)
        };
    }
    match *path {
        [tag::FILE_OPTIONS] => of!(file.options),
        [tag::FILE_MESSAGE, index, ref rest @ ..] => {
            in_message(at_mut(&mut file.message_type, index)?, rest)
        }
        [tag::FILE_ENUM, index, ref rest @ ..] => {
            in_enum(at_mut(&mut file.enum_type, index)?, rest)
        }
        [tag::FILE_EXTENSION, index, tag::FIELD_OPTIONS] => {
            of!(at_mut(&mut file.extension, index)?.options)
        }
        [tag::FILE_SERVICE, index, tag::SERVICE_OPTIONS] => {
            of!(at_mut(&mut file.service, index)?.options)
        }
        [
            tag::FILE_SERVICE,
            index,
            tag::SERVICE_METHOD,
            method,
            tag::METHOD_OPTIONS,
        ] => {
            of!(at_mut(&mut at_mut(&mut file.service, index)?.method, method)?.options)
        }
        _ => None,
    }
}

fn in_message<'a>(
    message: &'a mut DescriptorProto,
    path: &[i32],
) -> Option<&'a mut Vec<UninterpretedOption>> {
    fn of_field(field: &mut FieldDescriptorProto) -> Option<&mut Vec<UninterpretedOption>> {
        field
            .options
            .as_mut()
            .map(|options| &mut options.uninterpreted_option)
    }
    match *path {
        [tag::MESSAGE_OPTIONS] => message
            .options
            .as_mut()
            .map(|options| &mut options.uninterpreted_option),
        [tag::MESSAGE_FIELD, index, tag::FIELD_OPTIONS] => {
            of_field(at_mut(&mut message.field, index)?)
        }
        [tag::MESSAGE_EXTENSION, index, tag::FIELD_OPTIONS] => {
            of_field(at_mut(&mut message.extension, index)?)
        }
        [tag::MESSAGE_ONEOF, index, tag::ONEOF_OPTIONS] => at_mut(&mut message.oneof_decl, index)?
            .options
            .as_mut()
            .map(|options| &mut options.uninterpreted_option),
        [tag::MESSAGE_EXTENSION_RANGE, index, tag::RANGE_OPTIONS] => {
            at_mut(&mut message.extension_range, index)?
                .options
                .as_mut()
                .map(|options| &mut options.uninterpreted_option)
        }
        [tag::MESSAGE_MESSAGE, index, ref rest @ ..] => {
            in_message(at_mut(&mut message.nested_type, index)?, rest)
        }
        [tag::MESSAGE_ENUM, index, ref rest @ ..] => {
            in_enum(at_mut(&mut message.enum_type, index)?, rest)
        }
        _ => None,
    }
}

fn in_enum<'a>(
    enum_: &'a mut EnumDescriptorProto,
    path: &[i32],
) -> Option<&'a mut Vec<UninterpretedOption>> {
    match *path {
        [tag::ENUM_OPTIONS] => enum_
            .options
            .as_mut()
            .map(|options| &mut options.uninterpreted_option),
        [tag::ENUM_VALUE, index, tag::VALUE_OPTIONS] => at_mut(&mut enum_.value, index)?
            .options
            .as_mut()
            .map(|options| &mut options.uninterpreted_option),
        _ => None,
    }
}

fn at_mut<T>(list: &mut [T], index: i32) -> Option<&mut T> {
    list.get_mut(usize::try_from(index).ok()?)
}

fn at<T>(list: &[T], index: i32) -> Option<&T> {
    list.get(usize::try_from(index).ok()?)
}
