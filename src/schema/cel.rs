//! Expressions of CEL that compile to Rust: typed, with every name resolved.

use super::{MessageId, rules::Value};

/// What a rule's expression comes to.
#[derive(Debug, Clone)]
pub enum Verdict {
    Pass,
    /// The rule is broken, and its own message or this one says why.
    Fail(String),
    /// Broken where the expression is false.
    Holds(Expr),
    When(Box<Expr>, Box<Verdict>, Box<Verdict>),
}

/// CEL's types, as far as they compile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    Bool,
    /// Enums too.
    Int,
    Uint,
    Double,
    String,
    Bytes,
    /// Nanoseconds.
    Duration,
    /// Nanoseconds since 1970.
    Timestamp,
    Message(MessageId),
    List(Box<Type>),
    Map(Box<Type>, Box<Type>),
}

#[derive(Debug, Clone)]
pub struct Expr {
    pub ty: Type,
    pub kind: Kind,
}

#[derive(Debug, Clone)]
pub enum Kind {
    Literal(Value),
    /// A list of constants.
    List(Vec<Expr>),
    /// What the rule is about.
    This,
    /// The time of the check.
    Now,
    /// The variable of the macro that is so many macros out.
    Variable(usize),
    /// A field of a message, by its index.
    Field(Box<Expr>, MessageId, usize),
    /// Whether a field is set.
    Has(Box<Expr>, MessageId, usize),
    Not(Box<Expr>),
    Negate(Box<Expr>),
    Binary(Operator, Box<Expr>, Box<Expr>),
    Conditional(Box<Expr>, Box<Expr>, Box<Expr>),
    /// Whether a value is in a list.
    In(Box<Expr>, Box<Expr>),
    /// A value of a map that has the key for sure.
    At(Box<Expr>, Box<Expr>),
    Call(Function, Vec<Expr>),
    /// A macro over a list or the keys of a map.
    Over(Quantifier, Box<Expr>, Box<Expr>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    And,
    Or,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Remainder,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantifier {
    All,
    Exists,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Function {
    Size,
    StartsWith,
    EndsWith,
    Contains,
    /// A regular expression in the syntax of the crate `regex`.
    Matches(String),
    IsEmail,
    IsHostname,
    IsUri,
    IsUriRef,
    IsIp,
    IsIpPrefix,
    IsHostAndPort,
    IsNan,
    IsInf,
    Unique,
    /// Of a timestamp: its seconds.
    ToInt,
    /// Of a size.
    ToUint,
}
