//! A project whose whole state can be looked at and brought back.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};

use tempfile::TempDir;

use crate::shim::{Call, Fault, Shim};

/// Everything below a folder: path → content of a file, None for a folder.
pub type State = BTreeMap<PathBuf, Option<Vec<u8>>>;

/// A folder with a project in `project`, records in `cache`, and nothing else that may change.
pub struct Sandbox {
    folder: TempDir,
    log: TempDir,
}

impl Sandbox {
    pub fn new(files: &[(&str, &str)]) -> Self {
        let new = || tempfile::tempdir().expect("a temporary folder");
        let sandbox = Self {
            folder: new(),
            log: new(),
        };
        for (path, text) in files {
            sandbox.write(path, text);
        }
        sandbox
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join("project").join(path)
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bellwire"));
        command
            .current_dir(self.path(""))
            .args(arguments)
            .env_remove("NO_COLOR")
            .env("BELLWIRE_CACHE", self.folder.path().join("cache"));
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        Ran::from(self.command(arguments).output().expect("bellwire runs"))
    }

    pub fn calls(&self, shim: &Shim, arguments: &[&str]) -> Vec<Call> {
        let mut command = self.command(arguments);
        shim.calls(&mut command, self.folder.path(), &self.log())
    }

    pub fn fail(
        &self,
        shim: &Shim,
        arguments: &[&str],
        number: usize,
        fault: Fault,
    ) -> (Ran, Option<Call>) {
        let mut command = self.command(arguments);
        let (output, call) =
            shim.fail(&mut command, self.folder.path(), &self.log(), number, fault);
        (Ran::from(output), call)
    }

    pub fn hold(&self, shim: &Shim, arguments: &[&str], number: usize, then: impl FnOnce()) -> Ran {
        let mut command = self.command(arguments);
        let folder = self.folder.path();
        Ran::from(shim.hold(&mut command, folder, &self.log(), number, then))
    }

    /// A new file for each run.
    fn log(&self) -> PathBuf {
        static RUNS: AtomicUsize = AtomicUsize::new(0);
        let number = RUNS.fetch_add(1, Ordering::Relaxed);
        self.log.path().join(format!("log-{number}"))
    }

    pub fn state(&self) -> State {
        let mut state = State::new();
        look(self.folder.path(), self.folder.path(), &mut state);
        state
    }

    /// Brings a state back.
    pub fn restore(&self, state: &State) {
        let now = self.state();
        let place = |path: &PathBuf| self.folder.path().join(path);
        let other = |path: &PathBuf| {
            state.get(path).map(Option::is_none) != now.get(path).map(Option::is_none)
        };
        for (path, content) in now.iter().rev().filter(|(path, _)| other(path)) {
            match content {
                Some(_) => fs::remove_file(place(path)),
                None => fs::remove_dir(place(path)),
            }
            .expect("removed");
        }
        for (path, content) in state
            .iter()
            .filter(|(path, content)| now.get(*path) != Some(content))
        {
            match content {
                Some(bytes) => fs::write(place(path), bytes),
                None => fs::create_dir(place(path)),
            }
            .expect("written");
        }
    }
}

/// The files in which two states are not the same.
pub fn different(one: &State, other: &State) -> Vec<PathBuf> {
    let paths: BTreeSet<_> = one.keys().chain(other.keys()).collect();
    let content = |state: &State, path: &Path| state.get(path).cloned().flatten();
    let differs = |path: &&&PathBuf| content(one, path) != content(other, path);
    paths
        .iter()
        .filter(differs)
        .map(|path| path.to_path_buf())
        .collect()
}

fn look(root: &Path, folder: &Path, state: &mut State) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let relative = path.strip_prefix(root).expect("inside").to_owned();
        if path.is_dir() {
            state.insert(relative, None);
            look(root, &path, state);
        } else {
            state.insert(relative, Some(fs::read(&path).expect("a file")));
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    /// None where a signal ended it.
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Self {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}
