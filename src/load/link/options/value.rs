//! The text of an option's value `{ … }` as a tree, with the place of every part.

use std::ops::Range;

use crate::load::escapes;
use crate::load::tokens::{Token, TokenKind, tokens_and_hashes};

/// One field of a message's value.
#[derive(Debug)]
pub struct Field {
    pub name: Name,
    /// Of the name, with its brackets.
    pub span: Range<usize>,
    /// A colon stands between name and value.
    pub colon: bool,
    pub value: Value,
}

#[derive(Debug)]
pub enum Name {
    Field(String),
    /// `[full.name]`
    Extension(String),
    /// `[domain/full.name]`: the content of a `google.protobuf.Any`.
    Any {
        domain: String,
        message: String,
    },
}

#[derive(Debug)]
pub enum Value {
    Message(Vec<Field>),
    List(Vec<Value>),
    /// A word, a number with its sign, or a row of strings.
    Scalar {
        text: String,
        span: Range<usize>,
    },
}

/// Reads the value that an option's statement has behind its `=`; None where it is no `{ … }`, or not well formed: the
/// pool then says what is wrong.
pub fn parse(text: &str, statement: Range<usize>) -> Option<Vec<Field>> {
    let offset = statement.start;
    let mut tokens: Vec<Token> = tokens_and_hashes(text.get(statement)?)
        .map(|token| Token {
            kind: token.kind,
            span: token.span.start + offset..token.span.end + offset,
        })
        .collect();
    leave_comment_out(&mut tokens);
    let equals = tokens
        .iter()
        .position(|token| token.kind == TokenKind::Symbol('='))?;
    let mut parser = Parser {
        text,
        tokens: &tokens[equals + 1..],
    };
    match parser.value()? {
        Value::Message(fields) => Some(fields),
        _ => None,
    }
}

/// A `#` begins one that ends with the value: see [`crate::load::hashes`].
fn leave_comment_out(tokens: &mut Vec<Token>) {
    let is = |symbol| move |token: &Token| token.kind == TokenKind::Symbol(symbol);
    let hash = tokens.iter().position(is('#'));
    let end = tokens.iter().rposition(is('}'));
    if let (Some(hash), Some(end)) = (hash, end)
        && hash < end
    {
        tokens.drain(hash..end);
    }
}

struct Parser<'a> {
    text: &'a str,
    tokens: &'a [Token],
}

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        match self.tokens.first()?.kind {
            TokenKind::Symbol(symbol) => Some(symbol),
            _ => None,
        }
    }

    fn next(&mut self) -> Option<Token> {
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(first.clone())
    }

    fn take(&mut self, symbol: char) -> bool {
        let found = self.peek() == Some(symbol);
        if found {
            self.tokens = &self.tokens[1..];
        }
        found
    }

    fn value(&mut self) -> Option<Value> {
        match self.peek() {
            Some('{') => self.message('}'),
            Some('<') => self.message('>'),
            Some('[') => {
                self.next();
                let mut values = Vec::new();
                while !self.take(']') {
                    if !values.is_empty() && !self.take(',') {
                        return None;
                    }
                    values.push(self.value()?);
                }
                Some(Value::List(values))
            }
            _ => self.scalar(),
        }
    }

    fn message(&mut self, close: char) -> Option<Value> {
        self.next();
        let mut fields = Vec::new();
        while !self.take(close) {
            fields.push(self.field()?);
            let _ = self.take(',') || self.take(';');
        }
        Some(Value::Message(fields))
    }

    fn field(&mut self) -> Option<Field> {
        let first = self.next()?;
        let start = first.span.start;
        let (name, end) = match first.kind {
            TokenKind::Word => (
                Name::Field(self.text[first.span.clone()].to_owned()),
                first.span.end,
            ),
            TokenKind::Symbol('[') => {
                let mut name = String::new();
                let end = loop {
                    let token = self.next()?;
                    if token.kind == TokenKind::Symbol(']') {
                        break token.span.end;
                    }
                    name.push_str(&self.text[token.span]);
                };
                let name = match name.rsplit_once('/') {
                    Some((domain, message)) => Name::Any {
                        domain: domain.to_owned(),
                        message: message.to_owned(),
                    },
                    None => Name::Extension(name),
                };
                (name, end)
            }
            _ => return None,
        };
        let colon = self.take(':');
        Some(Field {
            name,
            span: start..end,
            colon,
            value: self.value()?,
        })
    }

    fn said(&self, span: &Range<usize>) -> String {
        escapes::plain(&self.text[span.clone()])
    }

    /// Numbers are cut at their points, which makes them several words without space between.
    fn scalar(&mut self) -> Option<Value> {
        let first = self.next()?;
        let mut span = first.span;
        let mut text = self.said(&span);
        let mut last = first.kind;
        while let Some(token) = self.tokens.first() {
            let near = token.span.start == span.end;
            let joins = match (last, token.kind) {
                (TokenKind::String, TokenKind::String) => true,
                (TokenKind::Symbol('-'), TokenKind::Word | TokenKind::Symbol('.')) => true,
                (TokenKind::Word, TokenKind::Symbol('.' | '-' | '+')) => near,
                (TokenKind::Symbol('.' | '+'), TokenKind::Word) => near,
                _ => false,
            };
            if !joins {
                break;
            }
            if last == TokenKind::String {
                text.push(' ');
            }
            text.push_str(&self.said(&token.span));
            span.end = token.span.end;
            last = token.kind;
            self.tokens = &self.tokens[1..];
        }
        Some(Value::Scalar { text, span })
    }
}

/// As in C, of 32 bits: decimal, octal or hexadecimal.
pub fn integer(text: &str) -> Option<i32> {
    let digits = text.trim_start_matches('-').trim_start();
    let lower = digits.to_ascii_lowercase();
    let number = match (lower.strip_prefix("0x"), lower.strip_prefix('0')) {
        (Some(hex), _) => i64::from_str_radix(hex, 16),
        (_, Some(octal)) if !octal.is_empty() => i64::from_str_radix(octal, 8),
        _ => lower.parse(),
    };
    let number = number.ok()?;
    i32::try_from(if text.starts_with('-') {
        -number
    } else {
        number
    })
    .ok()
}

/// Writes fields as the pool reads them.
pub fn write(fields: &[Field]) -> String {
    let mut text = String::new();
    for field in fields {
        match &field.name {
            Name::Field(name) => text.push_str(name),
            Name::Extension(name) => text.extend(["[", name, "]"]),
            Name::Any { domain, message } => text.extend(["[", domain, "/", message, "]"]),
        }
        if field.colon {
            text.push(':');
        }
        text.push(' ');
        write_value(&field.value, &mut text);
        text.push(' ');
    }
    text
}

fn write_value(value: &Value, text: &mut String) {
    match value {
        Value::Message(fields) => text.extend(["{ ", &write(fields), "}"]),
        Value::List(values) => {
            text.push('[');
            for (index, value) in values.iter().enumerate() {
                if index > 0 {
                    text.push_str(", ");
                }
                write_value(value, text);
            }
            text.push(']');
        }
        Value::Scalar { text: scalar, .. } => text.push_str(scalar),
    }
}
