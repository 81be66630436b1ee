//! The templates of one target, compiled into the binary.

use std::sync::OnceLock;

use handlebars::Handlebars;
use serde::Serialize;

/// Templates by name. They place finished strings: nothing is escaped, and a value that a template names and a view
/// lacks is an error of ours, caught by the first test that renders it.
pub struct Templates {
    sources: Vec<(&'static str, &'static str)>,
    /// Each with the partials that it uses, compiled when it is first filled: many runs fill few of them.
    compiled: Vec<OnceLock<Handlebars<'static>>>,
}

impl Templates {
    /// Takes `(name, text)` pairs; a template may use any other of them as a partial.
    pub fn new(sources: &[(&'static str, &'static str)]) -> Self {
        Self {
            sources: sources.to_vec(),
            compiled: sources.iter().map(|_| OnceLock::new()).collect(),
        }
    }

    /// Fills one template.
    pub fn render(&self, name: &str, view: &impl Serialize) -> String {
        let index = self.sources.iter().position(|(source, _)| *source == name);
        let index = index.unwrap_or_else(|| unreachable!("there is no template {name}"));
        self.compiled[index]
            .get_or_init(|| self.compile(name))
            .render(name, view)
            .unwrap_or_else(|error| unreachable!("template {name}: {error}"))
    }

    fn compile(&self, name: &str) -> Handlebars<'static> {
        let mut registry = Handlebars::new();
        registry.set_strict_mode(true);
        registry.register_escape_fn(handlebars::no_escape);
        let mut open = vec![name];
        while let Some(name) = open.pop() {
            let Some((_, text)) = self.sources.iter().find(|(source, _)| *source == name) else {
                unreachable!("there is no template {name}");
            };
            let text = with_partials(text, &self.sources);
            registry
                .register_template_string(name, &text)
                .unwrap_or_else(|error| unreachable!("template {name}: {error}"));
            let used = |source: &&str| text.contains(&format!("{{{{> {source}"));
            let partials = self.sources.iter().map(|(source, _)| *source).filter(used);
            open.extend(partials.filter(|partial| registry.get_template(partial).is_none()));
        }
        registry
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
