use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read as _};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::digest::Digest;
use super::earlier::{Recorded, Units};
use super::place;
use crate::Compiled;
use crate::output::{Output, Presence, Temporary};

/// The content of one run: what it read and what it left.
#[derive(Debug, Serialize, Deserialize)]
pub struct Record {
    /// Of the compiler, the configuration's place and its text.
    identity: Digest,
    /// The import names of the files that the globs led to, sorted.
    pub selected: Vec<String>,
    /// Every file that was read, by import name. None for one that the compiler carries.
    pub inputs: BTreeMap<String, Option<Digest>>,
    /// The files of every output folder, in the configuration's order.
    pub outputs: Vec<BTreeMap<String, Digest>>,
    pub units: Units,
}

impl Record {
    pub fn new(
        identity: Digest,
        compiled: &Compiled,
        outputs: &[Output],
        recorded: Recorded,
    ) -> Self {
        let files = &compiled.loaded.files;
        Self {
            identity,
            selected: compiled.selected.clone(),
            inputs: files
                .iter()
                .zip(recorded.texts())
                .map(|(file, text)| {
                    let read = file.disk.as_ref().map(|_| text.clone());
                    (file.path.clone(), read)
                })
                .collect(),
            outputs: outputs
                .iter()
                .map(|Output { root, tree }| {
                    let digest = |text: &str, path: &str| recorded.digest(root, path, text);
                    tree.iter()
                        .map(|(path, text)| (path.clone(), digest(text, path)))
                        .collect()
                })
                .collect(),
            units: recorded.into_units(),
        }
    }

    /// Reads a record back: whole, of this user, and of that identity.
    pub fn read(file: &Path, identity: &Digest) -> Option<Self> {
        let mut opened = fs::File::open(file).ok()?;
        if !place::is_own(&opened.metadata().ok()?) {
            return None;
        }
        let mut text = String::new();
        opened.read_to_string(&mut text).ok()?;
        let (digest, content) = text.split_once('\n')?;
        if Digest::of_content(content.as_bytes()).as_bytes() != digest.as_bytes() {
            return None;
        }
        let record: Self = serde_json::from_str(content).ok()?;
        (record.identity == *identity).then_some(record)
    }

    /// The record behind its digest.
    pub fn text(&self) -> Option<String> {
        let content = serde_json::to_string(self).ok()?;
        let digest = Digest::of_content(content.as_bytes());
        Some(format!("{digest}\n{content}"))
    }
}

/// Writes a record. A reader sees the old one or the new one, whole.
pub fn write(text: &str, file: &Path) -> io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let _present = Presence::new(folder, [&folder.to_owned()]);
    Temporary::private(folder, text.as_bytes())?.publish(file)
}
