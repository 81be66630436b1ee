//! A user's crate, really built by cargo: when its build script runs, when it does not, and what it says.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const MANIFEST: &str = r#"
[package]
name = "notes-core"
version = "0.1.0"
edition = "2024"

[features]
dart = []
ts = []

[dependencies]
bellwire = { path = "ROOT/runtime/rust" }
prost = "0.14"

[build-dependencies]
bellwire-build = { path = "ROOT", default-features = false }

[workspace]
"#;

const BUILD: &str = r#"
fn main() -> Result<(), bellwire_build::Error> {
    bellwire_build::Config::new()
        .root("schemas")
        .dart_when_feature("dart", "app/gen")
        .typescript_when_feature("ts", "web/gen")
        .compile()
}
"#;

const BUILD_FROM_FILE: &str = r#"
fn main() -> Result<(), bellwire_build::Error> {
    bellwire_build::Config::from_file("bellwire.yaml")
        .dart_needs_feature("dart")
        .compile()
}
"#;

const LIB: &str = r#"
include!(concat!(env!("OUT_DIR"), "/mod.rs"));

use notes::v1::{Failure, Note, NotesEventHandler};

pub struct Notes;

impl NotesEventHandler for Notes {
    async fn get(&self, _: bellwire::Context) -> Result<Note, Failure> {
        Ok(Note { text: "a note".to_owned() })
    }
}
"#;

const NOTES: &str = r#"syntax = "proto3";

package notes.v1;

import "bellwire/options.proto";
import "notes/v1/note.proto";

message Failure {}

enum NotesEvent {
  option (bellwire.events) = { error: "Failure" };

  Get = 0 [(bellwire.event) = { output: "Note" }];
}
"#;

const NOTE: &str =
    "syntax = \"proto3\";\n\npackage notes.v1;\n\nmessage Note {\n  string text = 1;\n}\n";

/// A crate in a folder that is made anew; what it depends on is compiled once for all runs.
struct Crate {
    folder: PathBuf,
}

impl Crate {
    fn new() -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("build_script/notes-core");
        let _ = fs::remove_dir_all(&folder);
        let root = env!("CARGO_MANIFEST_DIR");
        let user = Self { folder };
        user.write("Cargo.toml", &MANIFEST.replace("ROOT", root));
        user.write(
            "Cargo.lock",
            &fs::read_to_string(Path::new(root).join("Cargo.lock")).expect("a lock file"),
        );
        user.write("build.rs", BUILD);
        user.write("src/lib.rs", LIB);
        user.write("schemas/notes/v1/notes.proto", NOTES);
        user.write("schemas/notes/v1/note.proto", NOTE);
        user
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    /// `cargo build --verbose`, whose standard error tells what was run and why.
    fn build(&self, features: &str) -> (bool, String) {
        let mut command = Command::new(env!("CARGO"));
        command.args([
            "build",
            "--verbose",
            "--offline",
            "--color=never",
            "--features",
            features,
        ]);
        command
            .arg("--target-dir")
            .arg(self.path("../target"))
            .current_dir(&self.folder);
        // What the outer cargo tells its tests is not meant for the inner one.
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            if name.starts_with("CARGO_") && name != "CARGO_HOME" || name == "RUSTFLAGS" {
                command.env_remove(name);
            }
        }
        let output = command.output().expect("cargo runs");
        (
            output.status.success(),
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    }

    #[track_caller]
    fn runs_script(&self, features: &str) -> String {
        let (success, said) = self.build(features);
        assert!(success, "{said}");
        assert!(
            said.contains("build-script-build`"),
            "the build script did not run\n{said}"
        );
        said
    }

    #[track_caller]
    fn is_fresh(&self, features: &str) {
        let (success, said) = self.build(features);
        assert!(success, "{said}");
        assert!(
            said.contains("Fresh notes-core"),
            "something was built\n{said}"
        );
    }
}

#[test]
fn cargo_runs_the_script_when_it_must_and_only_then() {
    let user = Crate::new();

    user.runs_script("");
    user.is_fresh("");
    user.write("README.md", "Not a schema.");
    user.is_fresh("");

    // A schema that is imported counts like one that is named.
    user.write(
        "schemas/notes/v1/note.proto",
        &NOTE.replace("}\n", "  // When.\n  int64 time = 2;\n}\n"),
    );
    user.write(
        "src/lib.rs",
        &LIB.replace(
            "\"a note\".to_owned() }",
            "\"a note\".to_owned(), time: 1 }",
        ),
    );
    user.runs_script("");
    user.is_fresh("");

    // So does a new one.
    user.write(
        "schemas/tags/v1/tags.proto",
        "syntax = \"proto3\";\npackage tags.v1;\nmessage Tag {}\n",
    );
    user.write(
        "src/lib.rs",
        &(LIB.replace(
            "\"a note\".to_owned() }",
            "\"a note\".to_owned(), time: 1 }",
        ) + "pub use tags::v1::Tag;\n"),
    );
    user.runs_script("");
    user.is_fresh("");

    // An error reads as on the command line, and does not stick.
    user.write(
        "schemas/tags/v1/tags.proto",
        "syntax = \"proto3\";\npackage tags.v1;\nmessage Tag { Nothing at_all = 1; }\n",
    );
    let (success, said) = user.build("");
    assert!(!success, "{said}");
    for words in [
        "schemas/tags/v1/tags.proto:3:15",
        "message Tag { Nothing at_all = 1; }",
        "1 error in 1 file",
    ] {
        assert!(said.contains(words), "{words:?} is not in\n{said}");
    }
    user.write(
        "schemas/tags/v1/tags.proto",
        "syntax = \"proto3\";\npackage tags.v1;\nmessage Tag {}\n",
    );
    user.runs_script("");

    // Other targets hang on features.
    assert!(!user.path("app").exists() && !user.path("web").exists());
    user.runs_script("ts");
    assert!(user.path("web/gen/notes/v1/note_pb.ts").is_file());
    assert!(!user.path("app").exists());
    user.runs_script("ts,dart");
    user.is_fresh("ts,dart");

    // A handler that the schema wants and the crate lacks is a compile error that names it.
    user.write(
        "schemas/notes/v1/notes.proto",
        &NOTES.replace("}];\n", "}];\n  Forget = 1;\n"),
    );
    let (success, said) = user.build("");
    assert!(!success && said.contains("missing: `forget`"), "{said}");

    // The same from a file, into a folder that is checked in.
    user.write("schemas/notes/v1/notes.proto", NOTES);
    user.write("schemas/notes/v1/note.proto", NOTE);
    user.write(
        "bellwire.yaml",
        "roots: [schemas]\ntargets:\n  rust: { out: src/generated }\n  dart: { out: app/lib }\n",
    );
    user.write("build.rs", BUILD_FROM_FILE);
    user.write(
        "src/lib.rs",
        &LIB.replace(
            "include!(concat!(env!(\"OUT_DIR\"), \"/mod.rs\"));",
            "pub mod generated;\nuse generated::notes;",
        ),
    );
    user.runs_script("");
    user.is_fresh("");
    assert!(user.path("src/generated/mod.rs").is_file() && !user.path("app/lib").exists());
    user.write(
        "bellwire.yaml",
        "roots: [schemas]\ntargets:\n  rust: { ot: src/generated }\n",
    );
    let (success, said) = user.build("");
    assert!(
        !success && said.contains("bellwire.yaml:3:11") && said.contains("did you mean `out`?"),
        "{said}"
    );
}
