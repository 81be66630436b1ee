//! The grammar of CEL.

use super::tokens::{Token, tokens};

/// How deep an expression may nest.
const MAX_DEPTH: usize = 64;

/// An expression as it is written.
#[derive(Debug, Clone, PartialEq)]
pub enum Ast {
    Int(i64),
    Uint(u64),
    Double(f64),
    Bool(bool),
    Text(String),
    Bytes(Vec<u8>),
    Null,
    Name(String),
    /// `of.name`
    Select(Box<Ast>, String),
    Index(Box<Ast>, Box<Ast>),
    /// `of.name(arguments)`, `name(arguments)`
    Call(Option<Box<Ast>>, String, Vec<Ast>),
    List(Vec<Ast>),
    Not(Box<Ast>),
    Negate(Box<Ast>),
    Binary(&'static str, Box<Ast>, Box<Ast>),
    Conditional(Box<Ast>, Box<Ast>, Box<Ast>),
}

pub fn parse(source: &str) -> Result<Ast, String> {
    let mut parser = Parser {
        tokens: tokens(source)?,
        next: 0,
        depth: 0,
    };
    let ast = parser.expression()?;
    match parser.tokens.get(parser.next) {
        None => Ok(ast),
        Some(token) => Err(format!("{} stands behind its end", shown(token))),
    }
}

struct Parser {
    tokens: Vec<Token>,
    next: usize,
    depth: usize,
}

/// Operators by how tight they bind, the loosest first.
const LEVELS: &[&[&str]] = &[
    &["||"],
    &["&&"],
    &["<", "<=", ">", ">=", "==", "!=", "in"],
    &["+", "-"],
    &["*", "/", "%"],
];

impl Parser {
    fn expression(&mut self) -> Result<Ast, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("it nests too deep".to_owned());
        }
        let condition = self.binary(0)?;
        let ast = if self.take("?") {
            let then = self.binary(0)?;
            self.expect(":")?;
            let otherwise = self.expression()?;
            Ast::Conditional(Box::new(condition), Box::new(then), Box::new(otherwise))
        } else {
            condition
        };
        self.depth -= 1;
        Ok(ast)
    }

    fn binary(&mut self, level: usize) -> Result<Ast, String> {
        let Some(operators) = LEVELS.get(level) else {
            return self.unary();
        };
        let mut left = self.binary(level + 1)?;
        let mut count = 0;
        while let Some(operator) = operators.iter().find(|operator| self.take(operator)) {
            count += 1;
            if count > MAX_DEPTH {
                return Err("it is too long".to_owned());
            }
            let right = self.binary(level + 1)?;
            left = Ast::Binary(operator, Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Ast, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("it nests too deep".to_owned());
        }
        let ast = if self.take("!") {
            Ast::Not(Box::new(self.unary()?))
        } else if self.take("-") {
            match self.tokens.get(self.next) {
                Some(Token::MinInt) => {
                    self.next += 1;
                    Ast::Int(i64::MIN)
                }
                _ => Ast::Negate(Box::new(self.unary()?)),
            }
        } else {
            self.member()?
        };
        self.depth -= 1;
        Ok(ast)
    }

    fn member(&mut self) -> Result<Ast, String> {
        let mut of = self.primary()?;
        let mut count = 0;
        loop {
            count += 1;
            if count > MAX_DEPTH {
                return Err("it is too long".to_owned());
            }
            if self.take(".") {
                let name = self.name()?;
                of = match self.take("(") {
                    true => Ast::Call(Some(Box::new(of)), name, self.list(")")?),
                    false => Ast::Select(Box::new(of), name),
                };
            } else if self.take("[") {
                let index = self.expression()?;
                self.expect("]")?;
                of = Ast::Index(Box::new(of), Box::new(index));
            } else {
                return Ok(of);
            }
        }
    }

    fn primary(&mut self) -> Result<Ast, String> {
        let token = self
            .tokens
            .get(self.next)
            .cloned()
            .ok_or("it ends too early")?;
        self.next += 1;
        Ok(match token {
            Token::Int(value) => Ast::Int(value),
            Token::Uint(value) => Ast::Uint(value),
            Token::Double(value) => Ast::Double(value),
            Token::Text(value) => Ast::Text(value),
            Token::Bytes(value) => Ast::Bytes(value),
            Token::Name(name) if name == "true" => Ast::Bool(true),
            Token::Name(name) if name == "false" => Ast::Bool(false),
            Token::Name(name) if name == "null" => Ast::Null,
            Token::Name(name) => match self.take("(") {
                true => Ast::Call(None, name, self.list(")")?),
                false => Ast::Name(name),
            },
            Token::Symbol("(") => {
                let inside = self.expression()?;
                self.expect(")")?;
                inside
            }
            Token::Symbol("[") => Ast::List(self.list("]")?),
            token => return Err(format!("{} stands where a value belongs", shown(&token))),
        })
    }

    /// Expressions between commas, and what closes them.
    fn list(&mut self, close: &'static str) -> Result<Vec<Ast>, String> {
        let mut items = Vec::new();
        loop {
            if self.take(close) {
                return Ok(items);
            }
            items.push(self.expression()?);
            if !self.take(",") {
                self.expect(close)?;
                return Ok(items);
            }
        }
    }

    fn name(&mut self) -> Result<String, String> {
        match self.tokens.get(self.next) {
            Some(Token::Name(name)) => {
                self.next += 1;
                Ok(name.clone())
            }
            Some(token) => Err(format!("{} stands where a name belongs", shown(token))),
            None => Err("it ends too early".to_owned()),
        }
    }

    fn take(&mut self, word: &str) -> bool {
        let found = match self.tokens.get(self.next) {
            Some(Token::Symbol(symbol)) => *symbol == word,
            Some(Token::Name(name)) => name == word && word == "in",
            _ => false,
        };
        self.next += usize::from(found);
        found
    }

    fn expect(&mut self, word: &'static str) -> Result<(), String> {
        if self.take(word) {
            return Ok(());
        }
        Err(match self.tokens.get(self.next) {
            Some(token) => format!("{} stands where `{word}` belongs", shown(token)),
            None => format!("it ends where `{word}` belongs"),
        })
    }
}

fn shown(token: &Token) -> String {
    match token {
        Token::Name(name) => format!("`{name}`"),
        Token::Symbol(symbol) => format!("`{symbol}`"),
        Token::Text(_) | Token::Bytes(_) => "a string".to_owned(),
        _ => "a number".to_owned(),
    }
}
