use std::io::{self, Write as _};
use std::process::ExitCode;

use bellwire_build::cache::{self, Cache, Recorded, Standing};
use bellwire_build::config::Config;
use bellwire_build::diagnostic::Report;
use bellwire_build::output::{self, Output, Plan, Written};
use bellwire_build::schema::Schema;
use bellwire_build::{compile_to_generate, generate, generate_with, select};

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

    /// Neither use nor keep a record of what the last run read and wrote, by which a run with nothing to do ends early.
    #[arg(long)]
    no_cache: bool,
}

pub fn run(globals: &Globals, arguments: &Arguments) -> io::Result<ExitCode> {
    let config = match globals.read_config() {
        Ok(config) => config,
        Err(code) => return Ok(code),
    };
    let cache = match arguments.no_cache {
        true => None,
        false => Cache::of(&globals.config, &config),
    };
    let (record, selected) = rayon::join(
        || cache.as_ref().and_then(Cache::record),
        || select(&config),
    );
    let unchanged = |record| cache::unchanged(record, &config, &selected);
    if let Some(unchanged) = record.as_ref().and_then(unchanged) {
        return nothing_to_do(globals, arguments, unchanged);
    }
    let working = progress("compiling schemas");
    let (mut compiled, standing) = rayon::join(
        || compile_to_generate(&config, selected),
        || record.map(|record| Standing::read(record, &config)),
    );
    if compiled.report.has_errors() {
        drop(working);
        let code = globals.tell(&compiled.report);
        // The process ends: taking a large schema apart would be for nothing.
        std::mem::forget(compiled);
        return Ok(code);
    }
    let recorded = cache
        .as_ref()
        .map(|_| Recorded::new(standing.unwrap_or_default(), &compiled, &config));
    let (outputs, plan) = generated(&compiled.schema, &config, recorded.as_ref());
    drop(working);
    let plan = match plan {
        Ok(plan) => plan,
        Err(error) => {
            compiled.report.push(error.into());
            return Ok(globals.tell(&compiled.report));
        }
    };
    globals.tell(&compiled.report);
    let recording = || cache?.recording(&compiled, &outputs, recorded?);
    let (code, recording) = rayon::join(
        || match arguments.check {
            true => check(&plan),
            false => write(globals, &plan),
        },
        recording,
    );
    let code = code?;
    if let (Some(recording), ExitCode::SUCCESS) = (recording, code) {
        recording.keep();
    }
    std::mem::forget((compiled, outputs));
    Ok(code)
}

/// The outputs, and what they change on the disk.
fn generated(
    schema: &Schema,
    config: &Config,
    recorded: Option<&Recorded>,
) -> (Vec<Output>, Result<Plan, output::Error>) {
    let Some(recorded) = recorded else {
        let outputs = generate(schema, config);
        let plan = output::plan(&outputs);
        return (outputs, plan);
    };
    let outputs = generate_with(schema, config, recorded);
    let plan = output::plan_with(&outputs, &|out, path, text| {
        recorded.stands(out, path, text)
    });
    (outputs, plan)
}

/// What a run says that finds everything as it should be.
fn nothing_to_do(
    globals: &Globals,
    arguments: &Arguments,
    unchanged: usize,
) -> io::Result<ExitCode> {
    globals.tell(&Report::default());
    if !arguments.check {
        let written = Written {
            unchanged,
            ..Written::default()
        };
        writeln!(anstream::stdout(), "{}", sentence(written))?;
    }
    Ok(ExitCode::SUCCESS)
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
    match out
        .write_all(plan.diff().as_bytes())
        .and_then(|()| out.flush())
    {
        // Whoever has seen enough of the diff still wants to know that there is one.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        result => result?,
    }
    let summary = plan.summary();
    let _ = writeln!(
        anstream::stderr(),
        "{summary}: run `bellwire gen` and commit what it writes"
    );
    Ok(ExitCode::from(1))
}
