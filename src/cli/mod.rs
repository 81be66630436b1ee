//! What can be said on the command line. The help texts are the manual.

mod check;
mod explain;
mod generate;
mod init;
mod list;
mod progress;
mod report;

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use bellwire_build::config::{self, Config};
use bellwire_build::names::nearest;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Parser, Subcommand, ValueEnum};

/// A schema-first compiler for the boundary between a Rust core and its frontends.
///
/// Bellwire reads .proto files, in which a few options say what is an event (a frontend asks, the core answers), a
/// stream, or a notification (the core tells its frontends unasked), and writes Rust handler traits with the glue that
/// serves them, and TypeScript and Dart clients.
///
/// Exit codes: 0 all is well; 1 findings in the schemas, or generated code that is not up to date; 2 wrong use, a
/// mistake in the configuration, or a file that cannot be read or written.
#[derive(Parser)]
#[command(name = "bellwire", version, max_term_width = 100, after_long_help = EXAMPLES)]
pub struct Arguments {
    /// The configuration. What it names is relative to its own folder.
    #[arg(long, global = true, value_name = "PATH", default_value = config::FILE)]
    config: PathBuf,

    /// When to use colours. NO_COLOR turns them off too.
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t)]
    pub color: Color,

    /// How findings are told.
    #[arg(
        long,
        global = true,
        value_name = "FORMAT",
        value_enum,
        default_value_t
    )]
    error_format: ErrorFormat,

    #[command(subcommand)]
    verb: Verb,
}

const EXAMPLES: &str = "\
Examples:
  bellwire init                        start a project here: bellwire.yaml and a first schema
  bellwire gen                         write the code that bellwire.yaml asks for
  bellwire gen --check                 in CI: fail where the code is not up to date
  bellwire check                       report what is wrong in the schemas, write nothing
  bellwire check -I schemas a.proto    the same for single files, without a bellwire.yaml
  bellwire list                        every event and notification
  bellwire explain CODE                what a finding means, with a wrong and a right example";

#[derive(Subcommand)]
enum Verb {
    Init(init::Arguments),
    #[command(name = "gen")]
    Generate(generate::Arguments),
    Check(check::Arguments),
    List(list::Arguments),
    Explain(explain::Arguments),
}

/// What the command line says. Where that is no verb, but a question or nothing that makes sense, it is answered, and
/// the process is to end.
pub fn parse() -> Result<Arguments, io::Result<ExitCode>> {
    Arguments::try_parse().map_err(|mut error| {
        suggest_verb(&mut error);
        let code = if error.use_stderr() { 2 } else { 0 };
        match error.print() {
            Err(failed) if code == 0 => Err(failed),
            _ => Ok(ExitCode::from(code)),
        }
    })
}

/// clap knows no verb with two letters swapped.
fn suggest_verb(error: &mut clap::Error) {
    let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand) else {
        return;
    };
    if error.kind() == ErrorKind::InvalidSubcommand
        && error.get(ContextKind::SuggestedSubcommand).is_none()
    {
        let command = Arguments::command();
        let near = nearest(word, command.get_subcommands().map(clap::Command::get_name));
        if !near.is_empty() {
            let near = near.iter().map(|name| name.trim_matches('`').to_owned());
            error.insert(
                ContextKind::SuggestedSubcommand,
                ContextValue::Strings(near.collect()),
            );
        }
    }
}

#[derive(Clone, Copy, Default, ValueEnum)]
pub enum Color {
    /// Where a person reads.
    #[default]
    Auto,
    Always,
    Never,
}

impl Color {
    /// Holds for everything that this process prints.
    pub fn write_global(self) {
        match self {
            Self::Auto => anstream::ColorChoice::Auto,
            Self::Always => anstream::ColorChoice::Always,
            Self::Never => anstream::ColorChoice::Never,
        }
        .write_global();
    }
}

#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum ErrorFormat {
    /// For people.
    #[default]
    Text,
    /// For programs: one JSON object per finding and line.
    Json,
    /// For GitHub Actions: a workflow command per finding, which GitHub shows at its place in a pull request.
    Github,
    /// For code scanning: one SARIF 2.1.0 document.
    Sarif,
}

/// What every verb gets to know.
struct Globals {
    config: PathBuf,
    error_format: ErrorFormat,
}

impl Arguments {
    /// Runs the verb.
    ///
    /// # Errors
    /// Only where standard output cannot be written; everything else is told on standard error and by the code.
    pub fn run(self) -> io::Result<ExitCode> {
        let globals = Globals {
            config: self.config,
            error_format: self.error_format,
        };
        match self.verb {
            Verb::Init(arguments) => init::run(&globals, &arguments),
            Verb::Generate(arguments) => generate::run(&globals, &arguments),
            Verb::Check(arguments) => check::run(&globals, &arguments),
            Verb::List(arguments) => list::run(&globals, &arguments),
            Verb::Explain(arguments) => explain::run(&arguments),
        }
    }
}

impl Globals {
    /// Reads the configuration, or says why not.
    fn read_config(&self) -> Result<Config, ExitCode> {
        Config::read(&self.config).map_err(|report| self.tell(&report))
    }
}
