//! Options, as statements and in brackets.

use super::{Advice, Site};
use crate::load::tokens::TokenKind;

/// `option`.
pub fn advise(site: &Site<'_>) -> Option<Advice> {
    let found = site.found();
    match site.expected {
        "'=' or '.'" if found == ":" => {
            let advice = Advice::new(
                site,
                "between an option and its value stands `=`",
                "write `=`",
            );
            Some(advice.instead("="))
        }
        "'=' or '.'" if found == ";" => {
            let help = "write `option name = value;`, such as `option deprecated = true;`";
            Some(Advice::new(site, "this option has no value", help).label("no value before this"))
        }
        "'=' or '.'" => {
            let advice = Advice::new(
                site,
                "between an option and its value stands `=`",
                "write `option name = value;`",
            );
            Some(
                if matches!(found, "{" | "[") || site.is_string(site.at) || site.is_name(site.at) {
                    let instead = format!("= {found}");
                    advice.instead(instead)
                } else {
                    advice
                },
            )
        }
        "a constant" if found == "[" => Some(list(site)),
        "a constant" => Some(no_value(site)),
        _ => None,
    }
}

/// `(name) = value;` as a statement.
pub fn without_keyword(site: &Site<'_>) -> Option<Advice> {
    let rest = site.statement.words.iter().skip(1);
    let close = 1 + rest
        .take_while(|word| word.kind != TokenKind::Symbol(')'))
        .count();
    let is_option = site.at == 0 && site.found() == "(" && site.is_extension();
    (is_option && matches!(site.word(close + 1), "." | "=")).then(|| {
        let name: String = (0..=close).map(|index| site.word(index)).collect();
        let help = format!("write `option {name}`");
        Advice::new(
            site,
            "a statement that sets an option begins with `option`",
            help,
        )
        .instead("option (")
    })
}

/// `[name = value]` behind a field, a value or a range.
pub fn in_brackets(site: &Site<'_>) -> Option<Advice> {
    let found = site.found();
    match site.expected {
        "'=' or '.'" if found == ":" => {
            let advice = Advice::new(
                site,
                "between an option and its value stands `=`",
                "write `=`",
            );
            Some(advice.instead("="))
        }
        "'=' or '.'" if site.before() == "option" => {
            let help = "remove `option`: in brackets stand the name of an option and its value";
            let advice = Advice::new(site, "an option in brackets has no keyword", help);
            let before = site.at - 1;
            Some(advice.at(site.span(before)).label("not here").instead(" "))
        }
        "'=' or '.'" if found == "{" || site.is_string(site.at) => {
            let message = "between an option and its value stands `=`";
            Some(Advice::new(site, message, "write `=`").instead(format!("= {found}")))
        }
        "'=' or '.'" if matches!(found, ">" | "<") => {
            let message = format!("between an option and its value stands `=`, not `{found}`");
            let help = "write `=`: what the value is compared with is a rule, such as `.gt = 3`";
            Some(Advice::new(site, message, help).instead("="))
        }
        "'=' or '.'" if matches!(found, "]" | ",") => {
            let name = site.before();
            let help = format!("write `{name} = true`, or whatever its value is");
            Some(
                Advice::new(site, format!("the option `{name}` has no value"), help)
                    .label("no value before this"),
            )
        }
        "a constant" if found == "[" => Some(list(site)),
        "a constant" => Some(no_value(site)),
        "',' or ']'" if found == ";" => {
            let advice = Advice::new(
                site,
                "the options of this statement are not closed",
                "write `]` before the `;`",
            );
            Some(advice.label("no `]` before this").instead("];"))
        }
        "',' or ']'" if found == ":" => {
            let name = site.before();
            let help = format!("write `{{ {name}: … }}`");
            Some(Advice::new(
                site,
                "the fields of an option stand in braces",
                help,
            ))
        }
        "',' or ']'" if site.is_name(site.at) || found == "(" => {
            let help = "write a `,` between two options";
            let instead = format!(", {found}");
            Some(Advice::new(site, "there is no `,` between two options", help).instead(instead))
        }
        "an identifier or '('" if site.is_string(site.at) => Some(Advice::new(
            site,
            "the name of an option stands without quotes",
            "write `[name = value]`",
        )),
        "an identifier or '('" if found == "{" => Some(Advice::new(
            site,
            "an option begins with its name",
            format!("write `[{} = {{ … }}]`", example(site)),
        )),
        "an identifier or '('" if found == "]" && site.before() == "," => {
            let advice = Advice::new(
                site,
                "an option is missing behind the `,`",
                "remove the `,`",
            );
            let before = site.at - 1;
            Some(
                advice
                    .at(site.span(before))
                    .label("nothing behind this")
                    .instead(" "),
            )
        }
        "an identifier or '('" if found == "]" => Some(Advice::new(
            site,
            "there is no option in these brackets",
            "remove them, or write `[name = value]`",
        )),
        "';' or '['"
            if site.is_field_like()
                && !site.touches()
                && (site.is_name(site.at) || matches!(found, "(" | "{")) =>
        {
            let number = site.before();
            let rest = &site.statement.text[site.span(site.at).end..];
            let option = match found {
                "{" if rest
                    .find([':', '=', '}'])
                    .is_some_and(|at| rest[at..].starts_with(':')) =>
                {
                    format!("{} = {{ … }}", example(site))
                }
                "(" if site.is_extension() => {
                    let words = site.at + 1..site.statement.words.len();
                    let words = words.map(|index| site.word(index));
                    let name: String = words.take_while(|word| *word != ")").collect();
                    format!("({name}) = {{ … }}")
                }
                _ => "deprecated = true".to_owned(),
            };
            let what = if site.statement.inside == "enum" {
                "a value"
            } else {
                "a field"
            };
            let help = format!("options stand in brackets: write `= {number} [{option}];`");
            let message = format!("this stands behind the number of {what}");
            Some(Advice::new(site, message, help))
        }
        _ => None,
    }
}

/// An option that a statement of this block may have.
fn example(site: &Site<'_>) -> &'static str {
    let before = site.statement.block.start..site.statement.span.start;
    let before = site.statement.text.get(before).unwrap_or_default();
    match site.statement.inside {
        "enum" if before.contains("(bellwire.notification") => "(bellwire.notification)",
        "enum" => "(bellwire.event)",
        _ => "(my.option)",
    }
}

fn list(site: &Site<'_>) -> Advice {
    // `(outer).name = [`
    let name = site.word(site.at.saturating_sub(2));
    let dot = site.at.checked_sub(3);
    let outer = dot.filter(|dot| site.word(*dot) == ".").map(|dot| {
        let mut depth = 0_usize;
        let begins = |index: &usize| match site.word(*index) {
            ")" => {
                depth += 1;
                false
            }
            "(" => {
                depth = depth.saturating_sub(1);
                false
            }
            "[" | "," | "option" => depth == 0,
            _ => false,
        };
        let first = (0..dot).rev().find(begins).map_or(0, |before| before + 1);
        (first..dot)
            .map(|index| site.word(index))
            .collect::<String>()
    });
    let help = match outer {
        Some(outer) => format!("write `{outer} = {{ {name}: [ … ] }}`, or set it once for each element"),
        None => "set the option once for each element, or write `{ name: [ … ] }` for a field of a message".to_owned(),
    };
    Advice::new(site, "the value of an option is no list", help)
}

fn no_value(site: &Site<'_>) -> Advice {
    let help =
        "a value is a number, a string, a name such as `true`, or a message as `{ name: value }`";
    Advice::new(site, "this option has no value", help)
}

impl Site<'_> {
    /// What stands in these parentheses is a name alone.
    fn is_extension(&self) -> bool {
        let mut words = self.at + 1..self.statement.words.len();
        let end = words.find(|index| !self.is_name(*index) && self.word(*index) != ".");
        end.is_some_and(|end| self.word(end) == ")")
    }

    /// Nothing stands between the word before and this one.
    fn touches(&self) -> bool {
        self.at > 0 && self.span(self.at - 1).end == self.span(self.at).start
    }

    /// The word before is the number of a field or a value.
    fn is_field_like(&self) -> bool {
        self.at >= 2 && self.is_number(self.at - 1) && self.word(self.at - 2) == "="
    }
}
