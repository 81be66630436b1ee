//! Regular expressions: from the syntax of RE2, in which rules are written, to that of the crate `regex`.
//!
//! The two are close. Where they differ, RE2 has the last word: its classes `\d`, `\s` and `\w` are ASCII, a bracket or
//! `&&` inside a class means itself, and so does a brace that begins no repetition.

use std::fmt::Write as _;
use std::iter::Peekable;
use std::str::Chars;

use super::Resolver;
use crate::diagnostic::code;
use crate::schema::Span;

/// RE2's own limit.
const MOST_REPETITIONS: u32 = 1000;

const DIGITS: &str = "0-9";
const SPACES: &str = "\\t\\n\\f\\r\\x20";
const WORDS: &str = "0-9A-Za-z_";

/// The pattern as the crate `regex` has it, or a finding.
pub fn read(resolver: &mut Resolver, pattern: &str, at: Span) -> Option<String> {
    match translated(pattern) {
        Ok(pattern) => Some(pattern),
        Err(why) => {
            let text = format!("the pattern is no regular expression: {why}");
            let diagnostic = resolver
                .error(code::RULE_INVALID_PATTERN, text, at, "a pattern")
                .help(
                    "patterns are in the syntax of RE2: https://github.com/google/re2/wiki/syntax",
                );
            resolver.report.push(diagnostic);
            None
        }
    }
}

pub fn translated(pattern: &str) -> Result<String, String> {
    let mut translator = Translator {
        rest: pattern.chars().peekable(),
        text: String::new(),
    };
    translator.pattern()?;
    let text = translator.text;
    match regex::Regex::new(&text) {
        Ok(_) => Ok(text),
        Err(regex::Error::CompiledTooBig(_)) => Err("it is too large".to_owned()),
        // The last line is the sentence; those before show our form of the pattern.
        Err(error) => {
            let error = error.to_string();
            let last = error.lines().last().unwrap_or_default();
            Err(last.trim_start_matches("error: ").to_owned())
        }
    }
}

struct Translator<'a> {
    rest: Peekable<Chars<'a>>,
    text: String,
}

impl Translator<'_> {
    fn pattern(&mut self) -> Result<(), String> {
        while let Some(letter) = self.rest.next() {
            match letter {
                '\\' => self.escape()?,
                '[' => self.class()?,
                '(' => self.group()?,
                '{' => self.brace()?,
                '}' => self.text.push_str("\\}"),
                _ => self.text.push(letter),
            }
        }
        Ok(())
    }

    fn escape(&mut self) -> Result<(), String> {
        let letter = self.rest.next().ok_or("a backslash stands at the end")?;
        match letter {
            'd' => self.push_class(DIGITS, false),
            'D' => self.push_class(DIGITS, true),
            's' => self.push_class(SPACES, false),
            'S' => self.push_class(SPACES, true),
            'w' => self.push_class(WORDS, false),
            'W' => self.push_class(WORDS, true),
            'b' => self.text.push_str("(?-u:\\b)"),
            'B' => self.text.push_str("(?-u:\\B)"),
            'A' | 'z' => {
                self.text.push('\\');
                self.text.push(letter);
            }
            'Q' => self.quoted(),
            'p' | 'P' => self.property(letter)?,
            _ => {
                let letter = self.escaped(letter)?;
                self.push_literal(letter);
            }
        }
        Ok(())
    }

    fn push_class(&mut self, letters: &str, negated: bool) {
        let caret = if negated { "^" } else { "" };
        let _ = write!(self.text, "[{caret}{letters}]");
    }

    fn push_literal(&mut self, letter: char) {
        if letter.is_ascii_alphanumeric() {
            self.text.push(letter);
        } else {
            let _ = write!(self.text, "\\x{{{:x}}}", u32::from(letter));
        }
    }

    /// `\Q…\E`
    fn quoted(&mut self) {
        while let Some(letter) = self.rest.next() {
            if letter == '\\' && self.rest.next_if_eq(&'E').is_some() {
                return;
            }
            self.push_literal(letter);
        }
    }

    /// `\pN`, `\p{Greek}`, `\p{^Greek}`
    fn property(&mut self, letter: char) -> Result<(), String> {
        let first = self.rest.next().ok_or("`\\p` names no class")?;
        if first != '{' {
            let _ = write!(self.text, "\\{letter}{first}");
            return Ok(());
        }
        let name: String = self
            .rest
            .by_ref()
            .take_while(|letter| *letter != '}')
            .collect();
        let (letter, name) = match (letter, name.strip_prefix('^')) {
            (_, None) => (letter, name.as_str()),
            ('p', Some(name)) => ('P', name),
            (_, Some(name)) => ('p', name),
        };
        let _ = write!(self.text, "\\{letter}{{{name}}}");
        Ok(())
    }

    /// The character that an escape stands for.
    fn escaped(&mut self, letter: char) -> Result<char, String> {
        Ok(match letter {
            'a' => '\x07',
            'f' => '\x0c',
            't' => '\t',
            'n' => '\n',
            'r' => '\r',
            'v' => '\x0b',
            'x' => self.hexadecimal()?,
            '0'..='7' => self.octal(letter)?,
            _ if letter.is_ascii() && !letter.is_ascii_alphanumeric() => letter,
            _ => return Err(format!("RE2 has no escape `\\{letter}`")),
        })
    }

    fn hexadecimal(&mut self) -> Result<char, String> {
        let digits: String = match self.rest.next_if_eq(&'{') {
            Some(_) => self
                .rest
                .by_ref()
                .take_while(|letter| *letter != '}')
                .collect(),
            None => self.rest.by_ref().take(2).collect(),
        };
        u32::from_str_radix(&digits, 16)
            .ok()
            .and_then(char::from_u32)
            .ok_or_else(|| format!("`\\x` with `{digits}` is no character"))
    }

    fn octal(&mut self, first: char) -> Result<char, String> {
        let mut value = first.to_digit(8).unwrap_or_default();
        let mut digits = 1;
        while digits < 3
            && let Some(digit) = self.rest.next_if(|letter| ('0'..='7').contains(letter))
        {
            value = value * 8 + digit.to_digit(8).unwrap_or_default();
            digits += 1;
        }
        if first != '0' && digits == 1 {
            return Err(format!("RE2 has no back reference `\\{first}`"));
        }
        char::from_u32(value).ok_or_else(|| "an octal escape is no character".to_owned())
    }

    /// `(`, `(?:`, `(?P<name>`, `(?i)`
    fn group(&mut self) -> Result<(), String> {
        self.text.push('(');
        if self.rest.next_if_eq(&'?').is_none() {
            return Ok(());
        }
        self.text.push('?');
        for letter in self.rest.by_ref() {
            self.text.push(letter);
            match letter {
                // A name follows, and the crate has the same rules for it.
                'P' | '<' | ':' | ')' => return Ok(()),
                'i' | 'm' | 's' | 'U' | '-' => {}
                _ => return Err(format!("RE2 has no group `(?{letter}`")),
            }
        }
        Ok(())
    }

    /// `{2,3}`, or a brace.
    fn brace(&mut self) -> Result<(), String> {
        let inside: String = self
            .rest
            .clone()
            .take_while(|letter| *letter != '}')
            .collect();
        let bounds: Vec<_> = inside.split(',').collect();
        let is_number =
            |text: &&str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let closed = self.rest.clone().nth(inside.chars().count()) == Some('}');
        let repeats = closed
            && match bounds.as_slice() {
                [one] => is_number(one),
                [low, high] => is_number(low) && (high.is_empty() || is_number(high)),
                _ => false,
            };
        if !repeats {
            self.text.push_str("\\{");
            return Ok(());
        }
        let too_many = |bound: &&&str| {
            !bound.is_empty()
                && bound
                    .parse::<u32>()
                    .map_or(true, |bound| bound > MOST_REPETITIONS)
        };
        if let Some(bound) = bounds.iter().find(too_many) {
            return Err(format!(
                "it repeats more than {MOST_REPETITIONS} times: {bound}"
            ));
        }
        let _ = write!(self.text, "{{{inside}}}");
        self.rest.nth(inside.chars().count());
        Ok(())
    }

    /// `[^…]`
    fn class(&mut self) -> Result<(), String> {
        self.text.push('[');
        if self.rest.next_if_eq(&'^').is_some() {
            self.text.push('^');
        }
        let mut first = true;
        loop {
            let letter = self.rest.next().ok_or("a class is not closed")?;
            match letter {
                ']' if !first => {
                    self.text.push(']');
                    return Ok(());
                }
                '[' if self.rest.peek() == Some(&':') => self.named_class()?,
                '\\' => match self.rest.peek() {
                    Some('d') => self.class_part(DIGITS),
                    Some('s') => self.class_part(SPACES),
                    Some('w') => self.class_part(WORDS),
                    Some('D' | 'S' | 'W' | 'Q') => self.escape()?,
                    Some('p' | 'P') => self.escape()?,
                    Some(_) => {
                        let letter = self.rest.next().unwrap_or_default();
                        let low = self.escaped(letter)?;
                        self.range(low)?;
                    }
                    None => return Err("a class is not closed".to_owned()),
                },
                _ => self.range(letter)?,
            }
            first = false;
        }
    }

    fn class_part(&mut self, letters: &str) {
        self.rest.next();
        self.text.push_str(letters);
    }

    /// `[:alpha:]`, which the crate has too.
    fn named_class(&mut self) -> Result<(), String> {
        let name: String = self
            .rest
            .by_ref()
            .take_while(|letter| *letter != ']')
            .collect();
        let known = name.len() > 2 && name.ends_with(':');
        if !known {
            return Err(format!("`[{name}]` is no class"));
        }
        let _ = write!(self.text, "[{name}]");
        Ok(())
    }

    /// A character of a class, or a range that begins with it.
    fn range(&mut self, low: char) -> Result<(), String> {
        self.push_literal(low);
        let mut ahead = self.rest.clone();
        if ahead.next() != Some('-') || matches!(ahead.next(), None | Some(']')) {
            return Ok(());
        }
        self.rest.next();
        let high = match self.rest.next() {
            Some('\\') => {
                let letter = self.rest.next().ok_or("a class is not closed")?;
                self.escaped(letter)?
            }
            Some(letter) => letter,
            None => return Err("a class is not closed".to_owned()),
        };
        self.text.push('-');
        self.push_literal(high);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::translated;

    fn matches(pattern: &str, text: &str) -> bool {
        let pattern = translated(pattern).expect("a pattern");
        regex::Regex::new(&pattern)
            .expect("a pattern")
            .is_match(text)
    }

    #[test]
    fn classes_are_ascii() {
        assert!(matches("^\\d+$", "123"));
        assert!(!matches("^\\d+$", "\u{0663}"));
        assert!(matches("^[\\w-]+$", "a_b-c"));
        assert!(!matches("^\\w+$", "\u{e9}"));
        assert!(matches("^\\S\\s\\W[\\D]$", "a  b"));
        assert!(matches("\\bfoo\\b", "a foo b"));
        // A boundary between two letters, one of which is not ASCII.
        assert!(matches("\\bfoo\\b", "\u{e9}foo"));
    }

    #[test]
    fn what_means_nothing_in_re2_means_itself() {
        assert!(matches("^[a&&b]+$", "a&b"));
        assert!(matches("^[[]$", "["));
        assert!(matches("^[+--]+$", "+,-"));
        assert!(matches("^a{,2}$", "a{,2}"));
        assert!(matches("^{}$", "{}"));
        assert!(matches("^a{2}$", "aa"));
        assert!(matches("^\\Qa.b\\E$", "a.b"));
        assert!(!matches("^\\Qa.b\\E$", "axb"));
        assert!(matches("^\\<\\>$", "<>"));
        assert!(matches("^[]a]+$", "]a"));
        assert!(matches("^\\101\\x42\\x{43}$", "ABC"));
        assert!(matches("^[[:alpha:]]+\\p{Greek}\\p{^Greek}$", "ab\u{3b1}c"));
        assert!(matches("(?i)^[a-z]+$", "AbC"));
    }

    #[test]
    fn what_re2_does_not_have_is_refused() {
        for pattern in [
            "\\1", "(?=a)", "(?x)a", "\\C", "[a", "(", "a{1001}", "\\u0041", "\\Z", "\\",
        ] {
            assert!(translated(pattern).is_err(), "{pattern}");
        }
    }
}
