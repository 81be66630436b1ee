//! What the options of `buf.validate` demand of messages, reduced to single checks.
//!
//! Every check carries the rule id and the message that protovalidate reports for it: rules are constants, and so are
//! their messages. What is in here can be enforced; `resolve` reports what cannot.

use std::collections::BTreeMap;

use super::{EnumId, MessageId, Span, cel};

/// The messages that have rules of their own.
pub type Rules = BTreeMap<MessageId, MessageRules>;

/// What one message must hold to, nested messages aside.
#[derive(Debug, Default)]
pub struct MessageRules {
    /// Over the message as a whole.
    pub checks: Vec<Check>,
    /// Groups of fields of which at most one may be set.
    pub oneofs: Vec<MessageOneof>,
    /// Oneofs of which a member must be set, by their index in [`super::Message::oneofs`].
    pub required_oneofs: Vec<usize>,
    /// By the field's index in [`super::Message::fields`].
    pub fields: BTreeMap<usize, FieldRules>,
}

/// Fields of which at most one may be set, or exactly one.
#[derive(Debug)]
pub struct MessageOneof {
    /// Indices into [`super::Message::fields`], in the order of the rule.
    pub fields: Vec<usize>,
    pub required: bool,
}

/// The rules of a field, of a list's items, or of a map's keys or values.
#[derive(Debug, Default)]
pub struct FieldRules {
    pub ignore: Ignore,
    /// Of fields only; an element is always there.
    pub required: bool,
    /// On the value; for a list or a map, on the whole.
    pub checks: Vec<Check>,
    /// Of a map's keys.
    pub keys: Option<Box<FieldRules>>,
    /// Of a list's items, or of a map's values.
    pub values: Option<Box<FieldRules>>,
    /// Where the rules stand.
    pub span: Option<Span>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Ignore {
    /// Nothing is said: as `IfUnset`, and as `IfZero` in a oneof of the message.
    #[default]
    Default,
    /// An unset field is not checked, if it can be told from one that is set.
    IfUnset,
    /// Nor is one that has the zero value, if it cannot.
    IfZero,
    /// Nothing is checked, not even `required`.
    Always,
}

/// One rule, and what is said where it is broken.
#[derive(Debug)]
pub struct Check {
    /// `string.min_len`
    pub id: String,
    pub message: String,
    pub test: Test,
    /// Of the rule's value.
    pub span: Span,
}

/// What a value must be.
#[derive(Debug)]
pub enum Test {
    Equal(Value),
    In(Vec<Value>),
    NotIn(Vec<Value>),
    Range(Range),
    /// Neither infinite nor NaN.
    Finite,
    Size(Unit, Size),
    /// A regular expression in the syntax of the crate `regex`.
    Pattern(String),
    Prefix(Value),
    Suffix(Value),
    Contains(Value),
    NotContains(Value),
    /// Of a known form. Where the empty value has an id and a message of its own, they are given.
    Format(Format, Option<(String, String)>),
    /// A number that the enum declares.
    Defined(EnumId),
    /// No item twice.
    Unique,
    /// Not later than now.
    Past,
    /// Not earlier than now.
    Future,
    /// At most so many nanoseconds from now.
    Within(i128),
    /// The paths of a field mask are these.
    PathsEqual(Vec<String>),
    /// The paths of a field mask are among these, or below them.
    PathsIn(Vec<String>),
    /// None of the paths of a field mask is among these, or below them.
    PathsNotIn(Vec<String>),
    /// An expression, compiled.
    Expression(cel::Verdict),
}

/// Bounds of a number, a duration or a time.
#[derive(Debug, Clone)]
pub struct Range {
    pub lower: Option<Bound>,
    pub upper: Option<Bound>,
}

#[derive(Debug, Clone)]
pub struct Bound {
    pub value: Value,
    pub inclusive: bool,
}

impl Range {
    /// The lower bound lies above the upper one: what is legal is outside of them.
    pub fn is_outside(&self) -> bool {
        match (&self.lower, &self.upper) {
            (Some(lower), Some(upper)) => upper.value < lower.value,
            _ => false,
        }
    }
}

/// A constant in a rule.
#[derive(Debug, Clone, PartialEq, PartialOrd)]
pub enum Value {
    Bool(bool),
    Int(i64),
    Uint(u64),
    Float(f32),
    Double(f64),
    Text(String),
    Bytes(Vec<u8>),
    /// A duration, or a time since 1970, in nanoseconds.
    Nanos(i128),
}

/// What a size is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Unicode's scalar values.
    Characters,
    Bytes,
    /// Of a list or a map.
    Items,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    Exactly(u64),
    AtLeast(u64),
    AtMost(u64),
}

/// Forms that protovalidate knows by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Email,
    Hostname,
    Ip,
    Ipv4,
    Ipv6,
    Uri,
    UriRef,
    Address,
    Uuid,
    Tuuid,
    Ulid,
    IpWithPrefixlen,
    Ipv4WithPrefixlen,
    Ipv6WithPrefixlen,
    IpPrefix,
    Ipv4Prefix,
    Ipv6Prefix,
    HostAndPort,
    ProtobufFqn,
    ProtobufDotFqn,
    HeaderName,
    HeaderNameLoose,
    HeaderValue,
    HeaderValueLoose,
    /// 4 or 16 bytes.
    IpBytes,
    /// 4 bytes.
    Ipv4Bytes,
    /// 16 bytes.
    Ipv6Bytes,
    /// 16 bytes.
    UuidBytes,
}
