use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use bellwire_build::config::Config;
use bellwire_build::diagnostic::{Diagnostic, Report, code};
use bellwire_build::load::{self, Loaded};
use bellwire_build::{Compiled, compile_config, compile_files};

use super::Globals;
use super::progress::progress;

/// Report what is wrong in the schemas, and write nothing.
///
/// With a bellwire.yaml, its schemas are checked, against the rules of every target language that it names too. With
/// FILEs no configuration is read, and the rules are those of the schema language alone.
#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  bellwire check
  bellwire check --error-format json
  bellwire check -I schemas -I third_party schemas/user/v1/user.proto")]
pub struct Arguments {
    /// A folder in which imports are looked up; may be given several times. Without one, the current folder.
    #[arg(short = 'I', long = "root", value_name = "DIR", requires = "files")]
    roots: Vec<PathBuf>,

    /// Write what the schemas and all that they import say, as a `google.protobuf.FileDescriptorSet` with source info:
    /// what `protoc --include_imports --include_source_info --descriptor_set_out` writes. Nothing where there are errors.
    #[arg(long, value_name = "PATH")]
    descriptor_set_out: Option<PathBuf>,

    /// Schema files to check instead of those of a configuration.
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
}

pub fn run(globals: &Globals, arguments: &Arguments) -> io::Result<ExitCode> {
    let working = progress("checking schemas");
    let compiled = if arguments.files.is_empty() {
        match globals.read_config() {
            Ok(config) => compile_config(&config),
            Err(code) => return Ok(code),
        }
    } else {
        check_files(arguments)
    };
    drop(working);
    if let Some(path) = &arguments.descriptor_set_out
        && !compiled.report.has_errors()
        && let Err(error) = fs::write(path, descriptor_set(&compiled.loaded))
    {
        // Half of a file could be taken for one.
        if path.is_file() {
            let _ = fs::remove_file(path);
        }
        let message = format!("cannot write {}: {error}", path.display());
        let help = "see that its folder exists, has room and may be written to";
        return Ok(globals.fail(Diagnostic::error(code::OUTPUT_IO, message).help(help)));
    }
    let code = globals.tell(&compiled.report);
    // The process ends: taking a large schema apart would be for nothing.
    std::mem::forget(compiled);
    Ok(code)
}

/// Every file behind the tag of `FileDescriptorSet.file`.
fn descriptor_set(loaded: &Loaded) -> Vec<u8> {
    const TAG: u8 = 1 << 3 | 2;
    let mut set = Vec::new();
    for file in loaded.descriptors() {
        set.push(TAG);
        let mut length = file.len();
        while length > 0x7f {
            set.push((length & 0x7f) as u8 | 0x80);
            length >>= 7;
        }
        set.push(length as u8);
        set.extend(file);
    }
    set
}

fn check_files(arguments: &Arguments) -> Compiled {
    let mut roots = arguments.roots.clone();
    if roots.is_empty() {
        roots.push(PathBuf::from("."));
    }
    let config = Config {
        roots,
        ..Config::default()
    };
    let mut report = Report::default();
    report.extend(config.check_roots());
    let mut names = Vec::new();
    for file in &arguments.files {
        match load::import_name(file, &config.roots) {
            Ok(name) => names.push(name),
            Err(diagnostic) => report.push(diagnostic),
        }
    }
    compile_files(&config, names, report)
}
