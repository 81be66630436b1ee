//! What `bellwire explain` says: a page per code, with a wrong and a right example.

use crate::diagnostic::Code;
use crate::names::nearest;

macro_rules! page {
    ($group:literal, $name:literal) => {
        (
            concat!("bellwire::", $group, "::", $name),
            include_str!(concat!($group, "/", $name, ".md")),
        )
    };
}

/// The pages by code, in order.
const PAGES: &[(&str, &str)] = &[
    page!("config", "bad_glob"),
    page!("config", "invalid"),
    page!("config", "missing_extern"),
    page!("config", "missing_file"),
    page!("config", "no_match"),
    page!("config", "no_target"),
    page!("config", "outside"),
    page!("config", "overlapping_outputs"),
    page!("config", "service_error"),
    page!("config", "service_twice"),
    page!("config", "unknown_key"),
    page!("config", "unknown_package"),
    page!("config", "unknown_service"),
    page!("event", "both_groups"),
    page!("event", "client_stream"),
    page!("event", "duplicate"),
    page!("event", "duplicate_number"),
    page!("event", "empty_group"),
    page!("event", "ignored_with_options"),
    page!("event", "invalid_duration"),
    page!("event", "no_error_type"),
    page!("event", "not_a_message"),
    page!("event", "not_imported"),
    page!("event", "outside_group"),
    page!("event", "stream_without_output"),
    page!("event", "unknown_type"),
    page!("event", "unusable_name"),
    page!("event", "wrong_option"),
    page!("file", "case"),
    page!("file", "not_found"),
    page!("file", "not_utf8"),
    page!("file", "outside_roots"),
    page!("file", "too_large"),
    page!("file", "unreadable"),
    page!("import", "cycle"),
    page!("import", "duplicate"),
    page!("import", "invalid_path"),
    page!("import", "lite"),
    page!("import", "not_found"),
    page!("option", "misplaced"),
    page!("option", "misused"),
    page!("option", "required_field"),
    page!("option", "set_twice"),
    page!("option", "unknown"),
    page!("option", "unknown_field"),
    page!("option", "wrong_value"),
    page!("output", "case_conflict"),
    page!("output", "foreign_file"),
    page!("output", "in_the_way"),
    page!("output", "io"),
    page!("output", "symbolic_link"),
    page!("output", "unsafe_path"),
    page!("params", "invalid_name"),
    page!("rule", "invalid_oneof"),
    page!("rule", "invalid_pattern"),
    page!("rule", "unsatisfiable"),
    page!("rule", "unsupported"),
    page!("rule", "wrong_type"),
    page!("syntax", "default_value"),
    page!("syntax", "edition"),
    page!("syntax", "empty_extend"),
    page!("syntax", "empty_oneof"),
    page!("syntax", "empty_statement"),
    page!("syntax", "field_label"),
    page!("syntax", "invalid_comment"),
    page!("syntax", "invalid_name"),
    page!("syntax", "invalid_number"),
    page!("syntax", "invalid_string"),
    page!("syntax", "invalid_token"),
    page!("syntax", "map_key"),
    page!("syntax", "statement_twice"),
    page!("syntax", "too_deep"),
    page!("syntax", "unexpected"),
    page!("syntax", "unknown_syntax"),
    page!("syntax", "wrong_value"),
    page!("target", "collision"),
    page!("target", "dart_option"),
    page!("target", "module_collision"),
    page!("target", "not_generated"),
    page!("target", "reserved_name"),
    page!("type", "closed_enum"),
    page!("type", "duplicate"),
    page!("type", "duplicate_json_name"),
    page!("type", "duplicate_number"),
    page!("type", "empty_enum"),
    page!("type", "enum_spelling"),
    page!("type", "enum_zero"),
    page!("type", "extension_declaration"),
    page!("type", "extension_number"),
    page!("type", "invalid"),
    page!("type", "invalid_number"),
    page!("type", "invalid_range"),
    page!("type", "long_name"),
    page!("type", "long_package"),
    page!("type", "message_set"),
    page!("type", "not_a_type"),
    page!("type", "not_imported"),
    page!("type", "overlapping_ranges"),
    page!("type", "reserved"),
    page!("type", "reserved_twice"),
    page!("type", "unknown"),
];

/// The page of a code, without `bellwire::` too; otherwise the nearest codes, each in backquotes.
pub fn explain(code: &str) -> Result<&'static str, Vec<String>> {
    let full = match code.strip_prefix("bellwire::") {
        Some(_) => code.to_owned(),
        None => format!("bellwire::{code}"),
    };
    match PAGES.iter().find(|(code, _)| *code == full) {
        Some((_, page)) => Ok(page),
        None => Err(nearest(
            &full.replace("::", "."),
            dotted().iter().map(String::as_str),
        )
        .into_iter()
        .map(|near| near.replace('.', "::"))
        .collect()),
    }
}

/// Nearness goes by the parts of a name.
fn dotted() -> Vec<String> {
    let codes = PAGES.iter().map(|(code, _)| code.replace("::", "."));
    codes.collect()
}

/// Every code that has a page, with what the page says first.
pub fn pages() -> impl Iterator<Item = (Code, &'static str)> {
    PAGES.iter().map(|(code, page)| {
        let first = page
            .lines()
            .find(|line| !line.is_empty() && !line.starts_with('#'));
        (Code(code), first.unwrap_or_default())
    })
}
