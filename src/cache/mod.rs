//! What the last clean run of a configuration read and left on disk, so that a run with nothing to do ends early, and one
//! with little to do generates little.
//!
//! A record is believed only where everything that a run depends on is as it was: the compiler, the configuration, which
//! files the globs and the imports lead to, the bytes of each of them, and the bytes of every output. Nothing is taken
//! from modification times of schemas or outputs. Whatever else is found (no record, a damaged one, one of another
//! compiler or project, one that another user could have written) leads to a run as if there were none.

mod digest;
mod earlier;
mod place;
mod record;
mod standing;

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::config::Config;
use crate::load;
use crate::output::{self, Output};
use crate::schema::Origin;
use crate::{Compiled, Selected};

use self::digest::Digest;
pub use self::earlier::Recorded;
pub use self::record::Record;
pub use self::standing::Standing;

/// Where the record of one configuration lies, and what it must be about.
#[derive(Debug)]
pub struct Cache {
    file: PathBuf,
    identity: Digest,
}

impl Cache {
    /// The record of a configuration that was read from `path`. None where there is no place for one: see
    /// `place::folder`.
    pub fn of(path: &Path, config: &Config) -> Option<Self> {
        let folder = place::folder()?;
        let path = std::path::absolute(path).ok()?;
        let name = Digest::of(&[path.as_os_str().as_encoded_bytes()]);
        let text = config.source.as_ref()?.text();
        let identity = Digest::of(&[&place::compiler()?, name.as_bytes(), text.as_bytes()]);
        Some(Self {
            file: folder.join(format!("{name}.json")),
            identity,
        })
    }

    /// What the last clean run left, if it can be believed.
    pub fn record(&self) -> Option<Record> {
        Record::read(&self.file, &self.identity)
    }

    /// The record of a run after which the disk holds `outputs`. One that found anything has to say so again, and so is
    /// none to record.
    pub fn recording(
        &self,
        compiled: &Compiled,
        outputs: &[Output],
        recorded: Recorded,
    ) -> Option<Recording> {
        if !compiled.report.is_empty() {
            return None;
        }
        let record = Record::new(self.identity.clone(), compiled, outputs, recorded);
        Some(Recording {
            file: self.file.clone(),
            text: record.text()?,
        })
    }
}

/// A record that is not written yet.
pub struct Recording {
    file: PathBuf,
    text: String,
}

impl Recording {
    /// Once the disk is as it says. It is no failure where nothing can be recorded.
    pub fn keep(&self) {
        let _ = record::write(&self.text, &self.file);
    }
}

/// How many files a run would find as they should be, where it would find nothing else.
pub fn unchanged(record: &Record, config: &Config, selected: &Selected) -> Option<usize> {
    let holds = selected.report.is_empty()
        && inputs_hold(record, config, selected.files.as_ref()?)
        && outputs_hold(record, config);
    holds.then(|| record.outputs.iter().map(|files| files.len()).sum())
}

/// Whether the globs and the imports lead to the same files, each with the same text.
fn inputs_hold(record: &Record, config: &Config, selected: &[String]) -> bool {
    selected == record.selected
        && record.inputs.par_iter().all(|(path, digest)| {
            let origin = match selected.binary_search(path) {
                Ok(_) => Origin::Owned,
                Err(_) => Origin::Imported,
            };
            match (load::text(path, origin, &config.roots), digest) {
                (Ok(None), None) => true,
                (Ok(Some(text)), Some(digest)) => Digest::of_content(text.as_bytes()) == *digest,
                _ => false,
            }
        })
}

/// Whether every output folder holds what belongs into it.
fn outputs_hold(record: &Record, config: &Config) -> bool {
    let roots: Vec<_> = config.outs().map(|(.., root)| root).collect();
    let is = |digest: &Digest, bytes: &[u8]| Digest::of_content(bytes) == *digest;
    roots.len() == record.outputs.len()
        && roots
            .into_iter()
            .zip(&record.outputs)
            .all(|(root, files)| output::holds(root, files, is).unwrap_or(false))
}
