//! Rules over a [`Schema`]: what the schema language forbids, and what a target could not express.
//!
//! Every rule is one function that looks at the schema and reports. What cannot be read at all is reported where it
//! is read: syntax, imports and types by `load`, the values of options by `resolve`.

mod crates;
mod groups;
mod layout;
mod rules;
mod targets;

use crate::config::Config;
use crate::diagnostic::Report;
use crate::load::Loaded;
use crate::schema::Schema;

/// The rules that hold whatever is generated.
pub fn language(schema: &Schema, loaded: &Loaded, report: &mut Report) {
    groups::check(schema, loaded, report);
    rules::check(schema, loaded, report);
}

/// The rules of the target languages that are configured.
pub fn targets(schema: &Schema, loaded: &Loaded, config: &Config, report: &mut Report) {
    crates::check(schema, loaded, config, report);
    layout::check(schema, loaded, config, report);
    targets::check(schema, loaded, config, report);
}
