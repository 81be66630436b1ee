use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;

use rayon::prelude::*;

use super::digest::Digest;
use super::earlier::Units;
use super::record::Record;
use crate::config::Config;
use crate::output;

/// The outputs of the last recorded run that the disk still holds, each read once and proved by its digest.
#[derive(Default)]
pub struct Standing {
    /// The files of every output folder, in the configuration's order.
    outputs: Vec<BTreeMap<String, File>>,
    pub units: Units,
}

struct File {
    digest: Digest,
    /// None once it is taken into the outputs of this run.
    text: Mutex<Option<String>>,
}

impl Standing {
    pub fn read(record: Record, config: &Config) -> Self {
        let folder = |(out, files): (&Path, &BTreeMap<String, Digest>)| {
            let file = |(path, digest): (&String, &Digest)| {
                let bytes = output::read_file(&out.join(path)).ok()??;
                let text = String::from_utf8(bytes).ok()?;
                let as_recorded = Digest::of_content(text.as_bytes()) == *digest;
                let file = File {
                    digest: digest.clone(),
                    text: Mutex::new(Some(text)),
                };
                as_recorded.then(|| (path.clone(), file))
            };
            files.par_iter().filter_map(file).collect()
        };
        let outs: Vec<&Path> = config.outs().map(|(.., out)| out).collect();
        let outputs = outs.into_par_iter().zip(&record.outputs).map(folder);
        Self {
            outputs: outputs.collect(),
            units: record.units,
        }
    }

    /// Takes the texts of these files into the outputs of this run, if all of them stand. A file is taken once.
    pub fn take(&self, folder: usize, paths: &[String]) -> Option<Vec<(String, String)>> {
        let files = self.outputs.get(folder)?;
        let found: Option<Vec<_>> = paths.iter().map(|path| files.get(path)).collect();
        let taken =
            |(path, file): (&String, &File)| Some((path.clone(), file.text.lock().ok()?.take()?));
        paths.iter().zip(found?).map(taken).collect()
    }

    /// The digest of an output of this run, where it is what stands.
    pub fn digest(&self, folder: usize, path: &str, text: &str) -> Option<&Digest> {
        let file = self.outputs.get(folder)?.get(path)?;
        let standing = file.text.lock().ok()?;
        let same = standing.as_ref().is_none_or(|standing| standing == text);
        same.then_some(&file.digest)
    }
}
