//! Where lines are broken: as prettier, with its defaults, leaves them.

use super::file::DefinitionView;

/// The longest line, in columns.
const WIDTH: usize = 80;

/// `export const NAME: TYPE<ARGUMENTS> = /* @__PURE__ */ FUNCTION({ PROPERTIES });`
pub struct Definition {
    head: String,
    indent: usize,
    tail: &'static str,
    properties: Vec<String>,
}

impl Definition {
    pub fn new(name: &str, of_type: &str, arguments: &[String], function: &str) -> Self {
        let start = format!("export const {name}: {of_type}");
        let declared = format!("{start}<{}> =", arguments.join(", "));
        let call = format!("/* @__PURE__ */ {function}(");
        let line = format!("{declared} {call}{{");
        let (head, indent, tail) = if width(&line) <= WIDTH {
            (line, 2, "});")
        } else if width(&line) == WIDTH + 1 {
            // All but the brace fits.
            (format!("{declared} {call}\n  {{"), 4, "  },\n);")
        } else if width(&declared) <= WIDTH || arguments.len() == 1 {
            (format!("{declared}\n  {call}{{"), 4, "  });")
        } else {
            let arguments: String = arguments.join(",\n  ");
            (format!("{start}<\n  {arguments}\n> = {call}{{"), 2, "});")
        };
        Self {
            head,
            indent,
            tail,
            properties: Vec::new(),
        }
    }

    pub fn property(&mut self, name: &str, value: &str) {
        self.properties.push(property(self.indent, name, value));
    }

    pub fn into_view(self, doc: String) -> DefinitionView {
        DefinitionView {
            doc,
            head: self.head,
            properties: self.properties.join("\n"),
            tail: self.tail.to_owned(),
        }
    }
}

/// A property of an object, with its comma. A text stays beside its name, whatever its length.
pub fn property(indent: usize, name: &str, value: &str) -> String {
    let margin = " ".repeat(indent);
    let line = format!("{margin}{name}: {value},");
    if width(&line) <= WIDTH || value.starts_with('"') {
        line
    } else {
        format!("{margin}{name}:\n{margin}  {value},")
    }
}

/// A member of an interface that may be left out.
pub fn optional_member(name: &str, of_type: &str) -> String {
    let line = format!("  {name}?: {of_type} | undefined;");
    let broken = format!("    {of_type} | undefined;");
    if width(&line) <= WIDTH {
        line
    } else if width(&broken) <= WIDTH {
        format!("  {name}?:\n{broken}")
    } else {
        format!("  {name}?:\n    | {of_type}\n    | undefined;")
    }
}

/// The parameters of a constructor, on one line or on one each.
pub fn parameters(parameters: &[String]) -> String {
    let line = parameters.join(", ");
    if width(&format!("  constructor({line}) {{")) <= WIDTH {
        return line;
    }
    let lines: String = parameters
        .iter()
        .map(|parameter| format!("    {parameter},\n"))
        .collect();
    format!("\n{lines}  ")
}

/// Import statements, of which those that are too long get a line per name. A single name has nowhere to break.
pub fn imports(statements: &str) -> String {
    let broken = |statement: &str| -> Option<String> {
        let (keyword, rest) = statement.split_once("{ ")?;
        let (names, source) = rest.split_once(" }")?;
        if width(statement) <= WIDTH || !names.contains(", ") {
            return None;
        }
        Some(format!(
            "{keyword}{{\n  {},\n}}{source}",
            names.replace(", ", ",\n  ")
        ))
    };
    let lines = statements.lines();
    lines
        .map(|line| broken(line).unwrap_or_else(|| line.to_owned()) + "\n")
        .collect()
}

/// Comments without the white space at the ends of their lines.
pub fn trimmed(comment: &str) -> String {
    let mut trimmed = String::with_capacity(comment.len());
    for (index, line) in comment.split('\n').enumerate() {
        if index > 0 {
            trimmed.push('\n');
        }
        trimmed.push_str(trim_end(line));
    }
    trimmed
}

/// What JavaScript calls white space; Unicode has another idea of U+0085 and U+FEFF.
fn trim_end(line: &str) -> &str {
    line.trim_end_matches(|letter: char| {
        letter == '\u{feff}' || (letter.is_whitespace() && letter != '\u{85}')
    })
}

fn width(line: &str) -> usize {
    line.chars().count()
}
