//! Expressions of rules: CEL, as far as it compiles to plain Rust.
//!
//! What compiles is total: it ends, and it cannot fail at run time, so that a rule is either kept or broken. Everything
//! else is refused with its reason: arithmetic that may overflow, indexing, dynamic types.

mod calls;
mod parse;
mod tokens;
mod typed;

use crate::schema::Schema;
use crate::schema::cel::{Expr, Type, Verdict};

use parse::Ast;
use typed::Typer;

/// What the names of an expression stand for.
#[derive(Debug, Clone)]
pub struct Scope {
    /// The type of `this`.
    pub this: Type,
    /// The value of `rule`, in a predefined rule.
    pub rule: Option<Expr>,
}

impl Scope {
    pub fn new(this: Type) -> Self {
        Self { this, rule: None }
    }
}

/// Compiles an expression that a rule is made of: one that is true, or an empty text, where the rule is kept.
///
/// # Errors
/// Why it does not compile, as the end of a sentence.
pub fn compile(source: &str, schema: &Schema, scope: Scope) -> Result<Verdict, String> {
    let ast = parse::parse(source)?;
    let mut typer = Typer::new(schema, scope);
    verdict(&mut typer, &ast)
}

fn verdict(typer: &mut Typer, ast: &Ast) -> Result<Verdict, String> {
    if let Ast::Conditional(condition, then, otherwise) = ast
        && (is_text(then) || is_text(otherwise))
    {
        let condition = typer.of_type(condition, &Type::Bool)?;
        let then = verdict(typer, then)?;
        let otherwise = verdict(typer, otherwise)?;
        return Ok(Verdict::When(
            Box::new(condition),
            Box::new(then),
            Box::new(otherwise),
        ));
    }
    if is_text(ast) {
        return Ok(match typer.constant_text(ast)? {
            text if text.is_empty() => Verdict::Pass,
            text => Verdict::Fail(text),
        });
    }
    typer.of_type(ast, &Type::Bool).map(Verdict::Holds)
}

/// Whether an expression is a text to a reader of it.
fn is_text(ast: &Ast) -> bool {
    match ast {
        Ast::Text(_) => true,
        Ast::Conditional(_, then, otherwise) => is_text(then) || is_text(otherwise),
        Ast::Binary("+", left, _) => is_text(left),
        Ast::Call(Some(_), name, _) => name == "format",
        _ => false,
    }
}

/// The same, with a rule's own message wherever it is broken.
pub fn with_message(verdict: Verdict, message: &str) -> Verdict {
    match verdict {
        Verdict::Fail(_) => Verdict::Fail(message.to_owned()),
        Verdict::When(condition, then, otherwise) => Verdict::When(
            condition,
            Box::new(with_message(*then, message)),
            Box::new(with_message(*otherwise, message)),
        ),
        verdict => verdict,
    }
}
