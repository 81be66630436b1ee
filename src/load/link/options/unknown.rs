//! Names of options, of their fields and of their values that there are not, and what may have been meant.

use std::ops::Range;

use prost_types::DescriptorProto;

use crate::diagnostic::{Diagnostic, Label, code};
use crate::load::LoadedFile;
use crate::load::link::symbols::{Kind, Symbols};
use crate::names::nearest;

/// No extension has that name; those that `fits` would belong here.
pub fn unknown_extension(
    file: &LoadedFile,
    symbols: &Symbols,
    name: &str,
    span: Range<usize>,
    in_value: bool,
    fits: &dyn Fn(&str) -> bool,
) -> Diagnostic {
    let short = name.trim_start_matches('.');
    let diagnostic = Diagnostic::error(
        code::OPTION_UNKNOWN,
        format!("there is no option `({short})`"),
    )
    .at(Label::new(&file.source, span, "unknown option"));
    let carried = CARRIED
        .iter()
        .find(|(package, import)| short.starts_with(package) && !imports(file, import));
    if let Some((_, import)) = carried {
        return diagnostic.help(format!("add `import \"{import}\";`"));
    }
    let known: Vec<_> = symbols.visible(&[Kind::Extension], &file.visible).collect();
    let whole = known.iter().find(|known| {
        short
            .strip_prefix(**known)
            .is_some_and(|rest| rest.starts_with('.'))
    });
    if let Some(whole) = whole.filter(|_| !in_value) {
        let rest = &short[whole.len()..];
        return diagnostic.help(format!("write `({whole}){rest}`"));
    }
    let near = nearest(short, known.into_iter().filter(|known| fits(known)));
    diagnostic.help(match (near.as_slice(), symbols.get(short)) {
        (_, Some(definition)) if definition.kind == Kind::Extension => {
            "import the file that declares it".to_owned()
        }
        ([], _) if short == "validate.rules" => {
            "write `(buf.validate.field)`, and import \"buf/validate/validate.proto\"".to_owned()
        }
        ([], _) => "declare it with `extend`, or import the file that does".to_owned(),
        (near, _) if in_value => did_you_mean(near),
        (near, _) => did_you_mean(
            &near
                .iter()
                .map(|near| in_parentheses(near))
                .collect::<Vec<_>>(),
        ),
    })
}

/// The name in the parentheses is that of a package, which has these options.
pub fn of_package<'a>(
    package: &str,
    options: impl Iterator<Item = &'a str>,
    place: Label,
) -> Diagnostic {
    let options: Vec<_> = options.map(|option| format!("`({option})`")).collect();
    let message = format!("`{package}` is a package, not an option");
    Diagnostic::error(code::OPTION_UNKNOWN, message)
        .at(place)
        .help(match options.as_slice() {
            [] => "write the whole name of an option between the parentheses".to_owned(),
            options => format!(
                "the parentheses hold the whole name: write {}",
                options.join(" or ")
            ),
        })
}

/// No option of protobuf's own has that name, whose parts have dots between them.
pub fn unknown_option(
    file: &LoadedFile,
    symbols: &Symbols,
    parts: &[&str],
    options: &DescriptorProto,
    span: Range<usize>,
) -> Diagnostic {
    let name = parts.join(".");
    let diagnostic = Diagnostic::error(
        code::OPTION_UNKNOWN,
        format!("there is no option `{name}` here"),
    )
    .at(Label::new(&file.source, span, "unknown option"));
    let known: Vec<_> = symbols.visible(&[Kind::Extension], &file.visible).collect();
    let declared = known.iter().filter(|known| {
        name == **known
            || name
                .strip_prefix(**known)
                .is_some_and(|rest| rest.starts_with('.'))
    });
    if let Some(declared) = declared.max_by_key(|known| known.len()) {
        let rest = &name[declared.len()..];
        return diagnostic.help(format!(
            "an option that a schema declares stands in parentheses: write `({declared}){rest}`"
        ));
    }
    let own = options.field.iter().map(|field| field.name());
    let mut near = nearest(&name, own.filter(|name| *name != "uninterpreted_option"));
    near.extend(
        nearest(&name, known)
            .iter()
            .map(|near| in_parentheses(near)),
    );
    near.truncate(3);
    diagnostic.help(match near.as_slice() {
        [] => "an option that a schema declares stands in parentheses: `(my.option)`".to_owned(),
        near => did_you_mean(near),
    })
}

/// The packages of options that the compiler carries, and the files to import for them.
const CARRIED: [(&str, &str); 2] = [
    ("bellwire.", "bellwire/options.proto"),
    ("buf.validate.", "buf/validate/validate.proto"),
];

/// A name in backquotes, as an option is written that a schema declares.
fn in_parentheses(quoted: &str) -> String {
    format!("`({})`", quoted.trim_matches('`'))
}

pub fn did_you_mean(near: &[String]) -> String {
    format!("did you mean {}?", near.join(" or "))
}

/// What somebody may have meant who wrote `name`; all that there is where nothing is near.
pub fn alternatives<'a>(
    name: &str,
    what: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> String {
    let known: Vec<_> = known.into_iter().collect();
    let mut near = nearest(name, known.iter().copied());
    if near.is_empty() {
        let longer = known.iter().filter(|known| is_part(name, known));
        near.extend(longer.take(3).map(|known| format!("`{known}`")));
    }
    match (near.as_slice(), known.as_slice()) {
        ([], []) => format!("it has no {what}: remove this"),
        ([], _) => format!("its {what} are {}", some_of(known)),
        (near, _) => did_you_mean(near),
    }
}

/// Whether the other name begins with that one, or ends with it behind an underscore.
fn is_part(name: &str, other: &str) -> bool {
    let (name, other) = (name.to_ascii_lowercase(), other.to_ascii_lowercase());
    let rest = other.strip_suffix(&name);
    name.len() > 1 && (other.starts_with(&name) || rest.is_some_and(|rest| rest.ends_with('_')))
}

/// A message's value, or a part of an option's name, sets a field that the message does not have.
pub fn unknown_field(message: &str, name: &str, place: Label, help: String) -> Diagnostic {
    Diagnostic::error(
        code::OPTION_UNKNOWN_FIELD,
        format!("`{message}` has no field `{name}`"),
    )
    .at(place)
    .help(help)
}

/// So many names are a list that somebody reads.
const MOST_NAMES: usize = 12;

/// The names, or the first of them where they are many.
pub fn some_of<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<_> = names.into_iter().collect();
    match names.len().checked_sub(MOST_NAMES) {
        None | Some(0) => listed(names),
        Some(_) => {
            let shown = MOST_NAMES - 2;
            let more = names.len() - shown;
            format!("{} and {more} more", listed(names.into_iter().take(shown)))
        }
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
