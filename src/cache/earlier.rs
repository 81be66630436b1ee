use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use rayon::prelude::*;

use super::digest::Digest;
use super::standing::Standing;
use crate::Compiled;
use crate::config::Config;
use crate::generate::units::{Earlier, Files, Unit};

/// Declares protobuf's own options, for every file that sets one.
const OPTIONS: &str = "google/protobuf/descriptor.proto";

/// What the last recorded run made, as far as it still stands on the disk, and what this one makes.
pub struct Recorded {
    /// Of each file of the schema, its text.
    texts: Vec<Digest>,
    /// Of each file of the schema and all that it imports.
    sums: Vec<Digest>,
    /// Of what every file may depend on without importing it.
    common: Digest,
    /// The output folders, in the configuration's order.
    outs: Vec<PathBuf>,
    standing: Standing,
    units: Mutex<Units>,
}

/// The paths of a unit's files, by what it is made of.
pub type Units = BTreeMap<Digest, Vec<String>>;

impl Recorded {
    pub fn new(standing: Standing, compiled: &Compiled, config: &Config) -> Self {
        let files = compiled.loaded.files.par_iter();
        let texts: Vec<_> = files
            .map(|file| Digest::of_content(file.source.text().as_bytes()))
            .collect();
        let sums = sums(compiled, &texts);
        let paths = compiled.schema.files.iter().map(|file| &file.path);
        let options = paths.zip(&sums).find(|(path, _)| *path == OPTIONS);
        Self {
            common: Digest::of(&[options.map_or(&[], |(_, sum)| sum.as_bytes())]),
            outs: config.outs().map(|(.., out)| out.to_owned()).collect(),
            texts,
            sums,
            standing,
            units: Mutex::default(),
        }
    }

    /// Of each file of the schema, the digest of its text.
    pub fn texts(&self) -> &[Digest] {
        &self.texts
    }

    pub fn into_units(self) -> Units {
        self.units.into_inner().unwrap_or_default()
    }

    /// Whether the disk holds that text there, as far as it is known without another look.
    pub fn stands(&self, out: &Path, path: &str, text: &str) -> bool {
        let index = self.index(out);
        index.is_some_and(|index| self.standing.digest(index, path, text).is_some())
    }

    /// The digest of an output.
    pub fn digest(&self, out: &Path, path: &str, text: &str) -> Digest {
        let index = self.index(out);
        let known = index.and_then(|index| self.standing.digest(index, path, text));
        known
            .cloned()
            .unwrap_or_else(|| Digest::of_content(text.as_bytes()))
    }

    fn index(&self, out: &Path) -> Option<usize> {
        self.outs.iter().position(|other| other == out)
    }

    /// A unit is in the output.
    fn note(&self, key: Digest, paths: Vec<String>) {
        if let Ok(mut units) = self.units.lock() {
            units.insert(key, paths);
        }
    }

    fn key(&self, unit: &Unit) -> Option<Digest> {
        let index = self.index(unit.out)?.to_le_bytes();
        let mut parts: Vec<&[u8]> = vec![
            &index,
            unit.kind.as_bytes(),
            unit.facts.as_bytes(),
            self.common.as_bytes(),
        ];
        for file in unit.files {
            parts.push(self.sums.get(file.0)?.as_bytes());
        }
        Some(Digest::of(&parts))
    }
}

impl Earlier for Recorded {
    fn recall(&self, unit: &Unit) -> Option<Files> {
        let key = self.key(unit)?;
        let paths = self.standing.units.get(&key)?;
        let files = self.standing.take(self.index(unit.out)?, paths)?;
        self.note(key, paths.clone());
        Some(files)
    }

    fn keep(&self, unit: &Unit, files: &Files) {
        let paths = files.iter().map(|(path, _)| path.clone()).collect();
        if let Some(key) = self.key(unit) {
            self.note(key, paths);
        }
    }
}

/// A file's own path, origin and text, and the sums of what it imports. A file stands behind all that it imports.
fn sums(compiled: &Compiled, texts: &[Digest]) -> Vec<Digest> {
    let mut sums: Vec<Digest> = Vec::with_capacity(compiled.schema.files.len());
    for (file, text) in compiled.schema.files.iter().zip(texts) {
        let origin = [file.origin as u8];
        let mut parts: Vec<&[u8]> = vec![file.path.as_bytes(), &origin, text.as_bytes()];
        let imports = file
            .imports
            .iter()
            .filter_map(|import| sums.get(import.file.0));
        parts.extend(imports.map(Digest::as_bytes));
        let sum = Digest::of(&parts);
        sums.push(sum);
    }
    sums
}
