//! Runs cases of protovalidate's conformance suite on generated Rust, and counts by suite. See `run`.

mod case;
mod clock;
mod suites;

use std::process::ExitCode;

use case::{Case, Verdict};
use suites::Suites;

/// What became of one message.
pub enum Outcome {
    Valid,
    Violations(Violations),
    Undecodable(prost::DecodeError),
    /// The compiler refused its schema, with this finding.
    Refused(&'static str),
    /// Its schema uses an edition, which the compiler does not know yet.
    Edition,
}

/// What generated code knows as `::bellwire`: the runtime, with a clock that can be set.
extern crate self as bellwire;
pub use runtime::*;
pub mod rules {
    pub use crate::clock::now;
    pub use runtime::rules::*;
}

include!(concat!(env!("OUT_DIR"), "/table.rs"));

#[allow(dead_code, reason = "without schemas there is no message")]
fn checked<M: prost::Message + Default + Validate>(input: &[u8]) -> Outcome {
    match M::decode(input).map(|message| message.validate()) {
        Ok(Ok(())) => Outcome::Valid,
        Ok(Err(violations)) => Outcome::Violations(violations),
        Err(error) => Outcome::Undecodable(error),
    }
}

#[allow(dead_code, reason = "without schemas there is no message")]
fn decoded<M: prost::Message + Default>(input: &[u8]) -> Outcome {
    match M::decode(input) {
        Ok(_) => Outcome::Valid,
        Err(error) => Outcome::Undecodable(error),
    }
}

#[allow(dead_code, reason = "without schemas there is no message")]
fn edition(_: &[u8]) -> Outcome {
    Outcome::Edition
}

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("usage: tools/protovalidate/run SCHEMAS CASES");
        return ExitCode::from(2);
    };
    let cases = match case::read(&path) {
        Ok(cases) => cases,
        Err(error) => {
            eprintln!("{path}: {error}");
            return ExitCode::from(2);
        }
    };
    let about_now: Vec<_> = cases
        .iter()
        .filter(|case| clock::is_read(|| judge(case)))
        .collect();
    let is_well = || {
        about_now
            .iter()
            .all(|case| matches!(judge(case), Verdict::Passed))
    };
    if let Some(hours @ 1..) = clock::put_back(is_well) {
        println!("cases about now are judged as of {hours} hours ago, when they were right");
    }
    let mut suites = Suites::default();
    for case in &cases {
        let verdict = judge(case);
        match &verdict {
            Verdict::Failed(why) | Verdict::Accepted(why) => {
                println!("{} {} ({}): {why}", case.suite, case.case, case.ty);
            }
            _ => {}
        }
        suites.count(&case.suite, &verdict);
    }
    print!("{suites}");
    match suites.is_sound() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

fn judge(case: &Case) -> Verdict {
    let Some(check) = find(&case.ty) else {
        return Verdict::Failed("no schema declares the message".to_owned());
    };
    match case.bytes() {
        Some(bytes) => case.judge(&check(&bytes)),
        None => Verdict::Failed("the input is not hexadecimal".to_owned()),
    }
}
