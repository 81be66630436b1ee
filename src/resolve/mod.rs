//! From descriptors and their options to a [`Schema`].

mod duration;
mod elements;
mod fingerprint;
mod groups;
mod options;
mod params;
mod rules;

use rayon::prelude::*;

use crate::config::Config;
use crate::diagnostic::Report;
use crate::load::{Loaded, LoadedFile};
use crate::schema::{FileId, Schema};

/// Builds the schema of all that was loaded.
///
/// What is wrong goes into the report and is left out of the schema; what is sound is there all the same, so that the
/// checks can report more. A schema is fit for generation only if the report has no errors, and once its files have their
/// [`descriptors`].
pub fn resolve(loaded: &Loaded, config: &Config, report: &mut Report) -> Schema {
    let (mut schema, ids) = elements::build(loaded);
    schema.rules = rules::build(loaded, &ids, &schema, report);
    schema.params = params::build(loaded, &ids, &schema, report);
    groups::build(loaded, &ids, config, &mut schema, report);
    schema
}

/// What [`crate::schema::File::descriptor`] is to be, of every file. No check needs it, so that it can be made meanwhile.
pub fn descriptors(loaded: &Loaded, config: &Config) -> Vec<Vec<u8>> {
    if config.outs().next().is_none() {
        return Vec::new();
    }
    // Not through `prost_types`, which would drop custom options.
    let encoded = |(index, file): (usize, &LoadedFile)| {
        let linked = loaded.pool.get_file_by_name(&file.path);
        linked.map_or_else(Vec::new, |linked| loaded.encoded(FileId(index), &linked))
    };
    loaded.files.par_iter().enumerate().map(encoded).collect()
}
