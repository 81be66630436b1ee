//! Lays Dart out as `dart format` leaves it (the style of Dart 3.8 and later): 80 columns, and one argument per line
//! where a list does not fit.
//!
//! Not a formatter: each function knows one kind of declaration, as far as generated code has it.

use std::borrow::Cow;

const WIDTH: usize = 80;

/// Something called with arguments: `callee(args)`, or with other brackets.
pub struct Call {
    pub callee: Cow<'static, str>,
    pub open: &'static str,
    pub args: Vec<String>,
    pub close: &'static str,
}

impl Call {
    pub fn new(callee: impl Into<Cow<'static, str>>, args: Vec<String>) -> Self {
        Self {
            callee: callee.into(),
            open: "(",
            args,
            close: ")",
        }
    }

    /// An expression that stays on one line.
    pub fn plain(text: impl Into<Cow<'static, str>>) -> Self {
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
            callee: Cow::Borrowed(""),
            open: "[",
            args,
            close: "]",
        }
    }

    fn flat(&self) -> String {
        let length: usize = self.args.iter().map(|arg| arg.len() + 2).sum();
        let mut text = String::with_capacity(self.callee.len() + length + 8);
        self.push_flat(&mut text);
        text
    }

    fn push_flat(&self, text: &mut String) {
        *text += &self.callee;
        *text += self.open;
        for (index, arg) in self.args.iter().enumerate() {
            if index > 0 {
                *text += ", ";
            }
            *text += arg;
        }
        *text += self.close;
    }

    /// With every argument on a line of its own.
    fn split(&self, indent: usize) -> String {
        let mut text = [&*self.callee, self.open].concat();
        for arg in &self.args {
            text += "\n";
            text += pad(indent + 2);
            text += &argument(indent + 2, arg);
            text += ",";
        }
        text += "\n";
        text += pad(indent);
        text + self.close
    }

    /// On one line where that fits behind what stands before and with what follows.
    pub fn lay(&self, indent: usize, before: usize, after: usize) -> String {
        let flat = self.flat();
        if self.args.is_empty() || (!flat.contains('\n') && fits(before, &flat, after)) {
            flat
        } else {
            self.split(indent)
        }
    }
}

/// An argument that is an object with two or more calls on it, in the list of a call at an indentation.
pub fn cascade_argument(indent: usize, object: &Call, calls: &[Call]) -> String {
    let (indent, calls_at) = (indent + 2, indent + 4);
    let flat = object.flat();
    let mut text = if fits(indent, &flat, 0) {
        flat
    } else {
        object.split(calls_at)
    };
    for call in calls {
        text += &format!("\n{}{}", pad(calls_at), call.lay(calls_at, calls_at, 1));
    }
    text
}

/// An argument on a line of its own. A named one that is too long breaks inside of the call that it is, or else behind
/// its name, or where even that leaves it too long before the member that it names.
fn argument(indent: usize, arg: &str) -> Cow<'_, str> {
    if arg.contains('\n') || fits(indent, arg, 1) {
        return Cow::Borrowed(arg);
    }
    let Some((name, value)) = arg.split_once(": ") else {
        return Cow::Borrowed(arg);
    };
    let call = value.strip_suffix(')');
    let broken = match call.and_then(|call| call.split_once('(')) {
        Some((callee, inner))
            if !inner.is_empty() && fits(indent, &format!("{name}: {callee}("), 0) =>
        {
            Call::new(format!("{name}: {callee}"), vec![inner.to_owned()]).split(indent)
        }
        _ => match value.rsplit_once('.') {
            Some((object, member)) if !fits(indent + 4, value, 1) => {
                format!("{name}: {object}\n{}.{member}", pad(indent + 4))
            }
            _ => format!("{name}:\n{}{value}", pad(indent + 4)),
        },
    };
    Cow::Owned(broken)
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
    let mut line = join(ty, name) + " = ";
    value.push_flat(&mut line);
    line.extend([tail, ";"]);
    if fits(indent, &line, 0) {
        return line;
    }
    let typed = join(ty, name);
    // Brackets that hold something may break; `()` and `[]` may not.
    if !value.args.is_empty()
        && fits(
            indent,
            &[&*typed, " = ", &value.callee, value.open].concat(),
            0,
        )
    {
        return [&*typed, " = ", &value.split(indent), tail, ";"].concat();
    }
    if fits(indent, &typed, " =".len()) || ty.is_empty() {
        let value = value.lay(indent + 4, indent + 4, tail.len() + 1);
        return [&*typed, " =\n", pad(indent + 4), &value, tail, ";"].concat();
    }
    let named = [&*type_lines(indent, ty), "\n", pad(indent), name, " ="].concat();
    let before = indent + name.len() + 3;
    if value.args.is_empty() || fits(before, &value.callee, value.open.len()) {
        let value = value.lay(indent, before, tail.len() + 1);
        return [&*named, " ", &value, tail, ";"].concat();
    }
    let value = value.lay(indent + 4, indent + 4, tail.len() + 1);
    [&*named, "\n", pad(indent + 4), &value, tail, ";"].concat()
}

/// A type on a line of its own, or where it is too long each of its arguments on one.
fn type_lines(indent: usize, ty: &str) -> Cow<'_, str> {
    let arguments = ty.strip_suffix('>').and_then(|ty| ty.split_once('<'));
    match arguments {
        Some((generic, arguments)) if !fits(indent, ty, 0) && !arguments.contains('<') => {
            let between = [",\n", pad(indent + 2)].concat();
            let arguments = arguments.replace(", ", &between);
            let lines = [
                generic,
                "<\n",
                pad(indent + 2),
                &arguments,
                "\n",
                pad(indent),
                ">",
            ];
            Cow::Owned(lines.concat())
        }
        _ => Cow::Borrowed(ty),
    }
}

/// A function whose body is one expression: `type name(params) => body;`. Getters have no params.
pub fn arrow(indent: usize, ty: &str, name: &str, params: Option<&str>, body: &Call) -> String {
    let mut line = join(ty, name);
    if let Some(params) = params {
        line.extend(["(", params, ")"]);
    }
    line += " => ";
    body.push_flat(&mut line);
    line += ";";
    if fits(indent, &line, 0) {
        return line;
    }
    let head = header(indent, ty, name, params, " =>");
    let flat = body.flat();
    if fits(last_column(indent, &head), &flat, " ;".len()) {
        return [&*head, " ", &flat, ";"].concat();
    }
    if fits(indent + 4, &flat, 1) || body.args.is_empty() {
        return [&*head, "\n", pad(indent + 4), &flat, ";"].concat();
    }
    [&*head, " ", &body.split(indent), ";"].concat()
}

/// A function's head up to `ending`, which is ` =>` or ` {`.
pub fn header(indent: usize, ty: &str, name: &str, params: Option<&str>, ending: &str) -> String {
    let Some(params) = params else {
        return breakable(indent, ty, name, "", ending);
    };
    if params.is_empty() {
        return breakable(indent, ty, name, "()", ending);
    }
    let typed = join(ty, name);
    let line = [&*typed, "(", params, ")", ending].concat();
    if fits(indent, &line, 0) {
        return line;
    }
    let split = |name: &str| {
        format!(
            "{name}(\n{}{params},\n{}){ending}",
            pad(indent + 2),
            pad(indent)
        )
    };
    if fits(indent, &typed, 1) {
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

/// `type name`, and what follows it, on two lines where one does not hold it.
fn breakable(indent: usize, ty: &str, name: &str, params: &str, ending: &str) -> String {
    let gap = if ty.is_empty() { "" } else { " " };
    let line = [ty, gap, name, params, ending].concat();
    if ty.is_empty() || fits(indent, &line, 0) {
        line
    } else {
        [ty, "\n", pad(indent), name, params, ending].concat()
    }
}

/// The parameters of a constructor, in braces, and what stands around them.
pub fn named_params(indent: usize, before: &str, params: &[String], after: &str) -> String {
    let line = format!("{before}({{{}}}){after}", params.join(", "));
    if fits(indent, &line, 0) && !params.iter().any(|param| param.contains('\n')) {
        return line;
    }
    let mut text = [before, "({\n"].concat();
    for param in params {
        text += pad(indent + 2);
        text += param;
        text += ",\n";
    }
    text += pad(indent);
    text += "})";
    text + after
}

/// A constructor that only takes parameters.
pub fn constructor(indent: usize, name: &str, params: &[&str]) -> String {
    let params = params.iter().map(|&param| param.to_owned()).collect();
    Call::new(name.to_owned(), params).lay(indent, indent, 1) + ";"
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
    let line = ["if (", condition, ") ", &statement(0)].concat();
    if fits(indent, &line, 0) {
        return line;
    }
    let inner = indent + 2;
    let statement = statement(inner);
    let lines = ["\n", pad(inner), &statement, "\n", pad(indent), "}"].concat();
    ["if (", condition, ") {", &lines].concat()
}

/// `type name`, on two lines where one does not hold it together with a comma.
pub fn typed(indent: usize, ty: &str, name: &str) -> String {
    if fits(indent, ty, name.len() + 2) {
        [ty, " ", name].concat()
    } else {
        [ty, "\n", pad(indent), name].concat()
    }
}

/// Whether a line that starts at a column holds a text and so many characters more.
pub fn fits(column: usize, text: &str, more: usize) -> bool {
    column + text.chars().count() + more <= WIDTH
}

/// The column behind a text that starts at an indentation.
fn last_column(indent: usize, text: &str) -> usize {
    match text.rsplit_once('\n') {
        Some((_, last)) => last.chars().count(),
        None => indent + text.chars().count(),
    }
}

fn join(ty: &str, name: &str) -> String {
    let gap = if ty.is_empty() { "" } else { " " };
    let mut text = String::with_capacity(WIDTH);
    text.extend([ty, gap, name]);
    text
}

/// So many spaces, which are never many.
pub fn pad(width: usize) -> &'static str {
    const SPACES: &str = "                        ";
    &SPACES[..width]
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
    let body = format!("switch ({subject}) {{");
    let (gap, indent) = if fits(last_column(indent, &head), &body, 1) {
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
