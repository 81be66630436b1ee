//! Which crate has which package: what one Rust target does not write, another crate must have.

use std::collections::BTreeSet;

use crate::config::{Config, RustTarget};
use crate::diagnostic::{Diagnostic, Report, code};
use crate::load::Loaded;
use crate::names::nearest;
use crate::schema::{FileId, MessageId, Origin, Schema, Span, Type};

pub fn check(schema: &Schema, loaded: &Loaded, config: &Config, report: &mut Report) {
    for (index, target) in config.rust.iter().enumerate() {
        report.extend(unknown_packages(schema, config, index, target));
        // A target that names no package writes all that it needs.
        if !target.packages.is_empty() {
            report.extend(missing_packages(schema, loaded, config, index, target));
        }
    }
}

/// Packages to write that no schema declares.
fn unknown_packages(
    schema: &Schema,
    config: &Config,
    index: usize,
    target: &RustTarget,
) -> Vec<Diagnostic> {
    let own = schema
        .files
        .iter()
        .filter(|file| matches!(file.origin, Origin::Owned | Origin::Imported));
    let known: BTreeSet<&str> = own.map(|file| file.package.as_str()).collect();
    let named = target
        .packages
        .iter()
        .enumerate()
        .filter(|(_, package)| !known.contains(package.as_str()));
    named
        .map(|(position, package)| {
            let path = [
                "targets",
                "rust",
                &index.to_string(),
                "packages",
                &position.to_string(),
            ];
            let message = format!("no schema declares the package `{package}`");
            let help = match nearest(package, known.iter().copied()).as_slice() {
                [] => "name a package of a schema that is compiled".to_owned(),
                near => format!("did you mean {}?", near.join(" or ")),
            };
            config
                .error_at_value(&path, code::CONFIG_UNKNOWN_PACKAGE, message)
                .help(help)
        })
        .collect()
}

/// Packages that the written ones use, and that the crate would have to get from somewhere.
fn missing_packages(
    schema: &Schema,
    loaded: &Loaded,
    config: &Config,
    index: usize,
    target: &RustTarget,
) -> Vec<Diagnostic> {
    let is_written = |file: FileId| target.packages.contains(&schema[file].package);
    let mut told = BTreeSet::new();
    let mut found = Vec::new();
    for Use {
        by,
        span,
        file,
        full_name,
    } in uses(schema)
    {
        let has_library = matches!(schema[file].origin, Origin::WellKnown | Origin::Embedded);
        if !is_written(by) || is_written(file) || has_library || is_extern(target, full_name) {
            continue;
        }
        let (package, by) = (&schema[file].package, &schema[by].package);
        if told.insert(package) {
            let path = ["targets", "rust", &index.to_string(), "packages"];
            let message = format!("the package `{package}`, which `{by}` uses, is in no crate");
            let error = config.error_at_value(&path, code::CONFIG_MISSING_EXTERN, message);
            found.push(error.at(loaded.label(span, "used here")).help(format!(
                "add it to `packages`, or say under `extern` which crate has it, such as \
                 `{package}: \"::the_crate::generated::{}\"`",
                package.replace('.', "::")
            )));
        }
    }
    found
}

/// A name is in another crate where it, or what it is in, is said to be.
fn is_extern(target: &RustTarget, full_name: &str) -> bool {
    let holds = |name: &String| {
        full_name
            .strip_prefix(name.as_str())
            .is_some_and(|rest| rest.starts_with('.'))
    };
    target
        .extern_paths
        .keys()
        .any(|name| name == full_name || holds(name))
}

/// A place where the Rust code of one file names a type.
struct Use<'a> {
    by: FileId,
    span: Span,
    /// What has the type.
    file: FileId,
    full_name: &'a str,
}

fn uses(schema: &Schema) -> Vec<Use<'_>> {
    let message = |by, span, id: MessageId| Use {
        by,
        span,
        file: schema[id].file,
        full_name: &schema[id].full_name,
    };
    let mut uses = Vec::new();
    for holder in &schema.messages {
        uses.extend(holder.fields.iter().filter_map(|field| match field.ty {
            Type::Message(id) | Type::Group(id) => Some(message(holder.file, field.span, id)),
            Type::Enum(id) => Some(Use {
                by: holder.file,
                span: field.span,
                file: schema[id].file,
                full_name: &schema[id].full_name,
            }),
            _ => None,
        }));
    }
    for group in &schema.event_groups {
        uses.push(message(group.file, group.span, group.error));
        for event in &group.events {
            let types = event.input.into_iter().chain(event.output);
            uses.extend(types.map(|id| message(group.file, event.span, id)));
        }
    }
    for group in &schema.notification_groups {
        let payloads = group
            .notifications
            .iter()
            .filter_map(|one| Some((one.span, one.payload?)));
        uses.extend(payloads.map(|(span, id)| message(group.file, span, id)));
    }
    uses
}
