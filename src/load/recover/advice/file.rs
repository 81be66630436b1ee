//! What a file begins with, and the first line of its blocks.

use super::{Advice, Site, foreign};

/// `syntax`, `package` and `import`.
pub fn advise(site: &Site<'_>) -> Option<Advice> {
    let found = site.found();
    match site.word(0) {
        "syntax" if site.at == 0 && site.statement.inside.is_empty() => {
            let help = "move it to the top of the file, or remove it if there is one already";
            Some(Advice::new(
                site,
                "`syntax` is not the first statement",
                help,
            ))
        }
        "syntax" if site.at == 2 && site.is_name(2) => {
            let help = format!("write `syntax = \"{found}\";`");
            Some(
                Advice::new(site, "the syntax stands in quotes", help)
                    .instead(format!("\"{found}\"")),
            )
        }
        "syntax" => Some(Advice::new(
            site,
            "this is no `syntax` statement",
            "write `syntax = \"proto3\";`",
        )),
        "package" if site.is_string(site.at) => {
            let name = found.trim_matches(['"', '\'']);
            let help = format!("write `package {name};`");
            let advice = Advice::new(site, "the name of a package stands without quotes", help);
            Some(advice.instead(name))
        }
        "package" if found == "/" => {
            let advice = Advice::new(
                site,
                "the parts of a package's name have dots between them",
                "write `.`",
            );
            Some(advice.instead("."))
        }
        "package" if found.starts_with('.') && site.at > 1 => {
            // The parser takes `.1` for a number.
            let part = match found {
                "." => site.word(site.at + 1),
                found => &found[1..],
            };
            let help = format!("begin it with a letter, such as `v{part}`");
            Some(
                Advice::new(site, format!("`{part}` is no name"), help)
                    .label("begins with a digit"),
            )
        }
        "package" if found == ";" && site.before() == "." => {
            let name: String = (1..site.at - 1).map(|index| site.word(index)).collect();
            let advice = Advice::new(
                site,
                "a name is missing behind the last `.`",
                format!("write `package {name};`"),
            );
            let dot = site.span(site.at - 1);
            Some(advice.at(dot).label("no name behind this").instead(" "))
        }
        "import" if found == "," => Some(Advice::new(
            site,
            "an import names one file",
            "write one `import` statement for each file",
        )),
        "import" if site.at == 1 && found == "{" => whole_file(site),
        "import" if site.at == 1 && found == "<" => {
            let words = 1..site.statement.words.len();
            let names = words.map(|index| site.word(index));
            let path: String = names
                .filter(|word| !matches!(*word, "<" | ">" | ";"))
                .collect();
            let help = format!("write `import \"{path}\";`");
            let advice = Advice::new(site, "what is imported stands in quotes", help);
            let close = (1..site.statement.words.len()).find(|index| site.word(*index) == ">");
            Some(match close {
                Some(close) => advice
                    .at(site.span(1).start..site.span(close).end)
                    .instead(format!("\"{path}\"")),
                None => advice,
            })
        }
        "import" if site.at == 1 && site.is_name(1) && site.is_string(2) => {
            let help = format!("write `import {};`", site.word(2));
            let advice = Advice::new(site, format!("there is no keyword `{found}` here"), help);
            Some(advice.label("unknown keyword").instead(" "))
        }
        "import" if found == "as" && site.is_name(site.at + 1) => {
            let help = "remove it: a type goes by the name that its package gives it";
            let advice = Advice::new(site, "what is imported has no other name", help);
            let both = site.span(site.at).start..site.span(site.at + 1).end;
            Some(advice.at(both).instead(" "))
        }
        "package" if found == "{" => {
            let name: String = (1..site.at).map(|index| site.word(index)).collect();
            let help = format!(
                "write `package {name};`, and take the braces away: it is of the whole file"
            );
            Some(Advice::new(site, "a package has no block", help))
        }
        "import" if site.at == 1 && site.is_name(1) => {
            let words = &site.statement.words;
            let end = words
                .iter()
                .take_while(|word| &site.statement.text[word.span.clone()] != ";")
                .last()?
                .span
                .end;
            let path = &site.statement.text[site.span(1).start..end];
            let whole = if path.ends_with("proto") {
                path.to_owned()
            } else {
                path.replace('.', "/") + ".proto"
            };
            let help = format!("write `import \"{whole}\";`: the path of the file, from the root");
            let advice = Advice::new(site, "what is imported stands in quotes", help);
            Some(
                advice
                    .at(site.span(1).start..end)
                    .instead(format!("\"{whole}\"")),
            )
        }
        _ => None,
    }
}

/// `import { Name } from "file.proto";`
fn whole_file(site: &Site<'_>) -> Option<Advice> {
    let start = site.span(1).start;
    let line = site.statement.text[start..].lines().next()?;
    let quote = line.find(['"', '\''])?;
    let path = line[quote + 1..].split(['"', '\'']).next()?;
    let help = format!("write `import \"{path}\";`");
    let advice = Advice::new(site, "an import is of a whole file", help);
    let advice = advice.at(start..start + line[..quote].trim_end().len());
    Some(advice.label("names of it").instead(" "))
}

impl Site<'_> {
    /// Whether a word is there, and on the same line as the one before it.
    fn is_on_line_of(&self, first: usize, next: usize) -> bool {
        let between = self.span(first).end..self.span(next).start;
        let text = self.statement.text.get(between);
        text.is_some_and(|text| !text.contains('\n')) && self.is_name(next)
    }
}

/// Whether a word says what kind of thing is meant, here or in other languages.
fn is_kind(word: &str) -> bool {
    matches!(word, "message" | "enum") || foreign::declares(word)
}

fn inherits(site: &Site<'_>) -> Advice {
    let help = "give it a field of the other message's type";
    Advice::new(site, "a message does not inherit from another", help)
}

/// The first line of a block.
pub fn block(site: &Site<'_>) -> Option<Advice> {
    let keyword = site.word(0);
    let article = if matches!(keyword, "enum" | "oneof" | "extend") {
        "an"
    } else {
        "a"
    };
    let article = if keyword == "oneof" { "a" } else { article };
    let name = site.word(1);
    match site.found() {
        "{" if site.at == 1 => {
            let help = format!("write `{keyword} Name {{`");
            Some(
                Advice::new(site, format!("{article} {keyword} needs a name"), help)
                    .label("no name before this"),
            )
        }
        ";" if site.at == 2 => {
            let help =
                format!("write `{keyword} {name} {{}}`, or declare what it holds in the braces");
            let advice = Advice::new(site, format!("{article} {keyword} has a block"), help);
            Some(advice.label("no block before this").instead(" {}"))
        }
        _ if keyword == "extend" && site.at == 2 && is_kind(name) && site.is_name(2) => {
            let help = format!("write `extend {} {{`", site.found());
            let advice = Advice::new(site, format!("there is no keyword `{name}` here"), help);
            let advice = advice.at(site.span(1)).label("unknown keyword");
            Some(advice.instead(" "))
        }
        "(" if site.at == 2 && keyword == "message" && site.word(4) == ")" => Some(inherits(site)),
        ":" | "extends" | "implements"
            if site.at == 2 && keyword == "message" && site.is_on_line_of(2, 3) =>
        {
            Some(inherits(site))
        }
        sign @ ("=" | ":") if site.at == 2 => {
            let help = format!("write `{keyword} {name} {{`");
            let message =
                format!("`{sign}` stands between the name of {article} {keyword} and its block");
            Some(Advice::new(site, message, help).instead(" "))
        }
        "<" if site.at == 2 && keyword == "message" => {
            let help = "declare a message for each type that it would be used with";
            Some(Advice::new(site, "a message has no type parameters", help))
        }
        "." if site.at == 2 && keyword != "extend" => {
            let help = "the package stands in the `package` statement, and an inner type inside of the block of the outer one";
            Some(Advice::new(
                site,
                format!("the name of {article} {keyword} has no dots where it is declared"),
                help,
            ))
        }
        _ => None,
    }
}
