//! How findings are told on standard error.

mod github;
mod sarif;

use std::io::{IsTerminal as _, Write as _, stderr};
use std::process::ExitCode;

use anstream::AutoStream;
use bellwire_build::diagnostic::{Diagnostic, Label, Report, Severity, Style};
use serde::Serialize;

use super::{ErrorFormat, Globals};

/// Columns for whoever is no terminal.
const WIDTH: usize = 100;

impl Globals {
    /// Tells all findings at once. The code is the one to end with where there are errors.
    pub fn tell(&self, report: &Report) -> ExitCode {
        let text = match self.error_format {
            ErrorFormat::Text => report.render(style()) + &report.summary(),
            ErrorFormat::Json => report.diagnostics.iter().map(json_line).collect(),
            ErrorFormat::Github => report.diagnostics.iter().map(github::command).collect(),
            ErrorFormat::Sarif => sarif::document(report),
        };
        // There is nowhere left to say that standard error is closed.
        let _ = stderr().write_all(text.as_bytes());
        ExitCode::from(report.exit_code())
    }

    /// Tells a single finding.
    pub fn fail(&self, diagnostic: Diagnostic) -> ExitCode {
        self.tell(&Report::from(diagnostic))
    }
}

fn style() -> Style {
    let terminal = stderr().is_terminal();
    let width =
        terminal_size::terminal_size_of(stderr()).map_or(WIDTH, |(width, _)| usize::from(width.0));
    Style {
        color: AutoStream::choice(&stderr()) != anstream::ColorChoice::Never,
        unicode: terminal,
        width: width.clamp(40, WIDTH),
    }
}

/// One finding for a program to read.
#[derive(Serialize)]
struct Finding<'a> {
    severity: &'static str,
    code: &'static str,
    message: &'a str,
    help: Option<&'a str>,
    labels: Vec<Place<'a>>,
}

/// Where it stands; the first is the finding's own. Lines and columns count from 1, columns in characters.
#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    text: &'a str,
}

impl<'a> From<&'a Label> for Place<'a> {
    fn from(label: &'a Label) -> Self {
        let (line, column) = label.source.position(label.span.start);
        let (end_line, end_column) = label.source.position(label.span.end);
        Self {
            file: label.source.name(),
            line,
            column,
            end_line,
            end_column,
            text: &label.text,
        }
    }
}

fn level(diagnostic: &Diagnostic) -> &'static str {
    match diagnostic.severity {
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

fn json_line(diagnostic: &Diagnostic) -> String {
    let finding = Finding {
        severity: level(diagnostic),
        code: diagnostic.code.0,
        message: &diagnostic.message,
        help: diagnostic.help.as_deref(),
        labels: diagnostic.labels.iter().map(Place::from).collect(),
    };
    serde_json::to_string(&finding).unwrap_or_default() + "\n"
}
