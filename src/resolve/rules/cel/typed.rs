//! Types of expressions, and the names in them.

use super::Scope;
use super::parse::Ast;
use crate::names::nearest;
use crate::resolve::rules::fields;
use crate::schema::cel::{Expr, Kind, Operator, Type};
use crate::schema::rules::Value;
use crate::schema::{MessageId, Schema};

pub struct Typer<'a> {
    pub schema: &'a Schema,
    scope: Scope,
    /// The variables of the macros around, the innermost last.
    variables: Vec<Variable>,
}

struct Variable {
    name: String,
    /// What it stands for.
    value: Expr,
    /// What it goes through, as it is written.
    over: Option<Ast>,
}

impl<'a> Typer<'a> {
    pub fn new(schema: &'a Schema, scope: Scope) -> Self {
        Self {
            schema,
            scope,
            variables: Vec::new(),
        }
    }

    /// An expression that must have a type.
    pub fn of_type(&mut self, ast: &Ast, ty: &Type) -> Result<Expr, String> {
        let expr = self.expr(ast)?;
        if expr.ty == *ty {
            return Ok(expr);
        }
        Err(format!(
            "{} stands where {} belongs",
            self.shown(&expr.ty),
            self.shown(ty)
        ))
    }

    pub fn expr(&mut self, ast: &Ast) -> Result<Expr, String> {
        match ast {
            Ast::Int(value) => Ok(literal(Type::Int, Value::Int(*value))),
            Ast::Uint(value) => Ok(literal(Type::Uint, Value::Uint(*value))),
            Ast::Double(value) => Ok(literal(Type::Double, Value::Double(*value))),
            Ast::Bool(value) => Ok(literal(Type::Bool, Value::Bool(*value))),
            Ast::Text(value) => Ok(literal(Type::String, Value::Text(value.clone()))),
            Ast::Bytes(value) => Ok(literal(Type::Bytes, Value::Bytes(value.clone()))),
            Ast::Null => Err("`null` has no place in Rust".to_owned()),
            Ast::Name(name) => self.name(name),
            Ast::Select(of, field) => {
                let of = self.expr(of)?;
                let (message, index) = self.field(&of.ty, field)?;
                let ty = self.field_type(message, index)?;
                let nested = matches!(of.kind, Kind::Field(..));
                if nested && matches!(ty, Type::List(_) | Type::Map(..)) {
                    return Err(format!("the message of `{field}` may be unset"));
                }
                Ok(Expr {
                    ty,
                    kind: Kind::Field(Box::new(of), message, index),
                })
            }
            Ast::Index(of, index) => self.index(of, index),
            Ast::List(items) => self.list(items),
            Ast::Not(of) => {
                let of = self.of_type(of, &Type::Bool)?;
                Ok(boolean(Kind::Not(Box::new(of))))
            }
            Ast::Negate(of) => self.negated(of),
            Ast::Binary(operator, left, right) => self.binary(operator, left, right),
            Ast::Conditional(condition, then, otherwise) => {
                let condition = self.of_type(condition, &Type::Bool)?;
                let then = self.expr(then)?;
                let otherwise = self.of_type(otherwise, &then.ty.clone())?;
                Ok(Expr {
                    ty: then.ty.clone(),
                    kind: Kind::Conditional(
                        Box::new(condition),
                        Box::new(then),
                        Box::new(otherwise),
                    ),
                })
            }
            Ast::Call(of, name, arguments) => self.call(of.as_deref(), name, arguments),
        }
    }

    fn name(&mut self, name: &str) -> Result<Expr, String> {
        for (out, variable) in self.variables.iter().rev().enumerate() {
            if variable.name == name {
                let mut value = variable.value.clone();
                if let Kind::Variable(number) = &mut value.kind {
                    *number = out;
                }
                return Ok(value);
            }
        }
        match name {
            "this" => Ok(Expr {
                ty: self.scope.this.clone(),
                kind: Kind::This,
            }),
            "now" => Ok(Expr {
                ty: Type::Timestamp,
                kind: Kind::Now,
            }),
            "rule" if self.scope.rule.is_some() => self.scope.rule.clone().ok_or_else(String::new),
            _ => Err(format!("nothing is called `{name}`")),
        }
    }

    /// A field of a message by its name.
    pub fn field(&self, of: &Type, name: &str) -> Result<(MessageId, usize), String> {
        let Type::Message(id) = of else {
            return Err(format!("{} has no fields", self.shown(of)));
        };
        let message = &self.schema[*id];
        if matches!(
            message.full_name.as_str(),
            "google.protobuf.Any"
                | "google.protobuf.Struct"
                | "google.protobuf.Value"
                | "google.protobuf.ListValue"
        ) {
            return Err(format!(
                "a `{}` has types at run time alone",
                message.full_name
            ));
        }
        match message.fields.iter().position(|field| field.name == name) {
            Some(index) => Ok((*id, index)),
            None => {
                let known = message.fields.iter().map(|field| field.name.as_str());
                let near = nearest(name, known);
                let near = match near.is_empty() {
                    true => String::new(),
                    false => format!(" (did you mean {}?)", near.join(" or ")),
                };
                Err(format!(
                    "`{}` has no field `{name}`{near}",
                    message.full_name
                ))
            }
        }
    }

    fn field_type(&self, message: MessageId, index: usize) -> Result<Type, String> {
        let field = &self.schema[message].fields[index];
        if fields::is_wrapper(self.schema, field) {
            return Err(format!("the wrapper `{}` may be null", field.name));
        }
        if field.default.is_some() {
            return Err(format!("`{}` has a default of its own", field.name));
        }
        if field.oneof.is_some() {
            return Err(format!(
                "`{}` is a member of a oneof, of which only `has` is known",
                field.name
            ));
        }
        Ok(fields::Subject::new(self.schema, field).ty)
    }

    /// `map[key]`, where `key` goes through the keys of `map`.
    fn index(&mut self, of: &Ast, index: &Ast) -> Result<Expr, String> {
        let key = match index {
            Ast::Name(name) => self.variables.iter().rev().find(|one| one.name == *name),
            _ => None,
        };
        let is_key = key.is_some_and(|key| key.over.as_ref() == Some(of));
        let map = self.expr(of)?;
        let Type::Map(_, value) = &map.ty else {
            return Err("an index may be out of bounds".to_owned());
        };
        if !is_key {
            return Err("a map may not have the key".to_owned());
        }
        let ty = value.as_ref().clone();
        let key = self.expr(index)?;
        Ok(Expr {
            ty,
            kind: Kind::At(Box::new(map), Box::new(key)),
        })
    }

    fn list(&mut self, items: &[Ast]) -> Result<Expr, String> {
        let items: Vec<_> = items
            .iter()
            .map(|item| self.expr(item))
            .collect::<Result<_, _>>()?;
        let Some(first) = items.first() else {
            return Err("an empty list has no type".to_owned());
        };
        let ty = first.ty.clone();
        if items.iter().any(|item| item.ty != ty) {
            return Err("a list has values of several types".to_owned());
        }
        if !items
            .iter()
            .all(|item| matches!(item.kind, Kind::Literal(_)))
        {
            return Err("a list has values that are not constant".to_owned());
        }
        Ok(Expr {
            ty: Type::List(Box::new(ty)),
            kind: Kind::List(items),
        })
    }

    fn negated(&mut self, of: &Ast) -> Result<Expr, String> {
        let of = self.expr(of)?;
        match (&of.ty, &of.kind) {
            (_, Kind::Literal(Value::Int(value))) => match value.checked_neg() {
                Some(value) => Ok(literal(Type::Int, Value::Int(value))),
                None => Err("a constant is too large".to_owned()),
            },
            (_, Kind::Literal(Value::Double(value))) => {
                Ok(literal(Type::Double, Value::Double(-value)))
            }
            (Type::Double, _) => Ok(Expr {
                ty: Type::Double,
                kind: Kind::Negate(Box::new(of)),
            }),
            (Type::Int, _) => Err("`-` may overflow".to_owned()),
            (ty, _) => Err(format!("`-` does not take {}", self.shown(ty))),
        }
    }

    fn binary(&mut self, operator: &str, left: &Ast, right: &Ast) -> Result<Expr, String> {
        let operator = match operator {
            "&&" => Operator::And,
            "||" => Operator::Or,
            "==" => Operator::Equal,
            "!=" => Operator::NotEqual,
            "<" => Operator::Less,
            "<=" => Operator::LessOrEqual,
            ">" => Operator::Greater,
            ">=" => Operator::GreaterOrEqual,
            "%" => Operator::Remainder,
            "in" => return self.is_in(left, right),
            _ => return Err(format!("`{operator}` may overflow")),
        };
        let left = self.expr(left)?;
        let right = self.of_type(right, &left.ty.clone())?;
        let fits = match operator {
            Operator::And | Operator::Or => left.ty == Type::Bool,
            Operator::Equal | Operator::NotEqual => {
                !matches!(left.ty, Type::Message(_) | Type::List(_) | Type::Map(..))
            }
            Operator::Remainder => return remainder(left, right),
            _ => !matches!(
                left.ty,
                Type::Message(_) | Type::List(_) | Type::Map(..) | Type::Bool
            ),
        };
        if !fits {
            return Err(format!("it compares {}", self.shown(&left.ty)));
        }
        if let (Kind::Now, Kind::Now) = (&left.kind, &right.kind) {
            use Operator::{Equal, GreaterOrEqual, LessOrEqual};
            let holds = matches!(operator, Equal | LessOrEqual | GreaterOrEqual);
            return Ok(literal(Type::Bool, Value::Bool(holds)));
        }
        Ok(boolean(Kind::Binary(
            operator,
            Box::new(left),
            Box::new(right),
        )))
    }

    fn is_in(&mut self, item: &Ast, list: &Ast) -> Result<Expr, String> {
        let item = self.expr(item)?;
        let list = self.expr(list)?;
        let fits = match &list.ty {
            Type::List(ty) | Type::Map(ty, _) => {
                **ty == item.ty && !matches!(**ty, Type::Message(_))
            }
            _ => false,
        };
        if !fits {
            return Err(format!(
                "{} cannot be in {}",
                self.shown(&item.ty),
                self.shown(&list.ty)
            ));
        }
        Ok(boolean(Kind::In(Box::new(item), Box::new(list))))
    }

    /// A body in which a name stands for a value.
    pub fn with_variable(
        &mut self,
        name: &str,
        value: Expr,
        over: Option<&Ast>,
        body: &Ast,
    ) -> Result<Expr, String> {
        self.variables.push(Variable {
            name: name.to_owned(),
            value,
            over: over.cloned(),
        });
        let body = self.expr(body);
        self.variables.pop();
        body
    }

    /// A text that is the same at every check.
    pub fn constant_text(&mut self, ast: &Ast) -> Result<String, String> {
        if let Ast::Binary("+", left, right) = ast {
            return Ok(self.constant_text(left)? + &self.constant_text(right)?);
        }
        match self.expr(ast)?.kind {
            Kind::Literal(Value::Text(text)) => Ok(text),
            _ => Err("its message is not constant".to_owned()),
        }
    }

    pub fn shown(&self, ty: &Type) -> String {
        match ty {
            Type::Bool => "a bool".to_owned(),
            Type::Int => "an int".to_owned(),
            Type::Uint => "a uint".to_owned(),
            Type::Double => "a double".to_owned(),
            Type::String => "a string".to_owned(),
            Type::Bytes => "bytes".to_owned(),
            Type::Duration => "a duration".to_owned(),
            Type::Timestamp => "a timestamp".to_owned(),
            Type::Message(id) => format!("a `{}`", self.schema[*id].full_name),
            Type::List(_) => "a list".to_owned(),
            Type::Map(..) => "a map".to_owned(),
        }
    }
}

/// By a constant that is not zero.
fn remainder(left: Expr, right: Expr) -> Result<Expr, String> {
    let sound = matches!(
        right.kind,
        Kind::Literal(Value::Int(1..) | Value::Uint(1..))
    );
    if !sound {
        return Err("the right side of `%` is no positive constant".to_owned());
    }
    Ok(Expr {
        ty: left.ty.clone(),
        kind: Kind::Binary(Operator::Remainder, Box::new(left), Box::new(right)),
    })
}

pub fn literal(ty: Type, value: Value) -> Expr {
    Expr {
        ty,
        kind: Kind::Literal(value),
    }
}

pub fn boolean(kind: Kind) -> Expr {
    Expr {
        ty: Type::Bool,
        kind,
    }
}
