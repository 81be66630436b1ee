//! The codes of findings, and what a person sees of them.

use std::collections::BTreeSet;
use std::fs;

use bellwire_build::diagnostic::code;
use bellwire_build::explain;

#[test]
fn codes_are_unique_and_well_formed() {
    let mut codes: Vec<_> = code::ALL.iter().map(|code| code.0).collect();
    codes.sort_unstable();
    let count = codes.len();
    codes.dedup();
    assert_eq!(codes.len(), count, "two kinds of findings share a code");
    for code in codes {
        let parts: Vec<_> = code.split("::").collect();
        let word = |part: &str| {
            !part.is_empty()
                && part
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        };
        assert!(
            parts.len() == 3 && parts[0] == "bellwire" && parts.iter().all(|part| word(part)),
            "{code}"
        );
    }
}

/// A person can always do something about an error.
#[test]
fn every_error_comes_with_help() {
    for path in glob::glob("tests/golden/errors/*/stderr.txt")
        .expect("a pattern")
        .flatten()
    {
        let text = fs::read_to_string(&path).expect("it is readable");
        let findings = text
            .lines()
            .filter(|line| line.starts_with("bellwire::"))
            .count();
        let helps = text
            .lines()
            .filter(|line| line.trim_start().starts_with("help: "))
            .count();
        assert_eq!(findings, helps, "{}", path.display());
    }
}

/// `bellwire explain` knows every code, and no other.
#[test]
fn every_code_has_a_page() {
    let codes: BTreeSet<_> = code::ALL.iter().map(|code| code.0).collect();
    let pages: BTreeSet<_> = explain::pages().map(|(code, _)| code.0).collect();
    assert_eq!(codes, pages);
    for code in codes {
        let page = explain::explain(code).expect("it has a page");
        assert!(page.starts_with(&format!("# {code}\n")), "{page}");
        assert_eq!(page.matches("```").count(), 4, "{page}");
        assert!(
            page.contains("\nWrong:\n") && page.contains("\nRight:\n"),
            "{page}"
        );
    }
}

#[test]
fn a_code_that_there_is_not_is_answered_with_the_nearest() {
    let near = explain::explain("event::no_eror_type").expect_err("there is none");
    assert_eq!(near, ["`bellwire::event::no_error_type`"]);
}
