//! The words of CEL.

use std::iter::Peekable;
use std::str::Chars;

#[derive(Debug, Clone, PartialEq)]
pub enum Token {
    Name(String),
    Int(i64),
    /// The largest number that only a minus makes an int.
    MinInt,
    Uint(u64),
    Double(f64),
    Text(String),
    Bytes(Vec<u8>),
    Symbol(&'static str),
}

/// Longer ones first.
const SYMBOLS: &[&str] = &[
    "&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "+", "-", "*", "/", "%", "?", ":", ".", ",",
    "(", ")", "[", "]", "{", "}",
];

pub fn tokens(source: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = source;
    loop {
        rest = rest.trim_start();
        if let Some(comment) = rest.strip_prefix("//") {
            rest = comment.split_once('\n').map_or("", |(_, rest)| rest);
            continue;
        }
        let Some(first) = rest.chars().next() else {
            return Ok(tokens);
        };
        let (token, length) = if let Some((token, length)) = quoted(rest)? {
            (token, length)
        } else if first.is_ascii_digit() || is_fraction(rest) {
            number(rest)?
        } else if first.is_ascii_alphabetic() || first == '_' {
            let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
            let length = rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
            (Token::Name(rest[..length].to_owned()), length)
        } else {
            let symbol = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol));
            let symbol = symbol.ok_or_else(|| format!("`{first}` has no meaning in it"))?;
            (Token::Symbol(symbol), symbol.len())
        };
        tokens.push(token);
        rest = &rest[length..];
    }
}

/// `.5`
fn is_fraction(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next() == Some('.') && letters.next().is_some_and(|next| next.is_ascii_digit())
}

fn number(text: &str) -> Result<(Token, usize), String> {
    let wrong = |text: &str| format!("`{text}` is no number that CEL has");
    if let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        let length = digits
            .find(|letter: char| !letter.is_ascii_hexdigit())
            .unwrap_or(digits.len());
        let value = u64::from_str_radix(&digits[..length], 16).map_err(|_| wrong(text))?;
        return integer(value, &digits[length..], length + 2).ok_or_else(|| wrong(text));
    }
    let digits = |text: &str| {
        text.find(|letter: char| !letter.is_ascii_digit())
            .unwrap_or(text.len())
    };
    let mut length = digits(text);
    let mut whole = true;
    if is_fraction(&text[length..]) {
        whole = false;
        length += 1 + digits(&text[length + 1..]);
    }
    if text[length..].starts_with(['e', 'E']) {
        let sign = usize::from(text[length + 1..].starts_with(['+', '-']));
        let exponent = digits(&text[length + 1 + sign..]);
        if exponent > 0 {
            whole = false;
            length += 1 + sign + exponent;
        }
    }
    let number = &text[..length];
    if !whole {
        let value = number.parse().map_err(|_| wrong(number))?;
        return Ok((Token::Double(value), length));
    }
    let value = number.parse().map_err(|_| wrong(number))?;
    integer(value, &text[length..], length).ok_or_else(|| wrong(number))
}

fn integer(value: u64, rest: &str, length: usize) -> Option<(Token, usize)> {
    if rest.starts_with(['u', 'U']) {
        return Some((Token::Uint(value), length + 1));
    }
    match i64::try_from(value) {
        Ok(value) => Some((Token::Int(value), length)),
        Err(_) if value == 1 << 63 => Some((Token::MinInt, length)),
        Err(_) => None,
    }
}

/// A string or bytes, with any of their prefixes.
fn quoted(text: &str) -> Result<Option<(Token, usize)>, String> {
    let prefix = text.find(['"', '\'']).filter(|prefix| *prefix <= 2);
    let Some(prefix) = prefix else {
        return Ok(None);
    };
    let (letters, body) = text.split_at(prefix);
    let letters = letters.to_ascii_lowercase();
    if !matches!(letters.as_str(), "" | "r" | "b" | "br" | "rb") {
        return Ok(None);
    }
    let (raw, bytes) = (letters.contains('r'), letters.contains('b'));
    let quote = &body[..1];
    let triple = quote.repeat(3);
    let quote = if body.starts_with(&triple) {
        triple.as_str()
    } else {
        quote
    };
    let mut inside = &body[quote.len()..];
    let mut value = Vec::new();
    loop {
        if let Some(rest) = inside.strip_prefix(quote) {
            let length = text.len() - rest.len();
            let token = match bytes {
                true => Token::Bytes(value),
                false => {
                    Token::Text(String::from_utf8(value).map_err(|_| "a string is not UTF-8")?)
                }
            };
            return Ok(Some((token, length)));
        }
        let mut letters = inside.chars();
        let letter = letters.next().ok_or("a string is not closed")?;
        inside = if letter == '\\' && !raw {
            let mut rest = letters.peekable();
            escape(&mut rest, bytes, &mut value)?;
            let left: usize = rest.map(char::len_utf8).sum();
            &inside[inside.len() - left..]
        } else {
            value.extend(letter.encode_utf8(&mut [0; 4]).bytes());
            letters.as_str()
        };
    }
}

fn escape(rest: &mut Peekable<Chars>, bytes: bool, value: &mut Vec<u8>) -> Result<(), String> {
    let letter = rest.next().ok_or("a string is not closed")?;
    let simple = match letter {
        'a' => '\x07',
        'b' => '\x08',
        'f' => '\x0c',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\x0b',
        '\\' | '?' | '"' | '\'' | '`' => letter,
        'x' | 'X' => return code(rest, 2, 16, "", bytes, value),
        'u' if !bytes => return code(rest, 4, 16, "", false, value),
        'U' if !bytes => return code(rest, 8, 16, "", false, value),
        '0'..='3' => return code(rest, 2, 8, &letter.to_string(), bytes, value),
        _ => return Err(format!("`\\{letter}` is no escape that CEL has")),
    };
    value.extend(simple.encode_utf8(&mut [0; 4]).bytes());
    Ok(())
}

/// A character by its number; in bytes, a byte.
fn code(
    rest: &mut Peekable<Chars>,
    length: usize,
    radix: u32,
    first: &str,
    bytes: bool,
    value: &mut Vec<u8>,
) -> Result<(), String> {
    let digits: String = first.chars().chain(rest.by_ref().take(length)).collect();
    let number = u32::from_str_radix(&digits, radix).ok();
    match (bytes, number) {
        (true, Some(number)) if number < 256 => value.extend(u8::try_from(number).ok()),
        (false, Some(number)) if char::from_u32(number).is_some() => {
            let letter = char::from_u32(number).unwrap_or_default();
            value.extend(letter.encode_utf8(&mut [0; 4]).bytes());
        }
        _ => return Err(format!("`{digits}` is no character")),
    }
    Ok(())
}
