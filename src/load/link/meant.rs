//! What to say of a name that is no type where one is needed.

use super::Context;
use super::symbols::{Kind, Lookup, Want, join, parent};
use crate::diagnostic::{Diagnostic, Label, code};
use crate::load::foreign::{self, SCALARS};
use crate::names::nearest;
use crate::schema::FileId;

/// The full names of the value that a name means and of its enum, with or without the enum's name before it.
pub fn enum_value(context: &Context, name: &str, scope: &str) -> Option<(String, String)> {
    let lookup = |name: &str, want| context.symbols.lookup(name, scope, want, context.visible);
    match lookup(name, Want::Type) {
        Lookup::Found(value, definition) if definition.kind == Kind::EnumValue => {
            Some((value, definition.owner.clone()?))
        }
        Lookup::Found(..) => None,
        _ => {
            let (outer, last) = name.rsplit_once('.')?;
            let Lookup::Found(enum_, definition) = lookup(outer, Want::Type) else {
                return None;
            };
            let value = join(parent(&enum_), last);
            let owner = context.symbols.get(&value)?.owner.as_deref();
            (definition.kind == Kind::Enum && owner == Some(&enum_)).then_some((value, enum_))
        }
    }
}

pub fn value_as_type(
    context: &Context,
    scope: &str,
    value: &str,
    enum_: &str,
    kinds: &[Kind],
) -> Diagnostic {
    let name = value.rsplit('.').next().unwrap_or(value);
    let text = format!("`{name}` is a value of the enum `{enum_}`, not a type");
    // As short as it means the same from there.
    let short = enum_.rsplit('.').next().unwrap_or(enum_);
    let found = context
        .symbols
        .lookup(short, scope, Want::Type, context.visible);
    let written = match found {
        Lookup::Found(full_name, _) if full_name == enum_ => short,
        _ => enum_,
    };
    let help = match kinds.contains(&Kind::Enum) {
        true => format!("write `{written}`: a field of that type holds any of its values"),
        false => format!("a message is needed here: declare one with a field of type `{written}`"),
    };
    Diagnostic::error(code::TYPE_NOT_A_TYPE, text).help(help)
}

/// So many findings of a run at most say what may be meant: that is looked for among all names.
const MAX_GUESSES: usize = 200;

/// What to do about a type that is nowhere.
const DECLARE: &str = "declare it, or import the file that does";

/// What to write for a type that there is not.
pub fn meant(context: &Context, name: &str, kinds: &[Kind]) -> String {
    if context.report.diagnostics.len() > MAX_GUESSES {
        return DECLARE.to_owned();
    }
    if let Some((full_name, file)) = elsewhere(context, name) {
        return import_and_write(name, &full_name, context.import_name(file));
    }
    let visible: Vec<_> = context.symbols.visible(kinds, context.visible).collect();
    let last = |name: &str| name.rsplit('.').next().unwrap_or(name).to_ascii_lowercase();
    let is_here = visible.iter().any(|known| last(known) == last(name));
    let fits = |ours: &String| !is_here && (kinds.contains(&Kind::Enum) || ours.contains('.'));
    if let Some(ours) = foreign::translated(name).filter(fits) {
        return match foreign::file_of(&ours) {
            Some(file) if is_unseen(context, &ours) => import_and_write(name, &ours, &file),
            _ => format!("write `{ours}`"),
        };
    }
    let near = nearest(name, visible.into_iter().chain(SCALARS));
    if near.is_empty()
        && let Some((ours, file)) = foreign::nearest_well_known(name).filter(|_| name.contains('.'))
    {
        let import = if is_unseen(context, &ours) {
            format!(" It is in \"{file}\"")
        } else {
            String::new()
        };
        return format!("did you mean `{ours}`?{import}");
    }
    match near.as_slice() {
        [] => DECLARE.to_owned(),
        near => format!("did you mean {}?", near.join(" or ")),
    }
}

fn is_unseen(context: &Context, full_name: &str) -> bool {
    let found = context
        .symbols
        .lookup(full_name, "", Want::Type, context.visible);
    !matches!(found, Lookup::Found(..))
}

fn import_and_write(name: &str, full_name: &str, file: &str) -> String {
    let import = format!("add `import \"{file}\";`");
    if name == full_name {
        import
    } else {
        format!("{import} and write `{full_name}`")
    }
}

/// A type of that name in another file of the run, which this one does not import.
fn elsewhere(context: &Context, name: &str) -> Option<(String, FileId)> {
    let ends = |full_name: &str| {
        full_name
            .strip_suffix(name)
            .is_some_and(|scope| scope.is_empty() || scope.ends_with('.'))
    };
    let mut found = context
        .declared
        .iter()
        .filter(|(full_name, file)| ends(full_name) && !context.visible.contains(file));
    let (full_name, file) = found.next()?;
    found.next().is_none().then(|| (full_name.clone(), *file))
}

/// A name that exists, in a file that is not imported.
pub fn not_imported(context: &Context, full_name: &str, file: FileId, place: Label) -> Diagnostic {
    Diagnostic::error(
        code::TYPE_NOT_IMPORTED,
        format!("`{full_name}` is not imported"),
    )
    .at(place)
    .help(format!("add `import \"{}\";`", context.import_name(file)))
}
