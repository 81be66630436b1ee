//! A project on a disk, and the binary run in it.
#![allow(dead_code)] // each test program uses its part

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::SystemTime;

use tempfile::TempDir;

pub const CONFIG: &str = "\
roots: [schemas]
targets:
  rust: { out: gen/rust }
  typescript: { out: gen/ts }
  dart: { out: gen/dart }
";

pub const USER: &str = r#"syntax = "proto3";
package user.v1;
import "bellwire/options.proto";

message User {
  // Shown to others.
  string name = 1;
}

enum UserEvent {
  option (bellwire.events) = { error: "User" };
  Get = 0 [(bellwire.event) = { output: "User", timeout: "30s" }];
}

enum UserNotification {
  option (bellwire.notifications) = {};
  Changed = 0 [(bellwire.notification) = { payload: "User", keyed: true }];
}
"#;

pub const NOTES: &str =
    "syntax = \"proto3\";\npackage notes.v1;\n\nmessage Note {\n  string text = 1;\n}\n";

/// A folder with a project in it.
pub struct Project(pub TempDir);

impl Project {
    /// `bellwire.yaml` and two schemas.
    pub fn new() -> Self {
        let project = Self::empty();
        project.write("bellwire.yaml", CONFIG);
        project.write("schemas/user/v1/user.proto", USER);
        project.write("schemas/notes/v1/notes.proto", NOTES);
        project
    }

    /// The same, generated already.
    pub fn generated() -> Self {
        let project = Self::new();
        project.succeeds(&["gen"]);
        project
    }

    pub fn empty() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bellwire"));
        command
            .current_dir(self.0.path())
            .args(arguments)
            .env("BELLWIRE_CACHE", "off")
            .env_remove("NO_COLOR");
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        Ran::from(self.command(arguments).output().expect("bellwire runs"))
    }

    pub fn succeeds(&self, arguments: &[&str]) -> String {
        let ran = self.run(arguments);
        assert_eq!(ran.code, 0, "{arguments:?}\n{}{}", ran.stdout, ran.stderr);
        ran.stdout
    }

    /// Every file below a folder, with what is in it.
    pub fn files(&self, folder: &str) -> BTreeMap<PathBuf, Vec<u8>> {
        files(&self.path(folder))
            .into_iter()
            .map(|path| (path.clone(), fs::read(path).expect("a file")))
            .collect()
    }

    pub fn times(&self, folder: &str) -> BTreeMap<PathBuf, SystemTime> {
        let modified = |path: &PathBuf| {
            fs::metadata(path)
                .and_then(|metadata| metadata.modified())
                .expect("a time")
        };
        files(&self.path(folder))
            .into_iter()
            .map(|path| (path.clone(), modified(&path)))
            .collect()
    }
}

pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Self {
            code: output.status.code().expect("no signal"),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}

impl Ran {
    #[track_caller]
    pub fn failed(self, code: i32, said: &[&str]) -> Self {
        assert_eq!(self.code, code, "{}{}", self.stdout, self.stderr);
        for words in said {
            assert!(
                self.stderr.contains(words),
                "{words:?} is not in\n{}",
                self.stderr
            );
        }
        self
    }
}

pub fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path());
    let mut files: Vec<_> = entries
        .flat_map(|path| {
            if path.is_dir() {
                files(&path)
            } else {
                vec![path]
            }
        })
        .collect();
    files.sort();
    files
}
