//! From descriptors and their options to a [`Schema`].

mod comments;
mod duration;
mod elements;
mod fingerprint;
mod groups;
mod options;
mod scope;

use std::collections::BTreeMap;

use crate::config::ServiceConfig;
use crate::diagnostic::Report;
use crate::load::Loaded;
use crate::schema::Schema;

/// Builds the schema of all that was loaded.
///
/// What is wrong goes into the report and is left out of the schema; what is sound is there all the same, so that the
/// checks can report more. A schema is fit for generation only if the report has no errors.
pub fn resolve(
    loaded: &Loaded,
    services: &BTreeMap<String, ServiceConfig>,
    report: &mut Report,
) -> Schema {
    let (mut schema, symbols) = elements::build(loaded);
    groups::build(loaded, &symbols, services, &mut schema, report);
    schema
}
