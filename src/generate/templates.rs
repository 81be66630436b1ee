//! The templates of one target, compiled into the binary.

use handlebars::Handlebars;
use serde::Serialize;

/// Templates by name. They place finished strings: nothing is escaped, and a value that a template names and a view
/// lacks is an error of ours, caught by the first test that renders it.
pub struct Templates(Handlebars<'static>);

impl Templates {
    /// Takes `(name, text)` pairs; a template may use any other of them as a partial.
    pub fn new(sources: &[(&str, &str)]) -> Self {
        let mut registry = Handlebars::new();
        registry.set_strict_mode(true);
        registry.register_escape_fn(handlebars::no_escape);
        for (name, text) in sources {
            registry
                .register_template_string(name, with_partials(text, sources))
                .unwrap_or_else(|error| unreachable!("template {name}: {error}"));
        }
        Self(registry)
    }

    /// Fills one template.
    pub fn render(&self, name: &str, view: &impl Serialize) -> String {
        self.0
            .render(name, view)
            .unwrap_or_else(|error| unreachable!("template {name}: {error}"))
    }
}

/// A template with the partials in it that stand on a line of their own, which says the same: a partial that is looked
/// up while a template is filled copies the whole value that it is about.
fn with_partials(text: &str, sources: &[(&str, &str)]) -> String {
    text.split_inclusive('\n')
        .map(|line| match partial(line, sources) {
            Some(partial) => with_partials(partial, sources),
            None => line.to_owned(),
        })
        .collect()
}

/// The text of the partial that a line consists of.
fn partial<'a>(line: &str, sources: &[(&str, &'a str)]) -> Option<&'a str> {
    let name = line.strip_prefix("{{> ")?.strip_suffix("}}\n")?;
    let (_, text) = sources.iter().find(|(source, _)| *source == name)?;
    Some(text)
}
