//! What a target language could not express. Each language's rules hold only where it is a target.

mod clients;
mod rust;
mod typescript;

use std::collections::BTreeMap;

use crate::config::Config;
use crate::diagnostic::{Code, Diagnostic, Report};
use crate::load::Loaded;
use crate::schema::{Schema, Span};

pub fn check(schema: &Schema, loaded: &Loaded, config: &Config, report: &mut Report) {
    if !config.rust.is_empty() {
        rust::check(schema, loaded, config, report);
    }
    if !config.typescript.is_empty() {
        typescript::check(schema, loaded, report);
    }
    if !config.typescript.is_empty() || !config.dart.is_empty() {
        clients::check(schema, loaded, config, report);
    }
}

/// The names of one place in the output, each with the element of the schema that has it.
struct Scope<'a> {
    language: &'static str,
    code: Code,
    loaded: &'a Loaded,
    names: BTreeMap<String, (String, Span)>,
}

impl<'a> Scope<'a> {
    fn new(language: &'static str, code: Code, loaded: &'a Loaded) -> Self {
        Self {
            language,
            code,
            loaded,
            names: BTreeMap::new(),
        }
    }

    /// Takes a name for an element, said as in "the message `Foo`"; reports where another element has it.
    fn take(&mut self, name: String, element: String, span: Span, report: &mut Report) {
        let Some((first, place)) = self.names.get(&name) else {
            self.names.insert(name, (element, span));
            return;
        };
        if *place == span {
            return;
        }
        report.push(
            Diagnostic::error(
                self.code,
                format!(
                    "{first} and {element} are both `{name}` in {}",
                    self.language
                ),
            )
            .at(self.loaded.label(span, format!("`{name}` again here")))
            .at(self.loaded.label(*place, format!("`{name}` first here")))
            .help("rename one of the two"),
        );
    }
}
