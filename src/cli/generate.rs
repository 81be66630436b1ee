use std::io::{self, Write as _};
use std::process::ExitCode;

use bellwire_build::output::{self, Plan, Written};
use bellwire_build::plan;

use super::Globals;
use super::progress::progress;

/// Write the code that bellwire.yaml asks for.
///
/// Only files that differ are written, each by a rename, so that a run that is interrupted leaves no half of a file.
/// A file that belongs to a schema which is gone is removed. Which files are Bellwire's own stands in the
/// .bellwire-manifest of each output folder: keep it under version control beside them. Other files in an output
/// folder are never touched. Where a schema has an error, nothing is written.
#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  bellwire gen
  bellwire gen --check
  bellwire gen --config core/bellwire.yaml")]
pub struct Arguments {
    /// Write nothing; show as a diff what is stale, missing or orphaned, and fail if anything is.
    #[arg(long)]
    check: bool,
}

pub fn run(globals: &Globals, arguments: &Arguments) -> io::Result<ExitCode> {
    let config = match globals.read_config() {
        Ok(config) => config,
        Err(code) => return Ok(code),
    };
    let working = progress("compiling schemas");
    let (plan, compiled) = plan(&config);
    drop(working);
    let code = globals.tell(&compiled.report);
    // The process ends soon: taking a large schema apart would be for nothing.
    std::mem::forget(compiled);
    match plan {
        None => Ok(code),
        Some(plan) if arguments.check => check(&plan),
        Some(plan) => write(globals, &plan),
    }
}

fn write(globals: &Globals, plan: &Plan) -> io::Result<ExitCode> {
    match output::write(plan) {
        Ok(written) => {
            writeln!(anstream::stdout(), "{}", sentence(written))?;
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => Ok(globals.fail(error.into())),
    }
}

/// `wrote 3 files, removed 1, 12 unchanged`
fn sentence(
    Written {
        written,
        removed,
        unchanged,
    }: Written,
) -> String {
    let mut parts = Vec::new();
    if written > 0 {
        parts.push(format!(
            "wrote {written} {}",
            if written == 1 { "file" } else { "files" }
        ));
    }
    if removed > 0 {
        parts.push(format!("removed {removed}"));
    }
    if unchanged > 0 || parts.is_empty() {
        parts.push(format!("{unchanged} unchanged"));
    }
    parts.join(", ")
}

fn check(plan: &Plan) -> io::Result<ExitCode> {
    if plan.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    let mut out = anstream::stdout().lock();
    out.write_all(plan.diff().as_bytes())?;
    out.flush()?;
    writeln!(
        anstream::stderr(),
        "{}: run `bellwire gen` and commit what it writes",
        plan.summary()
    )?;
    Ok(ExitCode::from(1))
}
