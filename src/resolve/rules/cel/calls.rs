//! Functions and macros: CEL's own, and those that protovalidate adds.

use super::parse::Ast;
use super::typed::{Typer, boolean, literal};
use crate::resolve::rules::pattern;
use crate::resolve::rules::words::{What, shown};
use crate::schema::cel::{Expr, Function, Kind, Operator, Quantifier, Type};
use crate::schema::rules::Value;

impl Typer<'_> {
    pub fn call(
        &mut self,
        of: Option<&Ast>,
        name: &str,
        arguments: &[Ast],
    ) -> Result<Expr, String> {
        match (of, name, arguments) {
            (None, "has", [Ast::Select(of, field)]) => {
                let of = self.expr(of)?;
                let (message, index) = self.field(&of.ty, field)?;
                Ok(boolean(Kind::Has(Box::new(of), message, index)))
            }
            (None, "size", [of]) | (Some(of), "size", []) => self.size(of),
            (None, "int" | "uint", [of]) => self.converted(name, of),
            (None, "duration", [Ast::Text(text)]) => duration(text)
                .map(|nanos| literal(Type::Duration, Value::Nanos(nanos)))
                .ok_or_else(|| format!("`{text}` is no duration")),
            (Some(over), "all" | "exists" | "map", [Ast::Name(variable), body]) => {
                self.over(name, over, variable, body)
            }
            (Some(of), "format", [Ast::List(arguments)]) => self.format(of, arguments),
            (Some(of), "unique", []) => self.unique(of),
            (Some(of), _, _) => self.method(of, name, arguments),
            _ => Err(format!("there is no code for the function `{name}`")),
        }
    }

    fn size(&mut self, of: &Ast) -> Result<Expr, String> {
        let of = self.expr(of)?;
        match of.ty {
            Type::String | Type::Bytes | Type::List(_) | Type::Map(..) => Ok(Expr {
                ty: Type::Int,
                kind: Kind::Call(Function::Size, vec![of]),
            }),
            ty => Err(format!("{} has no size", self.shown(&ty))),
        }
    }

    /// `int(…)`, `uint(…)`
    fn converted(&mut self, name: &str, of: &Ast) -> Result<Expr, String> {
        let of = self.expr(of)?;
        let (ty, function) = match name {
            "int" => (Type::Int, Function::ToInt),
            _ => (Type::Uint, Function::ToUint),
        };
        if of.ty == ty {
            return Ok(of);
        }
        match (&of.kind, &of.ty, name) {
            (Kind::Literal(Value::Int(value)), _, "uint") => match u64::try_from(*value) {
                Ok(value) => return Ok(literal(Type::Uint, Value::Uint(value))),
                Err(_) => return Err("a negative constant is no uint".to_owned()),
            },
            (Kind::Call(Function::Size, _), _, "uint") | (_, Type::Timestamp, "int") => {}
            _ => return Err(format!("`{name}` may fail on {}", self.shown(&of.ty))),
        }
        Ok(Expr {
            ty,
            kind: Kind::Call(function, vec![of]),
        })
    }

    /// `over.all(variable, body)` and its like.
    fn over(&mut self, name: &str, over: &Ast, variable: &str, body: &Ast) -> Result<Expr, String> {
        let list = self.expr(over)?;
        if let Kind::List(items) = &list.kind {
            let items = items.clone();
            return self.unrolled(name, &items, variable, body);
        }
        let item = match &list.ty {
            Type::List(item) | Type::Map(item, _) => item.as_ref().clone(),
            ty => return Err(format!("`{name}` does not go through {}", self.shown(ty))),
        };
        let quantifier = match name {
            "all" => Quantifier::All,
            "exists" => Quantifier::Exists,
            _ => return Err("`map` makes a list".to_owned()),
        };
        let value = Expr {
            ty: item,
            kind: Kind::Variable(0),
        };
        let body = self.with_variable(variable, value, Some(over), body)?;
        if body.ty != Type::Bool {
            return Err(format!("the body of `{name}` is no bool"));
        }
        Ok(boolean(Kind::Over(
            quantifier,
            Box::new(list),
            Box::new(body),
        )))
    }

    /// The same over constants.
    fn unrolled(
        &mut self,
        name: &str,
        items: &[Expr],
        variable: &str,
        body: &Ast,
    ) -> Result<Expr, String> {
        let mut bodies = Vec::new();
        for item in items {
            bodies.push(self.with_variable(variable, item.clone(), None, body)?);
        }
        let operator = match name {
            "all" => Operator::And,
            "exists" => Operator::Or,
            _ => {
                if !bodies
                    .iter()
                    .all(|body| matches!(body.kind, Kind::Literal(_)))
                {
                    return Err("`map` makes values that are not constant".to_owned());
                }
                let first = bodies.first().ok_or("`map` goes through nothing")?;
                return Ok(Expr {
                    ty: Type::List(Box::new(first.ty.clone())),
                    kind: Kind::List(bodies),
                });
            }
        };
        let join = |one, other| boolean(Kind::Binary(operator, Box::new(one), Box::new(other)));
        if bodies.iter().any(|body| body.ty != Type::Bool) {
            return Err(format!("the body of `{name}` is no bool"));
        }
        let empty = || literal(Type::Bool, Value::Bool(operator == Operator::And));
        Ok(bodies.into_iter().reduce(join).unwrap_or_else(empty))
    }

    /// `'…%s…'.format([…])` of constants.
    fn format(&mut self, of: &Ast, arguments: &[Ast]) -> Result<Expr, String> {
        let format = self.constant_text(of)?;
        let mut text = String::new();
        let mut arguments = arguments.iter();
        let mut letters = format.chars();
        while let Some(letter) = letters.next() {
            if letter != '%' {
                text.push(letter);
                continue;
            }
            match letters.next() {
                Some('%') => text.push('%'),
                Some('s' | 'd') => {
                    let argument = arguments.next().ok_or("`format` has too few arguments")?;
                    let argument = self.expr(argument)?;
                    let Kind::Literal(value) = &argument.kind else {
                        return Err("its message is not constant".to_owned());
                    };
                    let of = match argument.ty {
                        Type::Timestamp => What::Timestamp,
                        _ => What::Value,
                    };
                    text.push_str(&shown(value, of));
                }
                _ => return Err("`format` has a verb that there is no code for".to_owned()),
            }
        }
        Ok(literal(Type::String, Value::Text(text)))
    }

    fn unique(&mut self, of: &Ast) -> Result<Expr, String> {
        let of = self.expr(of)?;
        match &of.ty {
            Type::List(item)
                if !matches!(
                    item.as_ref(),
                    Type::Message(_) | Type::Duration | Type::Timestamp
                ) =>
            {
                Ok(boolean(Kind::Call(Function::Unique, vec![of])))
            }
            _ => Err("`unique` takes a list of scalars".to_owned()),
        }
    }

    /// A function of a string, of bytes, or of a double.
    fn method(&mut self, of: &Ast, name: &str, arguments: &[Ast]) -> Result<Expr, String> {
        let of = self.expr(of)?;
        let no_code = || format!("there is no code for the function `{name}`");
        let function = match name {
            "startsWith" => Function::StartsWith,
            "endsWith" => Function::EndsWith,
            "contains" => Function::Contains,
            "matches" => match arguments {
                [pattern] => {
                    let pattern = self.constant_text(pattern)?;
                    let pattern = pattern::translated(&pattern)
                        .map_err(|why| format!("its pattern is no regular expression: {why}"))?;
                    Function::Matches(pattern)
                }
                _ => return Err(no_code()),
            },
            "isEmail" => Function::IsEmail,
            "isHostname" => Function::IsHostname,
            "isUri" => Function::IsUri,
            "isUriRef" => Function::IsUriRef,
            "isIp" => Function::IsIp,
            "isIpPrefix" => Function::IsIpPrefix,
            "isHostAndPort" => Function::IsHostAndPort,
            "isNan" => Function::IsNan,
            "isInf" => Function::IsInf,
            _ => return Err(no_code()),
        };
        let mut given = Vec::new();
        if !matches!(function, Function::Matches(_)) {
            for argument in arguments {
                given.push(self.expr(argument)?);
            }
        }
        let types: Vec<_> = given.iter().map(|argument| &argument.ty).collect();
        let fits = match function {
            Function::StartsWith | Function::EndsWith | Function::Contains => {
                matches!(of.ty, Type::String | Type::Bytes) && types == [&of.ty]
            }
            Function::IsIp => of.ty == Type::String && matches!(types.as_slice(), [] | [Type::Int]),
            Function::IsIpPrefix => {
                of.ty == Type::String
                    && matches!(
                        types.as_slice(),
                        [] | [Type::Int | Type::Bool] | [Type::Int, Type::Bool]
                    )
            }
            Function::IsHostAndPort => of.ty == Type::String && types == [&Type::Bool],
            Function::IsNan => of.ty == Type::Double && types.is_empty(),
            Function::IsInf => of.ty == Type::Double && types.is_empty(),
            _ => of.ty == Type::String && types.is_empty(),
        };
        if !fits {
            return Err(format!("`{name}` does not fit {}", self.shown(&of.ty)));
        }
        given.insert(0, of);
        Ok(boolean(Kind::Call(function, given)))
    }
}

/// `1h30m`, `10s`, `-1.5ms`, in nanoseconds.
fn duration(text: &str) -> Option<i128> {
    const UNITS: [(&str, i128); 6] = [
        ("ns", 1),
        ("us", 1_000),
        ("ms", 1_000_000),
        ("h", 3_600_000_000_000),
        ("m", 60_000_000_000),
        ("s", 1_000_000_000),
    ];
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let mut nanos = 0_i128;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let end = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.')?;
        let (number, behind) = rest.split_at(end);
        let (unit, factor) = UNITS.iter().find(|(unit, _)| behind.starts_with(unit))?;
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let whole: i128 = if whole.is_empty() {
            0
        } else {
            whole.parse().ok()?
        };
        nanos = nanos.checked_add(whole.checked_mul(*factor)?)?;
        let mut part = *factor;
        for digit in fraction.bytes() {
            part /= 10;
            nanos += part * i128::from(digit.checked_sub(b'0')?);
        }
        rest = &behind[unit.len()..];
    }
    Some(sign * nanos)
}
