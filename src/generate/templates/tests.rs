//! What these templates say, against the crate whose language they are in.

use handlebars::Handlebars;
use serde::Serialize;

use super::Templates;

#[derive(Serialize)]
struct View {
    name: &'static str,
    empty: &'static str,
    nothing: Option<&'static str>,
    something: Option<&'static str>,
    yes: bool,
    no: bool,
    zero: i32,
    number: u64,
    inner: Inner,
    items: Vec<Inner>,
    words: Vec<&'static str>,
    none: Vec<&'static str>,
    pieces: Vec<Piece>,
}

#[derive(Serialize)]
struct Inner {
    name: &'static str,
    words: Vec<&'static str>,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Piece {
    One(Inner),
    Two(Inner),
}

fn view() -> View {
    let inner = |name, words: &[&'static str]| Inner {
        name,
        words: words.to_vec(),
    };
    View {
        name: "outer",
        empty: "",
        nothing: None,
        something: Some("<some> & \"thing\""),
        yes: true,
        no: false,
        zero: 0,
        number: u64::MAX,
        inner: inner("inner", &["a"]),
        items: vec![
            inner("first", &[]),
            inner("second", &["b", "c"]),
            inner("third", &["d"]),
        ],
        words: vec!["x", "y"],
        none: Vec::new(),
        pieces: vec![Piece::Two(inner("p", &[])), Piece::One(inner("q", &["r"]))],
    }
}

const PARTIALS: [(&str, &str); 4] = [
    ("one", "one {{name}}\n"),
    (
        "two",
        "two {{name}}{{#each words}} {{this}}{{/each}}\n\nbehind\n",
    ),
    ("short", "[{{name}}]"),
    ("in_turn", "{{> one}}\n{{> two}}\n"),
];

/// Both render a template; what they say is the same.
#[track_caller]
fn same(text: &'static str) {
    let mut sources = vec![("template", text)];
    sources.extend(PARTIALS);
    let mut oracle = Handlebars::new();
    oracle.set_strict_mode(true);
    oracle.register_escape_fn(handlebars::no_escape);
    for (name, text) in &sources {
        oracle.register_template_string(name, text).expect(text);
    }
    let expected = oracle
        .render("template", &view())
        .map_err(|error| error.to_string());
    let filled = Templates::new(&sources).try_render("template", &view());
    match expected {
        Ok(expected) => assert_eq!(filled.as_ref(), Ok(&expected), "{text}"),
        Err(_) => assert!(filled.is_err(), "{text}: {filled:?}"),
    }
}

#[test]
fn values_are_placed_as_they_are() {
    same(
        "{{name}}, {{ name }}, {{{something}}}, {{something}}, {{nothing}}, {{yes}}, {{number}}, {{inner.name}}",
    );
    same("{{missing}}");
    same("{{inner.missing}}");
}

#[test]
fn lists_are_gone_through() {
    same("{{#each words}}{{this}}{{#unless @last}}, {{/unless}}{{/each}}.");
    same(
        "{{#each items}}{{#if @first}}({{/if}}{{name}}{{#each words}}{{this}}{{../name}}{{../../name}}{{/each}}{{/each}}",
    );
    same("{{#each none}}x{{/each}}");
    same(
        "a\n{{#each items}}\n  {{name}}\n{{#each words}}\n    {{this}}\n{{/each}}\n{{/each}}\nb\n",
    );
}

#[test]
fn conditions_choose() {
    for part in [
        "yes",
        "no",
        "zero",
        "number",
        "name",
        "empty",
        "nothing",
        "something",
        "words",
        "none",
        "inner",
    ] {
        let text = format!(
            "{{{{#if {part}}}}}a{{{{else}}}}b{{{{/if}}}}{{{{#unless {part}}}}}c{{{{else}}}}d{{{{/unless}}}}"
        );
        same(text.leak());
    }
    same("{{#if no}}\na\n{{else if yes}}\nb\n{{else}}\nc\n{{/if}}\nd");
    same("{{#if no}}\na\n{{else if zero}}\nb\n{{else}}\nc\n{{/if}}");
}

#[test]
fn a_block_on_its_own_line_leaves_no_line() {
    same("x\n  {{#if yes}}\n  y\n  {{/if}}\nz\n");
    same("x {{#if yes}}\n  y\n  {{/if}} z\n");
    same("{{#if yes}}\n\n{{/if}}\n\nz");
    same("{{#each words}}\n{{#if @last}}\n\n{{/if}}\n{{/each}}\n");
    same("{\n{{#each words}}\n\n{{this}}\n{{/each}}}\n");
}

#[test]
fn partials_stand_for_what_they_say() {
    same("{{> one}}\n{{> short}}, {{> short inner}}\n{{> two inner}}\n.");
    same("{{#each items}}\n{{> two}}\n\n{{/each}}\nend");
    same(
        "{{#each pieces}}\n{{> (lookup this \"kind\")}}\n{{#unless @last}}\n\n{{/unless}}\n{{/each}}\n",
    );
    same("{{> in_turn}}\n{{> in_turn inner}}\nend\n");
    same("[{{#each items}}{{> short}}{{/each}}]");
    same("{{> missing}}");
}

/// Where that crate takes a name that a view lacks for one of nothing.
#[test]
fn a_condition_on_what_is_not_there_is_an_error() {
    let templates = Templates::new(&[("template", "{{#if missing}}a{{/if}}")]);
    assert!(templates.try_render("template", &view()).is_err());
}

#[test]
#[should_panic(expected = "closes nothing")]
fn a_stray_end_is_an_error() {
    Templates::new(&[("template", "{{/if}}")]);
}
