use std::io::{self, Write as _};
use std::process::ExitCode;

use bellwire_build::explain;

/// Say more about a finding: what it means, a wrong example and a right one.
///
/// Without a CODE, every code is listed.
#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  bellwire explain
  bellwire explain bellwire::event::no_error_type
  bellwire explain event::no_error_type")]
pub struct Arguments {
    /// The code of a finding, with or without `bellwire::`.
    #[arg(value_name = "CODE")]
    code: Option<String>,
}

pub fn run(arguments: &Arguments) -> io::Result<ExitCode> {
    let mut out = anstream::stdout();
    let Some(code) = &arguments.code else {
        for (code, first) in explain::pages() {
            writeln!(out, "{code}\n    {first}")?;
        }
        return Ok(ExitCode::SUCCESS);
    };
    match explain::explain(code) {
        Ok(page) => {
            out.write_all(page.as_bytes())?;
            Ok(ExitCode::SUCCESS)
        }
        Err(near) => {
            let help = if near.is_empty() {
                "`bellwire explain` lists all codes".to_owned()
            } else {
                format!("did you mean {}?", near.join(" or "))
            };
            let _ = writeln!(anstream::stderr(), "there is no code `{code}`: {help}");
            Ok(ExitCode::from(2))
        }
    }
}
