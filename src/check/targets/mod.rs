//! What a target language could not express. Each language's rules hold only where it is a target.

mod classes;
mod clients;
mod dart;
mod rust;
mod shadows;
mod typescript;

use std::collections::BTreeMap;
use std::fmt;

use rayon::prelude::*;

use crate::config::Config;
use crate::diagnostic::{Code, Diagnostic, Label, Report, code};
use crate::load::Loaded;
use crate::schema::{Schema, Span};

pub fn check(schema: &Schema, loaded: &Loaded, config: &Config, report: &mut Report) {
    let rust = |report: &mut Report| {
        if !config.rust.is_empty() {
            rust::check(schema, loaded, config, report);
        }
    };
    let typescript = |report: &mut Report| {
        if !config.typescript.is_empty() {
            typescript::check(schema, loaded, report);
        }
    };
    let dart = |report: &mut Report| {
        if !config.dart.is_empty() {
            dart::check(schema, loaded, report);
            classes::check(schema, loaded, report);
            shadows::check(schema, loaded, report);
        }
    };
    let clients = |report: &mut Report| {
        if !config.typescript.is_empty() || !config.dart.is_empty() {
            clients::check(schema, loaded, config, report);
        }
    };
    let checks: [&(dyn Fn(&mut Report) + Sync); 4] = [&rust, &typescript, &dart, &clients];
    at_once(&checks, report, |check, report| check(report));
}

/// Runs checks that do not depend on each other. Each sees what was found before all of them.
fn at_once<T: Sync>(over: &[T], report: &mut Report, check: impl Fn(&T, &mut Report) + Sync) {
    let before = report.diagnostics.len();
    let found = |each: &T| {
        let mut own = report.clone();
        check(each, &mut own);
        own.diagnostics.split_off(before)
    };
    let found: Vec<_> = over.par_iter().map(found).collect();
    report.extend(found.into_iter().flatten());
}

/// The names of one place in the output, each with the element of the schema that has it.
struct Scope<'a> {
    language: &'static str,
    code: Code,
    loaded: &'a Loaded,
    names: BTreeMap<String, (Element<'a>, Span)>,
}

/// An element of the schema, said as in "the message `Foo`". Few are ever said.
#[derive(Clone, Copy)]
struct Element<'a> {
    what: &'static str,
    name: &'a str,
    /// The group of an event.
    of: Option<&'a str>,
}

impl<'a> Element<'a> {
    fn new(what: &'static str, name: &'a str) -> Self {
        Self {
            what,
            name,
            of: None,
        }
    }
}

impl fmt::Display for Element<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, name, of } = self;
        write!(f, "{what} `{name}`")?;
        of.map_or(Ok(()), |of| write!(f, " of `{of}`"))
    }
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

    /// Takes a name for an element; reports where another element has it.
    fn take(&mut self, name: String, element: Element<'a>, span: Span, report: &mut Report) {
        if name.is_empty() {
            report.push(nothing_left(self.loaded, self.language, element, span));
            return;
        }
        let Some((first, place)) = self.names.get(&name) else {
            self.names.insert(name, (element, span));
            return;
        };
        if *place == span {
            return;
        }
        let label = self.loaded.label(span, format!("`{name}` again here"));
        if is_said(report, &label) {
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
            .at(label)
            .at(self.loaded.label(*place, format!("`{name}` first here")))
            .help("rename one of the two"),
        );
    }
}

/// A name of underscores alone: languages that spell names in their own way put nothing in their place.
fn nothing_left(loaded: &Loaded, language: &str, element: Element, span: Span) -> Diagnostic {
    Diagnostic::error(
        code::TARGET_RESERVED_NAME,
        format!("{element} has nothing to make a {language} name of"),
    )
    .at(loaded.label(span, "no letter and no digit"))
    .help("give it a name with a letter")
}

/// protobuf's own rule has refused the spelling at that place: once is enough.
fn is_said(report: &Report, place: &Label) -> bool {
    let same =
        |label: &Label| label.source.name() == place.source.name() && label.span == place.span;
    let mut spellings = report
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.code == code::TYPE_ENUM_SPELLING);
    spellings.any(|diagnostic| diagnostic.labels.first().is_some_and(same))
}
