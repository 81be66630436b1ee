//! The other languages as programs that make messages and echo them.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// A message of a schema.
pub struct Vector {
    /// Its full name.
    pub name: String,
    pub bytes: Vec<u8>,
}

/// A language other than Rust.
pub trait Peer {
    /// Runs the program, and gives what it printed.
    fn run(&self, arguments: &[&str]) -> String;

    /// Messages of these names, as the language makes them.
    fn make(&self, names: &[&str]) -> Vec<Vector> {
        read(&self.run(&[&["make"], names].concat()))
    }

    /// These messages, read and written by the language.
    fn echo(&self, vectors: &[Vector]) -> Vec<Vector> {
        static FILES: AtomicUsize = AtomicUsize::new(0);
        let number = FILES.fetch_add(1, Ordering::Relaxed);
        let file = temporary().join(format!("vectors-{number}.txt"));
        fs::write(&file, written(vectors)).expect("the temporary folder can be written");
        read(&self.run(&["echo", file.to_str().expect("UTF-8")]))
    }
}

/// The Dart program as a kernel file.
pub struct Dart(PathBuf);

/// Compiles the Dart program; none where there is no Dart.
pub fn dart() -> Option<Dart> {
    let setup = tool("setup").output().expect("tools/dart/setup runs");
    if !setup.status.success() {
        skip(String::from_utf8_lossy(&setup.stderr).trim());
        return None;
    }
    let program = folder("dart").join("vectors.dill");
    said(tool("compile").arg("tests/dart/vectors.dart").arg(&program));
    Some(Dart(program))
}

impl Peer for Dart {
    fn run(&self, arguments: &[&str]) -> String {
        said(tool("run").arg(&self.0).args(arguments))
    }
}

/// The folder in which the TypeScript program finds messages.
pub struct TypeScript(PathBuf);

/// Compiles the TypeScript of golden cases; none where there is no Node, or its packages are not installed.
pub fn typescript(cases: &[&str]) -> Option<TypeScript> {
    let packages = Path::new(ROOT).join("tests/node/node_modules");
    let compiler = packages.join("typescript/bin/tsc");
    if !compiler.exists() || Command::new("node").arg("--version").output().is_err() {
        skip("node, or the packages of tests/node, are not installed: tools/setup test");
        return None;
    }
    let folder = folder("typescript");
    symlink(&packages, folder.join("node_modules")).expect("a link");
    fs::write(folder.join("package.json"), r#"{ "type": "module" }"#).expect("a package");
    fs::write(folder.join("tsconfig.json"), CONFIGURATION).expect("a configuration");
    for case in cases {
        let messages = Path::new(ROOT).join("tests/golden").join(case);
        copy(&messages.join("typescript"), &folder.join("source"));
    }
    said(Command::new("node").arg(compiler).current_dir(&folder));
    Some(TypeScript(folder))
}

const CONFIGURATION: &str = r#"{
  "compilerOptions": {
    "module": "nodenext", "target": "es2022", "lib": ["es2022", "dom"], "types": [],
    "strict": true, "preserveSymlinks": true, "skipLibCheck": true, "outDir": "built", "rootDir": "source"
  },
  "include": ["source"]
}
"#;

impl Peer for TypeScript {
    fn run(&self, arguments: &[&str]) -> String {
        let program = Path::new(ROOT).join("tests/node/vectors.mjs");
        let mut command = Command::new("node");
        said(command.arg(program).args(arguments).current_dir(&self.0))
    }
}

/// Copies the messages of a folder, without clients.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &to);
        } else if path.to_string_lossy().ends_with("_pb.ts") {
            // For Node, which resolves no import without its ending.
            let text = fs::read_to_string(&path).expect("a file");
            fs::write(&to, text.replace("_pb\";", "_pb.js\";")).expect("a copy");
        }
    }
}

fn temporary() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
}

/// An empty folder.
fn folder(name: &str) -> PathBuf {
    let folder = temporary().join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("the old folder goes");
    }
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// One of `tools/dart`.
fn tool(name: &str) -> Command {
    let mut command = Command::new(format!("{ROOT}/tools/dart/{name}"));
    command.current_dir(ROOT);
    command
}

/// What a program prints, which must succeed.
fn said(command: &mut Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let error = String::from_utf8_lossy(&output.stderr);
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{command:?}\n{printed}{error}");
    printed.into_owned()
}

fn written(vectors: &[Vector]) -> String {
    let mut lines = String::new();
    for Vector { name, bytes } in vectors {
        let _ = write!(lines, "{name} ");
        for byte in bytes {
            let _ = write!(lines, "{byte:02x}");
        }
        lines.push('\n');
    }
    lines
}

fn read(lines: &str) -> Vec<Vector> {
    let vector = |line: &str| {
        let (name, hex) = line.split_once(' ').expect("a name and bytes");
        let byte = |at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex");
        Vector {
            name: name.to_owned(),
            bytes: (0..hex.len()).step_by(2).map(byte).collect(),
        }
    };
    lines.lines().map(vector).collect()
}

/// Says what is not checked, which continuous integration does not accept.
fn skip(reason: &str) {
    assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "{reason}");
    // Not `println!`, which a passing test swallows.
    let _ = writeln!(std::io::stderr(), "SKIPPED: {reason}");
}
