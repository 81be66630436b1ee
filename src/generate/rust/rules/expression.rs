//! CEL's expressions in Rust.

use super::literal;
use super::members::{Member, Shape};
use super::tests::Patterns;
use super::value::{Place, Repr};
use crate::generate::rust::paths::Paths;
use crate::schema::MessageId;
use crate::schema::cel::{Expr, Function, Kind, Operator, Quantifier, Type, Verdict};
use crate::schema::rules::Value;

/// What an expression calls `this`.
pub enum Base {
    Value(Place),
    /// A list or a map: a field of the message.
    Container(MessageId, usize),
}

/// The conditions under which a rule is broken, each with a message of its own, if it has one.
pub fn failures(
    verdict: &Verdict,
    base: &Base,
    paths: &Paths,
    patterns: &mut Patterns,
) -> Vec<(String, Option<String>)> {
    let mut writer = Writer {
        base,
        paths,
        patterns,
        variables: Vec::new(),
    };
    let mut failures = Vec::new();
    writer.failures(verdict, &[], &mut failures);
    failures
}

struct Writer<'a> {
    base: &'a Base,
    paths: &'a Paths<'a>,
    patterns: &'a mut Patterns,
    /// The variables of the macros around, the innermost last.
    variables: Vec<Place>,
}

/// A message in Rust.
struct Held {
    /// `self`, or an `Option` of a reference.
    text: String,
    is_option: bool,
}

impl Writer<'_> {
    fn failures(
        &mut self,
        verdict: &Verdict,
        conditions: &[String],
        failures: &mut Vec<(String, Option<String>)>,
    ) {
        match verdict {
            Verdict::Pass => {}
            Verdict::Fail(message) => {
                let condition = match conditions {
                    [] => "true".to_owned(),
                    conditions => conditions.join(" && "),
                };
                failures.push((condition, Some(message.clone())));
            }
            Verdict::Holds(expr) => {
                let broken = self.negated(expr);
                let condition = match conditions {
                    [] => broken,
                    conditions => format!("{} && {}", conditions.join(" && "), grouped(&broken)),
                };
                failures.push((condition, None));
            }
            Verdict::When(condition, then, otherwise) => {
                let mut with = |text: String, verdict: &Verdict, writer: &mut Self| {
                    let text = match conditions.is_empty()
                        && !matches!(verdict, Verdict::When(..) | Verdict::Holds(_))
                    {
                        true => text,
                        false => grouped(&text),
                    };
                    let mut all = conditions.to_vec();
                    all.push(text);
                    writer.failures(verdict, &all, failures);
                };
                let holds = self.expr(condition);
                with(holds, then, self);
                let fails = self.negated(condition);
                with(fails, otherwise, self);
            }
        }
    }

    /// The opposite of a condition, without a `!` where there is another way.
    fn negated(&mut self, expr: &Expr) -> String {
        match &expr.kind {
            Kind::Literal(Value::Bool(value)) => (!value).to_string(),
            Kind::Not(of) => self.expr(of),
            Kind::Binary(Operator::And, left, right) => {
                let (left, right) = (self.negated(left), self.negated(right));
                format!("{} || {}", grouped_in_or(&left), grouped_in_or(&right))
            }
            Kind::Binary(Operator::Or, left, right) => {
                let (left, right) = (self.negated(left), self.negated(right));
                format!("{} && {}", grouped(&left), grouped(&right))
            }
            Kind::Binary(operator, left, right) => {
                let opposite = match operator {
                    Operator::Equal => "!=",
                    Operator::NotEqual => "==",
                    Operator::Less => ">=",
                    Operator::LessOrEqual => ">",
                    Operator::Greater => "<=",
                    _ => "<",
                };
                let is_float = left.ty == Type::Double;
                let ordered = !matches!(operator, Operator::Equal | Operator::NotEqual);
                let (left, right) = (self.operand(left), self.operand(right));
                match is_float && ordered {
                    true => format!(
                        "::bellwire::rules::unordered({left}, {right}) || {left} {opposite} {right}"
                    ),
                    false => format!("{left} {opposite} {right}"),
                }
            }
            Kind::Conditional(condition, then, otherwise) => {
                let (holds, fails) = (self.expr(condition), self.negated(condition));
                let (then, otherwise) = (self.negated(then), self.negated(otherwise));
                chosen(&holds, &fails, &then, &otherwise)
            }
            Kind::In(item, list) if matches!(list.kind, Kind::List(_)) => {
                self.is_in(item, list, false)
            }
            Kind::Has(of, message, index) => self.has(of, *message, *index, false),
            _ => {
                let text = self.expr(expr);
                match is_simple(&text) {
                    true => format!("!{text}"),
                    false => format!("!({text})"),
                }
            }
        }
    }

    fn expr(&mut self, expr: &Expr) -> String {
        match &expr.kind {
            Kind::Literal(value) => constant(value),
            Kind::Not(of) => self.negated(of),
            Kind::Negate(of) => format!("-{}", self.operand(of)),
            Kind::Binary(Operator::And, left, right) => {
                let (left, right) = (self.expr(left), self.expr(right));
                format!("{} && {}", grouped(&left), grouped(&right))
            }
            Kind::Binary(Operator::Or, left, right) => {
                let (left, right) = (self.expr(left), self.expr(right));
                format!("{} || {}", grouped_in_or(&left), grouped_in_or(&right))
            }
            Kind::Binary(operator, left, right) => {
                let operator = match operator {
                    Operator::Equal => "==",
                    Operator::NotEqual => "!=",
                    Operator::Less => "<",
                    Operator::LessOrEqual => "<=",
                    Operator::Greater => ">",
                    Operator::GreaterOrEqual => ">=",
                    _ => "%",
                };
                format!("{} {operator} {}", self.operand(left), self.operand(right))
            }
            Kind::Conditional(condition, then, otherwise) if expr.ty == Type::Bool => {
                let (holds, fails) = (self.expr(condition), self.negated(condition));
                let (then, otherwise) = (self.expr(then), self.expr(otherwise));
                chosen(&holds, &fails, &then, &otherwise)
            }
            Kind::Conditional(condition, then, otherwise) => {
                let condition = self.expr(condition);
                let (then, otherwise) = (self.expr(then), self.expr(otherwise));
                format!("if {condition} {{ {then} }} else {{ {otherwise} }}")
            }
            Kind::In(item, list) => self.is_in(item, list, true),
            Kind::Has(of, message, index) => self.has(of, *message, *index, true),
            Kind::Call(function, arguments) => self.call(function, arguments),
            Kind::Over(quantifier, list, body) => {
                let method = match quantifier {
                    Quantifier::All => "all",
                    Quantifier::Exists => "any",
                };
                let (items, item) = self.items(list);
                let variable = item.name.clone();
                self.variables.push(item);
                let body = self.expr(body);
                self.variables.pop();
                format!("{items}.{method}(|{variable}| {body})")
            }
            Kind::Now => "::bellwire::rules::now()".to_owned(),
            Kind::This => match self.base {
                Base::Value(place) => read(place),
                Base::Container(..) => self.container(expr),
            },
            Kind::Variable(out) => {
                let index = self.variables.len() - 1 - out;
                read(&self.variables[index])
            }
            Kind::Field(..) => self.field(expr),
            Kind::At(map, key) => {
                let (map_text, value) = self.map(map);
                let key = self.variable_name(key);
                read(&Place::own(value, format!("{map_text}[{key}]")))
            }
            Kind::List(_) => String::new(),
        }
    }

    fn operand(&mut self, expr: &Expr) -> String {
        let text = self.expr(expr);
        match expr.kind {
            Kind::Binary(Operator::Remainder, ..) => text,
            Kind::Binary(..) | Kind::Conditional(..) | Kind::Over(..) => format!("({text})"),
            _ => text,
        }
    }

    fn variable_name(&self, expr: &Expr) -> String {
        match expr.kind {
            Kind::Variable(out) => self.variables[self.variables.len() - 1 - out].name.clone(),
            _ => String::new(),
        }
    }

    /// A message, to take a field of.
    fn message(&mut self, expr: &Expr) -> Held {
        let sure = |text: String| Held {
            text,
            is_option: false,
        };
        match &expr.kind {
            Kind::Field(of, id, index) => {
                let of = self.message(of);
                let base = if of.is_option { "message" } else { &of.text };
                let member = Member::new(self.paths, *id, *index, base);
                let text = match member.shape {
                    Shape::Required => format!("{}(&{})", self.paths.some(), member.access),
                    _ => format!("{}.as_ref()", member.access),
                };
                Held {
                    text: match of.is_option {
                        true => format!("{}.and_then(|message| {text})", of.text),
                        false => text,
                    },
                    is_option: true,
                }
            }
            Kind::At(map, key) => {
                let (map, _) = self.map(map);
                let key = self.variable_name(key);
                sure(format!("{map}[{key}]"))
            }
            Kind::Variable(_) => sure(self.variable_name(expr)),
            _ => match self.base {
                Base::Value(place) => sure(place.name.clone()),
                Base::Container(..) => sure("self".to_owned()),
            },
        }
    }

    fn field(&mut self, expr: &Expr) -> String {
        let Kind::Field(of, id, index) = &expr.kind else {
            return String::new();
        };
        let of = self.message(of);
        let base = if of.is_option { "message" } else { &of.text };
        let member = Member::new(self.paths, *id, *index, base);
        let zero = zero(member.repr);
        let value = match (&member.shape, member.repr) {
            (Shape::Option, Repr::Text) => {
                format!("{}.as_deref().unwrap_or_default()", member.access)
            }
            (Shape::Option, Repr::Bytes) => {
                format!("{}.as_deref().unwrap_or_default()", member.access)
            }
            (Shape::Option, Repr::Bool | Repr::I64 | Repr::U64 | Repr::F64) => {
                format!("{}.unwrap_or_default()", member.access)
            }
            (Shape::Option, Repr::Duration | Repr::Timestamp) => {
                let value = read(&Place::reference(member.repr, "value"));
                format!("{}.as_ref().map_or(0, |value| {value})", member.access)
            }
            (Shape::Option, repr) => {
                let from = match repr {
                    Repr::U32 => "u64::from",
                    Repr::F32 => "f64::from",
                    _ => "i64::from",
                };
                format!("{}.map_or({zero}, {from})", member.access)
            }
            (Shape::List | Shape::Map, _) => member.access.clone(),
            _ => read(&member.place()),
        };
        match of.is_option {
            true => format!("{}.map_or({zero}, |message| {value})", of.text),
            false => value,
        }
    }

    fn has(&mut self, of: &Expr, id: MessageId, index: usize, is_set: bool) -> String {
        let of = self.message(of);
        let base = if of.is_option { "message" } else { &of.text };
        let member = Member::new(self.paths, id, index, base);
        if of.is_option {
            let set = format!(
                "{}.is_some_and(|message| {})",
                of.text,
                member.is_set(self.paths)
            );
            return if is_set { set } else { format!("!{set}") };
        }
        match is_set {
            true => member.is_set(self.paths),
            false => member.is_unset(self.paths),
        }
    }

    /// A list or a map, by the path to it.
    fn container(&mut self, expr: &Expr) -> String {
        match (&expr.kind, self.base) {
            (Kind::This, Base::Container(id, index)) => {
                Member::new(self.paths, *id, *index, "self").access
            }
            _ => self.field(expr),
        }
    }

    fn member(&self, expr: &Expr) -> Option<Member> {
        let (id, index) = match (&expr.kind, self.base) {
            (Kind::Field(_, id, index), _) => (*id, *index),
            (Kind::This, Base::Container(id, index)) => (*id, *index),
            _ => return None,
        };
        Some(Member::new(self.paths, id, index, "self"))
    }

    fn map(&mut self, expr: &Expr) -> (String, Repr) {
        let value = self.member(expr).map_or(Repr::Empty, |member| member.repr);
        (self.container(expr), value)
    }

    /// What goes through a list or the keys of a map, and what that gives.
    fn items(&mut self, expr: &Expr) -> (String, Place) {
        let text = self.container(expr);
        let member = self.member(expr);
        let depth = self.variables.len();
        let number = if depth == 0 {
            String::new()
        } else {
            format!("_{}", depth + 1)
        };
        match member.map(|member| (member.key, member.repr)) {
            Some((Some(key), _)) => (
                format!("{text}.keys()"),
                Place::reference(key, &format!("key{number}")),
            ),
            Some((None, repr)) => (
                format!("{text}.iter()"),
                Place::reference(repr, &format!("item{number}")),
            ),
            None => (text, Place::reference(Repr::Empty, "item")),
        }
    }

    fn is_in(&mut self, item: &Expr, list: &Expr, is_one: bool) -> String {
        let value = self.operand(item);
        if let Kind::List(values) = &list.kind {
            if item.ty == Type::Double {
                let values: Vec<_> = values.iter().map(|value| self.expr(value)).collect();
                let not = if is_one { "" } else { "!" };
                return format!("{not}[{}].contains(&{value})", values.join(", "));
            }
            let (operator, joint) = if is_one {
                ("==", " || ")
            } else {
                ("!=", " && ")
            };
            let tests: Vec<_> = values
                .iter()
                .map(|constant| format!("{value} {operator} {}", self.expr(constant)))
                .collect();
            return tests.join(joint);
        }
        let (items, item) = self.items(list);
        format!("{items}.any(|{}| {} == {value})", item.name, read(&item))
    }

    fn call(&mut self, function: &Function, arguments: &[Expr]) -> String {
        if *function == Function::Size {
            let count = self.count(&arguments[0]);
            return format!("::bellwire::rules::int({count})");
        }
        if *function == Function::ToUint
            && let Kind::Call(Function::Size, of) = &arguments[0].kind
        {
            let count = self.count(&of[0]);
            return format!("::bellwire::rules::uint({count})");
        }
        if *function == Function::Unique {
            let list = self.container(&arguments[0]);
            return format!("::bellwire::rules::is_unique(&{list})");
        }
        let texts: Vec<_> = arguments
            .iter()
            .map(|argument| self.operand(argument))
            .collect();
        let of = &texts[0];
        let is_bytes = arguments[0].ty == Type::Bytes;
        let rest = |from: usize| texts[from..].join(", ");
        match function {
            Function::StartsWith => format!("{of}.starts_with({})", rest(1)),
            Function::EndsWith if is_bytes => format!("{of}.ends_with({})", rest(1)),
            // Clippy takes the end of a text for that of a file's name.
            Function::EndsWith => format!("{of}.as_bytes().ends_with({}.as_bytes())", rest(1)),
            Function::Contains if is_bytes => {
                format!("::bellwire::rules::contains({of}, {})", rest(1))
            }
            Function::Contains => format!("{of}.contains({})", rest(1)),
            Function::Matches(pattern) => format!("{}.is_match({of})", self.patterns.name(pattern)),
            Function::IsEmail => format!("::bellwire::rules::is_email({of})"),
            Function::IsHostname => format!("::bellwire::rules::is_hostname({of})"),
            Function::IsUri => format!("::bellwire::rules::is_uri({of})"),
            Function::IsUriRef => format!("::bellwire::rules::is_uri_ref({of})"),
            Function::IsHostAndPort => {
                format!("::bellwire::rules::is_host_and_any_port({of}, {})", rest(1))
            }
            Function::IsIp => match arguments.len() {
                1 => format!("::bellwire::rules::is_ip({of})"),
                _ => format!("::bellwire::rules::is_ip_version({of}, {})", rest(1)),
            },
            Function::IsIpPrefix => {
                let (version, strict) = match arguments.get(1).map(|argument| &argument.ty) {
                    None => ("0".to_owned(), "false".to_owned()),
                    Some(Type::Bool) => ("0".to_owned(), texts[1].clone()),
                    Some(_) => (
                        texts[1].clone(),
                        texts.get(2).cloned().unwrap_or_else(|| "false".to_owned()),
                    ),
                };
                format!("::bellwire::rules::is_ip_prefix_version({of}, {version}, {strict})")
            }
            Function::IsNan => format!("{of}.is_nan()"),
            Function::IsInf => format!("{of}.is_infinite()"),
            Function::ToInt => format!("::bellwire::rules::seconds({of})"),
            Function::Size | Function::ToUint | Function::Unique => String::new(),
        }
    }

    fn count(&mut self, of: &Expr) -> String {
        match of.ty {
            Type::String => format!("{}.chars().count()", self.operand(of)),
            Type::Bytes => format!("{}.len()", self.operand(of)),
            _ => format!("{}.len()", self.container(of)),
        }
    }
}

/// A value in the Rust type that stands for its CEL type: `i64`, `u64`, `f64`, `&str`, `&[u8]`, `i128`.
fn read(place: &Place) -> String {
    let (name, copied) = (&place.name, place.copied());
    match place.repr {
        Repr::Bool | Repr::I64 | Repr::U64 | Repr::F64 => copied,
        Repr::I32 | Repr::Enum(_) => format!("i64::from({copied})"),
        Repr::U32 => format!("u64::from({copied})"),
        Repr::F32 => format!("f64::from({copied})"),
        Repr::Text => format!("{name}.as_str()"),
        Repr::Bytes => format!("{name}[..]"),
        Repr::Duration | Repr::Timestamp => {
            format!("::bellwire::rules::nanos({name}.seconds, {name}.nanos)")
        }
        Repr::Message(_) | Repr::Empty => name.clone(),
    }
}

fn zero(repr: Repr) -> &'static str {
    match repr {
        Repr::Bool => "false",
        Repr::F32 | Repr::F64 => "0.0",
        Repr::Text => "\"\"",
        Repr::Bytes => "b\"\"",
        _ => "0",
    }
}

fn constant(value: &Value) -> String {
    literal::value(value)
}

/// `condition ? then : otherwise` of bools.
fn chosen(holds: &str, fails: &str, then: &str, otherwise: &str) -> String {
    format!(
        "({} && {}) || ({} && {})",
        grouped(holds),
        grouped(then),
        grouped(fails),
        grouped(otherwise)
    )
}

/// As an operand of `&&`.
fn grouped(text: &str) -> String {
    match has_operator(text, " || ") {
        true => format!("({text})"),
        false => text.to_owned(),
    }
}

/// As an operand of `||`.
fn grouped_in_or(text: &str) -> String {
    match has_operator(text, " && ") {
        true => format!("({text})"),
        false => text.to_owned(),
    }
}

fn has_operator(text: &str, operator: &str) -> bool {
    super::super::layout::operands(text, operator).len() > 1
}

/// It can stand behind a `!`.
fn is_simple(text: &str) -> bool {
    [
        " || ", " && ", " == ", " != ", " < ", " > ", " <= ", " >= ", " % ",
    ]
    .iter()
    .all(|operator| !has_operator(text, operator))
        && !text.starts_with("if ")
}
