//! From a template's text to its parts.

/// A stretch of a template.
#[derive(Debug)]
pub enum Part {
    Text(&'static str),
    Value(Subject),
    Each {
        list: Subject,
        body: Vec<Part>,
    },
    If {
        condition: Subject,
        then: Vec<Part>,
        otherwise: Vec<Part>,
    },
    /// A template in this place, about what `context` leads to.
    Partial {
        name: Name,
        context: Subject,
    },
}

/// What a tag is about.
#[derive(Debug)]
pub enum Subject {
    /// `@first`: the place in the innermost list.
    First,
    /// `@last`
    Last,
    /// `../a.b`: so many scopes up, then by these keys. `this` has none.
    Path { up: usize, keys: Vec<&'static str> },
}

/// Which template a partial is.
#[derive(Debug)]
pub enum Name {
    Fixed(&'static str),
    /// The one that a value names: `(lookup this "kind")`.
    Of(Subject),
}

/// The parts of a template, or what is wrong with it.
pub fn parse(text: &'static str) -> Result<Vec<Part>, String> {
    let mut parser = Parser { text, at: 0 };
    let (parts, end) = parser.parts()?;
    match end {
        End::Text => Ok(parts),
        end => Err(format!("{end:?} closes nothing")),
    }
}

struct Parser {
    text: &'static str,
    /// How far the text is read.
    at: usize,
}

/// What a sequence of parts ends at.
#[derive(Debug, PartialEq)]
enum End {
    Text,
    /// `{{else}}`, or `{{else if x}}` with what follows the `else`.
    Else(&'static str),
    /// `{{/each}}`
    Close(&'static str),
}

impl Parser {
    fn parts(&mut self) -> Result<(Vec<Part>, End), String> {
        let mut parts = Vec::new();
        loop {
            let Some(start) = self.text[self.at..].find("{{").map(|found| self.at + found) else {
                push_text(&mut parts, &self.text[self.at..]);
                self.at = self.text.len();
                return Ok((parts, End::Text));
            };
            let before = self.at;
            let tag = self.tag(start)?;
            let sigil = tag
                .trim_start_matches('{')
                .chars()
                .next()
                .unwrap_or_default();
            let is_block = matches!(sigil, '#' | '/' | '>') || is_else(tag);
            let text_end = if is_block {
                self.alone(before, start, sigil)
            } else {
                start
            };
            push_text(&mut parts, &self.text[before..text_end]);
            match sigil {
                '#' => parts.push(self.block(&tag[1..])?),
                '/' => return Ok((parts, End::Close(tag[1..].trim()))),
                '>' => parts.push(partial(tag[1..].trim())?),
                _ if is_else(tag) => return Ok((parts, End::Else(tag["else".len()..].trim()))),
                _ => parts.push(Part::Value(subject(tag.trim_matches(['{', '}']))?)),
            }
        }
    }

    /// What stands in the tag that starts there; reading goes on behind it.
    fn tag(&mut self, start: usize) -> Result<&'static str, String> {
        let rest = &self.text[start..];
        let (closing, length) = if rest.starts_with("{{{") {
            ("}}}", 3)
        } else {
            ("}}", 2)
        };
        let end = rest
            .find(closing)
            .ok_or_else(|| format!("{rest:.20} is not closed"))?;
        self.at = start + end + length;
        Ok(rest[length..end].trim())
    }

    /// A block's tag on a line of its own leaves nothing of the line: the text before it then ends where the line
    /// starts, and reading goes on at the next line. An indented partial is left where it is.
    fn alone(&mut self, before: usize, start: usize, sigil: char) -> usize {
        let line = self.text[..start]
            .rfind('\n')
            .map_or(0, |newline| newline + 1);
        let rest = &self.text[self.at..];
        let end = rest.find('\n').map_or(rest.len(), |newline| newline + 1);
        let indented = line < start;
        let blank = |text: &str| text.trim().is_empty();
        let alone = line >= before && blank(&self.text[line..start]) && blank(&rest[..end]);
        if !alone || (sigil == '>' && indented) {
            return start;
        }
        self.at += end;
        line
    }

    /// The block that a tag opens.
    fn block(&mut self, tag: &'static str) -> Result<Part, String> {
        let (kind, about) = tag
            .split_once(' ')
            .ok_or_else(|| format!("#{tag} is about nothing"))?;
        let about = subject(about)?;
        let (body, end) = self.parts()?;
        let (otherwise, end) = match end {
            End::Else("") => self.parts()?,
            End::Else(next) => (vec![self.block(next)?], End::Close(kind)),
            end => (Vec::new(), end),
        };
        if end != End::Close(kind) {
            return Err(format!("#{tag} ends with {end:?}"));
        }
        match kind {
            "each" if otherwise.is_empty() => Ok(Part::Each { list: about, body }),
            "if" => Ok(Part::If {
                condition: about,
                then: body,
                otherwise,
            }),
            "unless" => Ok(Part::If {
                condition: about,
                then: otherwise,
                otherwise: body,
            }),
            _ => Err(format!("there is no block #{tag}")),
        }
    }
}

fn push_text(parts: &mut Vec<Part>, text: &'static str) {
    if !text.is_empty() {
        parts.push(Part::Text(text));
    }
}

fn is_else(tag: &str) -> bool {
    tag == "else" || tag.starts_with("else ")
}

fn partial(tag: &'static str) -> Result<Part, String> {
    let own = || Subject::Path {
        up: 0,
        keys: Vec::new(),
    };
    if let Some(lookup) = tag.strip_prefix("(lookup this \"") {
        let key = lookup
            .strip_suffix("\")")
            .ok_or_else(|| format!("{tag} is no lookup"))?;
        return Ok(Part::Partial {
            name: Name::Of(subject(key)?),
            context: own(),
        });
    }
    let (name, context) = match tag.split_once(' ') {
        Some((name, context)) => (name, subject(context)?),
        None => (tag, own()),
    };
    Ok(Part::Partial {
        name: Name::Fixed(name),
        context,
    })
}

fn subject(mut text: &'static str) -> Result<Subject, String> {
    match text {
        "@first" => return Ok(Subject::First),
        "@last" => return Ok(Subject::Last),
        _ => {}
    }
    let mut up = 0;
    while let Some(rest) = text.strip_prefix("../") {
        (text, up) = (rest, up + 1);
    }
    let keys: Vec<_> = match text {
        "this" => Vec::new(),
        keys => keys.split('.').collect(),
    };
    let is_word =
        |key: &&str| !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if keys.iter().all(is_word) {
        Ok(Subject::Path { up, keys })
    } else {
        Err(format!("{text:?} names no value"))
    }
}
