//! One case, and whether an outcome is the one that it wants.

use std::fs;
use std::io;

use runtime::Violations;
use serde::Deserialize;

use crate::Outcome;

#[derive(Deserialize)]
pub struct Case {
    pub suite: String,
    pub case: String,
    #[serde(rename = "type")]
    pub ty: String,
    /// The message's bytes in hexadecimal.
    input: String,
    want: Want,
    #[serde(default)]
    violations: Vec<Wanted>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Want {
    Success,
    ValidationError,
    CompilationError,
    RuntimeError,
    UnexpectedError,
}

#[derive(Deserialize, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Wanted {
    rule_id: String,
    /// Without subscripts.
    field: String,
    /// Empty where any will do.
    message: String,
}

pub enum Verdict {
    Passed,
    Failed(String),
    /// The compiler refused the schema, although there are messages that it is legal for.
    Refused,
    /// An illegal message was taken for a legal one.
    Accepted(String),
    Edition,
}

pub fn read(path: &str) -> io::Result<Vec<Case>> {
    let text = fs::read_to_string(path)?;
    text.lines()
        .map(|line| serde_json::from_str(line).map_err(io::Error::from))
        .collect()
}

impl Case {
    pub fn bytes(&self) -> Option<Vec<u8>> {
        let digits = self.input.as_bytes();
        let digit = |byte: u8| char::from(byte).to_digit(16);
        digits
            .chunks(2)
            .map(|pair| match pair {
                [high, low] => u8::try_from(digit(*high)? << 4 | digit(*low)?).ok(),
                _ => None,
            })
            .collect()
    }

    pub fn judge(&self, outcome: &Outcome) -> Verdict {
        match (outcome, self.want) {
            (Outcome::Edition, _) => Verdict::Edition,
            (Outcome::Refused(_), Want::CompilationError) => Verdict::Passed,
            (Outcome::Refused(_), _) => Verdict::Refused,
            (Outcome::Valid, Want::Success) => Verdict::Passed,
            (Outcome::Valid, _) => Verdict::Accepted(format!("wants {}", self.wanted())),
            (Outcome::Undecodable(_), Want::RuntimeError | Want::UnexpectedError) => {
                Verdict::Passed
            }
            (Outcome::Undecodable(error), _) => Verdict::Failed(error.to_string()),
            (Outcome::Violations(_), Want::RuntimeError) => Verdict::Passed,
            (Outcome::Violations(found), Want::ValidationError) if self.fits(found) => {
                Verdict::Passed
            }
            (Outcome::Violations(found), _) => {
                Verdict::Failed(format!("wants {}, has {found:?}", self.wanted()))
            }
        }
    }

    fn wanted(&self) -> String {
        match self.want {
            Want::Success => "success".to_owned(),
            Want::ValidationError => format!("{:?}", self.violations),
            Want::CompilationError => "an error of the compiler".to_owned(),
            Want::RuntimeError | Want::UnexpectedError => "an error".to_owned(),
        }
    }

    /// Every violation that is wanted, and no other, in whatever order.
    fn fits(&self, found: &Violations) -> bool {
        let mut left: Vec<_> = found.iter().collect();
        left.len() == self.violations.len()
            && self.violations.iter().all(|wanted| {
                let fitting = left.iter().position(|violation| {
                    violation.rule_id == wanted.rule_id
                        && without_subscripts(&violation.field) == wanted.field
                        && (wanted.message.is_empty() || violation.message == wanted.message)
                });
                fitting.map(|index| left.swap_remove(index)).is_some()
            })
    }
}

fn without_subscripts(field: &str) -> String {
    let mut text = String::new();
    let (mut inside, mut quoted) = (false, false);
    let mut letters = field.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' if quoted => drop(letters.next()),
            '"' if inside => quoted = !quoted,
            '[' if !quoted => inside = true,
            ']' if !quoted => inside = false,
            _ if !inside => text.push(letter),
            _ => {}
        }
    }
    text
}
