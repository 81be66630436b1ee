//! The templates of one target, compiled into the binary.

use std::sync::OnceLock;

use handlebars::{Context, Handlebars};
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
        self.render_all(&[name], view)
    }

    /// Fills several templates with the same view, which become one text.
    pub fn render_all(&self, names: &[&str], view: &impl Serialize) -> String {
        let context = Context::wraps(view)
            .unwrap_or_else(|error| unreachable!("the view of {names:?}: {error}"));
        let texts = names.iter().map(|name| {
            let registry = self.compiled[self.index(name)].get_or_init(|| self.compile(name));
            registry
                .render_with_context(name, &context)
                .unwrap_or_else(|error| unreachable!("template {name}: {error}"))
        });
        texts.collect()
    }

    fn index(&self, name: &str) -> usize {
        let index = self.sources.iter().position(|(source, _)| *source == name);
        index.unwrap_or_else(|| unreachable!("there is no template {name}"))
    }

    fn compile(&self, name: &str) -> Handlebars<'static> {
        let mut registry = Handlebars::new();
        registry.set_strict_mode(true);
        registry.register_escape_fn(handlebars::no_escape);
        let mut open = vec![name];
        while let Some(name) = open.pop() {
            let text = with_partials(self.sources[self.index(name)].1, &self.sources);
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

/// A template with those partials in it that are about the same as itself, which says the same: a partial that is
/// looked up while a template is filled copies the whole value that it is about.
fn with_partials(text: &str, sources: &[(&str, &str)]) -> String {
    let mut pieces = text.split("{{> ");
    let mut whole = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (name, rest) = piece.split_once("}}").unwrap_or((piece, ""));
        match sources.iter().find(|(source, _)| *source == name) {
            Some((_, partial)) => {
                whole += &with_partials(partial, sources);
                // A partial on a line of its own has its line break already.
                let ends = partial.ends_with('\n');
                whole += rest.strip_prefix('\n').filter(|_| ends).unwrap_or(rest);
            }
            None => whole.extend(["{{> ", piece]),
        }
    }
    whole
}
