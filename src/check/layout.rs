//! Which files code is generated for.

use crate::config::Config;
use crate::diagnostic::{Diagnostic, Report, code};
use crate::load::{Loaded, import_range};
use crate::schema::{File, FileId, Origin, Schema, Span};

pub fn check(schema: &Schema, loaded: &Loaded, config: &Config, report: &mut Report) {
    for (id, file) in schema.owned_files() {
        for (index, import) in file.imports.iter().enumerate() {
            let imported = &schema[import.file];
            if imported.origin == Origin::Imported && misses(config, imported) {
                report.push(not_generated(loaded, id, index, imported));
            }
        }
    }
}

/// A target would write an import of something that nobody generates.
fn misses(config: &Config, imported: &File) -> bool {
    let external = |package: &str| {
        config
            .rust
            .iter()
            .all(|target| target.extern_paths.contains_key(package))
    };
    !config.typescript.is_empty() || !config.dart.is_empty() || !external(&imported.package)
}

fn not_generated(loaded: &Loaded, file: FileId, index: usize, imported: &File) -> Diagnostic {
    let range = import_range(&loaded.files[file.0], index);
    let span = Span {
        file,
        start: range.start,
        end: range.end,
    };
    Diagnostic::error(
        code::TARGET_NOT_GENERATED,
        format!("no code is generated for `{}`", imported.path),
    )
    .at(loaded.label(span, "imported here, where code is generated"))
    .help(format!(
        "add `{}` to `schemas:` in the configuration",
        imported.path
    ))
}
