//! Lays Dart out as `dart format` leaves it (the style of Dart 3.8 and later): 80 columns, and one argument per line
//! where a list does not fit.
//!
//! Not a formatter: each function knows one kind of declaration, as far as generated code has it.

const WIDTH: usize = 80;

/// Something called with arguments: `callee(args)`, or with other brackets.
pub struct Call {
    pub callee: String,
    pub open: &'static str,
    pub args: Vec<String>,
    pub close: &'static str,
}

impl Call {
    pub fn new(callee: impl Into<String>, args: Vec<String>) -> Self {
        Self {
            callee: callee.into(),
            open: "(",
            args,
            close: ")",
        }
    }

    /// An expression that stays on one line.
    pub fn plain(text: impl Into<String>) -> Self {
        Self {
            callee: text.into(),
            open: "",
            args: Vec::new(),
            close: "",
        }
    }

    /// A list literal.
    pub fn list(args: Vec<String>) -> Self {
        Self {
            callee: String::new(),
            open: "[",
            args,
            close: "]",
        }
    }

    fn head(&self) -> String {
        format!("{}{}", self.callee, self.open)
    }

    fn flat(&self) -> String {
        format!("{}{}{}", self.head(), self.args.join(", "), self.close)
    }

    /// With every argument on a line of its own.
    fn split(&self, indent: usize) -> String {
        let mut text = self.head();
        for arg in &self.args {
            text += &format!("\n{}{},", pad(indent + 2), argument(indent + 2, arg));
        }
        text + &format!("\n{}{}", pad(indent), self.close)
    }

    /// On one line where that fits behind what stands before and with what follows.
    pub fn lay(&self, indent: usize, before: usize, after: usize) -> String {
        let broken = self.args.iter().any(|arg| arg.contains('\n'));
        if self.args.is_empty() || (!broken && fits(before, &self.flat(), after)) {
            self.flat()
        } else {
            self.split(indent)
        }
    }
}

/// An argument that is an object with two or more calls on it, in the list of a call at an indentation.
pub fn cascade_argument(indent: usize, object: &Call, calls: &[Call]) -> String {
    let (indent, calls_at) = (indent + 2, indent + 4);
    let mut text = if fits(indent, &object.flat(), 0) {
        object.flat()
    } else {
        object.split(calls_at)
    };
    for call in calls {
        text += &format!("\n{}{}", pad(calls_at), call.lay(calls_at, calls_at, 1));
    }
    text
}

/// An argument on a line of its own. A named one that is too long breaks inside of the call that it is, or else behind
/// its name.
fn argument(indent: usize, arg: &str) -> String {
    if arg.contains('\n') || fits(indent, arg, 1) {
        return arg.to_owned();
    }
    let Some((name, value)) = arg.split_once(": ") else {
        return arg.to_owned();
    };
    match value
        .strip_suffix(')')
        .and_then(|call| call.split_once('('))
    {
        Some((callee, inner))
            if !inner.is_empty() && fits(indent, &format!("{name}: {callee}("), 0) =>
        {
            Call::new(format!("{name}: {callee}"), vec![inner.to_owned()]).split(indent)
        }
        _ => format!("{name}:\n{}{value}", pad(indent + 4)),
    }
}

/// `class X extends Y {`.
pub fn class(head: &str, superclass: &str) -> String {
    mixed_class(head, superclass, &[])
}

/// `class X extends Y with Z {`.
pub fn mixed_class(head: &str, superclass: &str, mixins: &[String]) -> String {
    let extends = format!("extends {superclass}");
    let parts = match mixins {
        [] => vec![head.to_owned(), extends],
        mixins => {
            let mixins = format!("with {}", mixins.join(", "));
            let line = format!("{head} {extends}");
            if fits(0, &line, 0) {
                vec![line, mixins]
            } else {
                vec![head.to_owned(), extends, mixins]
            }
        }
    };
    let line = format!("{} {{", parts.join(" "));
    if fits(0, &line, 0) {
        line
    } else {
        format!("{} {{", parts.join("\n    "))
    }
}

/// Likewise for a superclass with type arguments.
pub fn generic_class(head: &str, superclass: &str, args: &[String]) -> String {
    let flat = format!("{superclass}<{}>", args.join(", "));
    if fits(0, &format!("{head} extends {flat} {{"), 0) {
        return format!("{head} extends {flat} {{");
    }
    if fits(0, &format!("    extends {flat} {{"), 0) {
        return format!("{head}\n    extends {flat} {{");
    }
    if fits(8, &format!("{flat} {{"), 0) {
        return format!("{head}\n    extends\n        {flat} {{");
    }
    let args: Vec<String> = args.iter().map(|arg| format!("          {arg}")).collect();
    format!(
        "{head}\n    extends\n        {superclass}<\n{}\n        > {{",
        args.join(",\n")
    )
}

/// A variable and its value: `type name = call;`. An empty `ty` leaves it to the value.
pub fn variable(indent: usize, ty: &str, name: &str, value: &Call, tail: &str) -> String {
    let typed = join(ty, name);
    let line = format!("{typed} = {}{tail};", value.flat());
    if fits(indent, &line, 0) {
        return line;
    }
    // Brackets that hold something may break; `()` and `[]` may not.
    if !value.args.is_empty() && fits(indent, &format!("{typed} = {}", value.head()), 0) {
        return format!("{typed} = {}{tail};", value.split(indent));
    }
    let inner = pad(indent + 4);
    if fits(indent, &format!("{typed} ="), 0) || ty.is_empty() {
        return format!(
            "{typed} =\n{inner}{}{tail};",
            value.lay(indent + 4, indent + 4, tail.len() + 1)
        );
    }
    let before = indent + name.len() + 3;
    format!(
        "{ty}\n{}{name} = {}{tail};",
        pad(indent),
        value.lay(indent, before, tail.len() + 1)
    )
}

/// A function whose body is one expression: `type name(params) => body;`. Getters have no params.
pub fn arrow(indent: usize, ty: &str, name: &str, params: Option<&str>, body: &Call) -> String {
    let head = header(indent, ty, name, params, " =>");
    let last = head.rsplit('\n').next().unwrap_or(&head);
    let start = if head.contains('\n') { 0 } else { indent };
    let flat = body.flat();
    if fits(start, &format!("{last} {flat};"), 0) {
        return format!("{head} {flat};");
    }
    if fits(indent + 4, &flat, 1) || body.args.is_empty() {
        return format!("{head}\n{}{flat};", pad(indent + 4));
    }
    format!("{head} {};", body.split(indent))
}

/// A function's head up to `ending`, which is ` =>` or ` {`.
pub fn header(indent: usize, ty: &str, name: &str, params: Option<&str>, ending: &str) -> String {
    let typed = join(ty, name);
    let Some(params) = params else {
        return breakable(indent, ty, name, ending);
    };
    if params.is_empty() {
        return breakable(indent, ty, &format!("{name}()"), ending);
    }
    let line = format!("{typed}({params}){ending}");
    if fits(indent, &line, 0) {
        return line;
    }
    let inner = pad(indent + 2);
    let split = |name: &str| format!("{name}(\n{inner}{params},\n{}){ending}", pad(indent));
    if fits(indent, &format!("{typed}("), 0) {
        return split(&typed);
    }
    let rest = format!("{name}({params}){ending}");
    let rest = if fits(indent, &rest, 0) {
        rest
    } else {
        split(name)
    };
    format!("{ty}\n{}{rest}", pad(indent))
}

/// `type name`, on two lines where one does not hold it.
fn breakable(indent: usize, ty: &str, name: &str, ending: &str) -> String {
    let line = format!("{}{ending}", join(ty, name));
    if ty.is_empty() || fits(indent, &line, 0) {
        line
    } else {
        format!("{ty}\n{}{name}{ending}", pad(indent))
    }
}

/// The parameters of a constructor, in braces, and what stands around them.
pub fn named_params(indent: usize, before: &str, params: &[String], after: &str) -> String {
    let line = format!("{before}({{{}}}){after}", params.join(", "));
    if fits(indent, &line, 0) && !params.iter().any(|param| param.contains('\n')) {
        return line;
    }
    let inner = pad(indent + 2);
    let params: Vec<String> = params
        .iter()
        .map(|param| format!("{inner}{param},\n"))
        .collect();
    format!("{before}({{\n{}{}}}){after}", params.concat(), pad(indent))
}

/// A constructor with an initializer.
pub fn initialized(indent: usize, constructor: &str, initializer: &str) -> String {
    let line = format!("{constructor} : {initializer}");
    if fits(indent, &line, 0) {
        line
    } else {
        format!("{constructor}\n{}: {initializer}", pad(indent + 2))
    }
}

/// A statement that depends on a condition; `statement` lays it out at an indentation.
pub fn when(indent: usize, condition: &str, statement: impl Fn(usize) -> String) -> String {
    let line = format!("if ({condition}) {}", statement(0));
    if fits(indent, &line, 0) {
        return line;
    }
    let inner = indent + 2;
    format!(
        "if ({condition}) {{\n{}{}\n{}}}",
        pad(inner),
        statement(inner),
        pad(indent)
    )
}

/// `type name`, on two lines where one does not hold it together with a comma.
pub fn typed(indent: usize, ty: &str, name: &str) -> String {
    if fits(indent, ty, name.len() + 2) {
        format!("{ty} {name}")
    } else {
        format!("{ty}\n{}{name}", pad(indent))
    }
}

/// Whether a line that starts at a column holds a text and so many characters more.
pub fn fits(column: usize, text: &str, more: usize) -> bool {
    column + text.chars().count() + more <= WIDTH
}

fn join(ty: &str, name: &str) -> String {
    if ty.is_empty() {
        name.to_owned()
    } else {
        format!("{ty} {name}")
    }
}

pub fn pad(width: usize) -> String {
    " ".repeat(width)
}

/// A plain enum, at the outermost level.
pub fn enumeration(cases: &Call) -> String {
    let flat = cases.flat();
    if fits(0, &flat, 0) {
        return flat;
    }
    let lines: Vec<String> = cases
        .args
        .iter()
        .map(|case| format!("  {case},\n"))
        .collect();
    format!("{} {{\n{}}}", cases.callee, lines.concat())
}

/// A function without parameters whose body is a `switch` of these arms.
pub fn switch(indent: usize, ty: &str, name: &str, subject: &str, arms: &[String]) -> String {
    let head = header(indent, ty, name, Some(""), " =>");
    let last = head.rsplit('\n').next().unwrap_or(&head);
    let start = if head.contains('\n') { 0 } else { indent };
    let body = format!("switch ({subject}) {{");
    let (gap, indent) = if fits(start, &format!("{last} {body}"), 0) {
        (" ".to_owned(), indent)
    } else {
        (format!("\n{}", pad(indent + 4)), indent + 4)
    };
    let arms: Vec<String> = arms
        .iter()
        .map(|arm| format!("{}{arm}\n", pad(indent + 2)))
        .collect();
    format!("{head}{gap}{body}\n{}{}}};", arms.concat(), pad(indent))
}

/// An element of a list that is there under a condition.
pub fn element_when(indent: usize, condition: &str, value: &Call) -> String {
    let line = format!("if ({condition}) {}", value.flat());
    if fits(indent, &line, 1) {
        return line;
    }
    format!(
        "if ({condition})\n{}{}",
        pad(indent + 2),
        value.lay(indent + 2, indent + 2, 1)
    )
}
