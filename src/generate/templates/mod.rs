//! The templates of one target, compiled into the binary.
//!
//! They are written in the part of Handlebars that placing finished strings takes: values, `each`, `if`, `unless`,
//! partials, `@first` and `@last`. A crate that knows the whole language took a third of a run's time, since it looks
//! every name up in a JSON value that it copies; the tests hold this one to it.

mod fill;
mod parse;
#[cfg(test)]
mod tests;
mod value;

use std::collections::BTreeMap;

use serde::Serialize;

use self::fill::{Scope, fill};
use self::parse::{Part, parse};

/// Templates by name. They place finished strings: nothing is escaped, and a value that a template names and a view
/// lacks is an error of ours, caught by the first test that fills it.
pub struct Templates(BTreeMap<&'static str, Vec<Part>>);

impl Templates {
    /// Takes `(name, text)` pairs; a template may use any other of them as a partial.
    pub fn new(sources: &[(&'static str, &'static str)]) -> Self {
        let parsed = sources.iter().map(|(name, text)| {
            let parts = parse(text);
            (
                *name,
                parts.unwrap_or_else(|error| unreachable!("template {name}: {error}")),
            )
        });
        Self(parsed.collect())
    }

    /// Fills one template.
    pub fn render(&self, name: &str, view: &impl Serialize) -> String {
        self.try_render(name, view)
            .unwrap_or_else(|error| unreachable!("template {name}: {error}"))
    }

    fn try_render(&self, name: &str, view: &impl Serialize) -> Result<String, String> {
        let value = value::of(view).map_err(|error| error.to_string())?;
        let mut text = String::new();
        fill(
            self,
            self.parts(name)?,
            &Scope::outermost(&value),
            &mut text,
        )?;
        Ok(text)
    }

    fn parts(&self, name: &str) -> Result<&[Part], String> {
        let parts = self
            .0
            .get(name)
            .ok_or_else(|| format!("there is no template {name}"))?;
        Ok(parts)
    }
}
