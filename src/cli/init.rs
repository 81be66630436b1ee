use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use bellwire_build::diagnostic::{Diagnostic, code};

use super::Globals;

/// Start a project: write a bellwire.yaml and a first schema.
///
/// Both are meant to be read and changed; they say in comments what else is possible. Nothing that exists is
/// overwritten.
#[derive(clap::Args)]
#[command(after_long_help = "\
Example:
  bellwire init && bellwire gen")]
pub struct Arguments {
    /// The folder of the project.
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
}

const FILES: [(&str, &str); 2] = [
    (
        bellwire_build::config::FILE,
        include_str!("init/bellwire.yaml"),
    ),
    (
        "schemas/greeting/v1/greeting.proto",
        include_str!("init/greeting.proto"),
    ),
];

pub fn run(globals: &Globals, arguments: &Arguments) -> io::Result<ExitCode> {
    let files = FILES.map(|(path, text)| (arguments.folder.join(path), text));
    if let Some((path, _)) = files
        .iter()
        .find(|(path, _)| fs::symlink_metadata(path).is_ok())
    {
        let message = format!("{} exists already", path.display());
        let diagnostic = Diagnostic::error(code::OUTPUT_FOREIGN_FILE, message);
        return Ok(globals.fail(
            diagnostic.help(
                "nothing was written; `bellwire init DIR` starts a project in another folder",
            ),
        ));
    }
    for (index, (path, text)) in files.iter().enumerate() {
        if let Err(error) = create(path, text) {
            // Half a project would be in the way of the next try.
            for (path, _) in &files[..index] {
                let _ = fs::remove_file(path);
            }
            let message = format!("cannot write {}: {error}", path.display());
            return Ok(globals.fail(Diagnostic::error(code::OUTPUT_IO, message)));
        }
    }
    let mut out = anstream::stdout();
    for (path, _) in &files {
        let shown = path.strip_prefix(".").unwrap_or(path);
        writeln!(out, "wrote {}", shown.display())?;
    }
    writeln!(
        out,
        "now run `bellwire gen`, and again whenever a schema changes"
    )?;
    Ok(ExitCode::SUCCESS)
}

fn create(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let written = File::create_new(path)?.write_all(text.as_bytes());
    if written.is_err() {
        let _ = fs::remove_file(path);
    }
    written
}
