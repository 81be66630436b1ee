//! From descriptors and their options to a [`Schema`].

mod duration;
mod elements;
mod fingerprint;
mod groups;
mod options;
mod params;
mod rules;

use crate::config::Config;
use crate::diagnostic::Report;
use crate::load::Loaded;
use crate::schema::Schema;

/// Builds the schema of all that was loaded.
///
/// What is wrong goes into the report and is left out of the schema; what is sound is there all the same, so that the
/// checks can report more. A schema is fit for generation only if the report has no errors.
pub fn resolve(loaded: &Loaded, config: &Config, report: &mut Report) -> Schema {
    let (mut schema, ids) = elements::build(loaded, config);
    schema.rules = rules::build(loaded, &ids, &schema, report);
    schema.params = params::build(loaded, &ids, &schema, report);
    groups::build(loaded, &ids, config, &mut schema, report);
    schema
}
