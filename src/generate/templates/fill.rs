//! Parts and a value to text.

use std::fmt::Write as _;

use super::Templates;
use super::parse::{Name, Part, Subject};
use super::value::Value;

/// What names are looked up in.
pub struct Scope<'a> {
    value: &'a Value,
    /// Where the value stands in a list.
    first: bool,
    last: bool,
    /// What `../` leads to.
    outer: Option<&'a Scope<'a>>,
}

impl<'a> Scope<'a> {
    pub fn outermost(value: &'a Value) -> Self {
        Self {
            value,
            first: false,
            last: false,
            outer: None,
        }
    }
}

/// Appends what the parts say of the scope.
pub fn fill(
    templates: &Templates,
    parts: &[Part],
    scope: &Scope,
    text: &mut String,
) -> Result<(), String> {
    for part in parts {
        match part {
            Part::Text(part) => text.push_str(part),
            Part::Value(subject) => place(find(subject, scope)?, text)?,
            Part::Each { list, body } => each(templates, find(list, scope)?, body, scope, text)?,
            Part::If {
                condition,
                then,
                otherwise,
            } => {
                let part = if holds(condition, scope)? {
                    then
                } else {
                    otherwise
                };
                fill(templates, part, scope, text)?;
            }
            Part::Partial { name, context } => {
                let parts = templates.parts(template(name, scope)?)?;
                match context {
                    Subject::Path { up: 0, keys } if keys.is_empty() => {
                        fill(templates, parts, scope, text)?
                    }
                    _ => {
                        let inner = Scope {
                            value: find(context, scope)?,
                            outer: Some(scope),
                            ..*scope
                        };
                        fill(templates, parts, &inner, text)?;
                    }
                }
            }
        }
    }
    Ok(())
}

fn each(
    templates: &Templates,
    list: &Value,
    body: &[Part],
    outer: &Scope,
    text: &mut String,
) -> Result<(), String> {
    let items = match list {
        Value::List(items) => items.as_slice(),
        Value::Nothing => &[],
        _ => return Err("`each` is about no list".to_owned()),
    };
    for (index, value) in items.iter().enumerate() {
        let scope = Scope {
            value,
            first: index == 0,
            last: index + 1 == items.len(),
            outer: Some(outer),
        };
        fill(templates, body, &scope, text)?;
    }
    Ok(())
}

fn find<'a>(subject: &Subject, scope: &Scope<'a>) -> Result<&'a Value, String> {
    let Subject::Path { up, keys } = subject else {
        return Err("@first and @last are conditions".to_owned());
    };
    let mut scope = scope;
    for _ in 0..*up {
        scope = scope.outer.ok_or("`../` leads nowhere")?;
    }
    let mut value = scope.value;
    for key in keys {
        value = value.get(key).ok_or_else(|| format!("there is no {key}"))?;
    }
    Ok(value)
}

fn holds(condition: &Subject, scope: &Scope) -> Result<bool, String> {
    Ok(match condition {
        Subject::First => scope.first,
        Subject::Last => scope.last,
        subject => match find(subject, scope)? {
            Value::Nothing => false,
            Value::Bool(value) => *value,
            Value::Number(number) => *number != 0,
            Value::Text(text) => !text.is_empty(),
            Value::List(items) => !items.is_empty(),
            Value::Map(fields) => !fields.is_empty(),
        },
    })
}

fn template<'a>(name: &Name, scope: &Scope<'a>) -> Result<&'a str, String> {
    match name {
        Name::Fixed(name) => Ok(name),
        Name::Of(subject) => match find(subject, scope)? {
            Value::Text(name) => Ok(name),
            _ => Err("no text names a partial".to_owned()),
        },
    }
}

fn place(value: &Value, text: &mut String) -> Result<(), String> {
    match value {
        Value::Nothing => {}
        Value::Text(value) => text.push_str(value),
        // A string always takes what is written.
        Value::Bool(value) => drop(write!(text, "{value}")),
        Value::Number(value) => drop(write!(text, "{value}")),
        Value::List(_) | Value::Map(_) => return Err("a list or a map has no text".to_owned()),
    }
    Ok(())
}
