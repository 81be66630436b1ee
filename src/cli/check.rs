use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use bellwire_build::config::Config;
use bellwire_build::diagnostic::Report;
use bellwire_build::{Compiled, compile_config, compile_files, load};

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
    Ok(globals.tell(&compiled.report))
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
