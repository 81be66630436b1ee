//! How things are called in TypeScript: its keywords, and the one rule that escapes them. The rules are those of
//! `protoc-gen-es`.

mod client_names;
mod symbols;

pub use client_names::{ClientNames, NotificationNames, handler};
pub use symbols::Symbols;

/// Names that cannot be declared, or that emitted code uses itself.
const RESERVED_IDENTIFIERS: &[&str] = &[
    "Object",
    "Partial",
    "Uint8Array",
    "bigint",
    "boolean",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "globalThis",
    "if",
    "implements",
    "import",
    "in",
    "instanceof",
    "interface",
    "let",
    "new",
    "null",
    "number",
    "object",
    "package",
    "private",
    "protected",
    "public",
    "return",
    "static",
    "string",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "var",
    "void",
    "while",
    "with",
    "yield",
];

/// Members that every JavaScript object has, and that a property would hide.
const RESERVED_PROPERTIES: &[&str] = &["constructor", "toJSON", "toString", "valueOf"];

/// Names that no type may have and that `protoc-gen-es` does not escape. `export type as` begins a renamed export.
const FORBIDDEN_TYPES: &[&str] = &[
    "any",
    "as",
    "await",
    "never",
    "symbol",
    "undefined",
    "unknown",
];

/// Whether TypeScript refuses a declaration of that name even after [`identifier`].
pub fn is_forbidden_type(name: &str) -> bool {
    FORBIDDEN_TYPES.contains(&name)
}

/// The name of a declaration: reserved words get a dollar sign, which no protobuf name has.
pub fn identifier(name: &str) -> String {
    escape(name, RESERVED_IDENTIFIERS)
}

/// The name of a property of a message, a member of an enum or a method of a service.
pub fn property(name: &str) -> String {
    escape(name, RESERVED_PROPERTIES)
}

fn escape(name: &str, reserved: &[&str]) -> String {
    if reserved.contains(&name) {
        format!("{name}$")
    } else {
        name.to_owned()
    }
}

/// protobuf's own camelCase, by which JSON names are made: an underscore goes, and the letter behind it is raised.
pub fn camel_case(name: &str) -> String {
    let mut camel = String::with_capacity(name.len());
    let mut raise = false;
    for letter in name.chars() {
        match letter {
            '_' => raise = true,
            _ if raise => {
                camel.push(letter.to_ascii_uppercase());
                raise = false;
            }
            _ => camel.push(letter),
        }
    }
    camel
}

/// A method of a service: its first letter is lowered.
pub fn method(name: &str) -> String {
    let mut letters = name.chars();
    let lowered = letters.next().map(|first| first.to_ascii_lowercase());
    property(&lowered.into_iter().chain(letters).collect::<String>())
}

/// The length of the prefix that the values of an enum share with its name, as in `KIND_GOOD` of `Kind`. Zero where
/// a value lacks it, or where one would be left without a name that may stand alone.
pub fn enum_prefix<'a>(enum_name: &str, values: impl IntoIterator<Item = &'a str>) -> usize {
    let prefix = format!("{}_", snake_case(enum_name));
    let stands_alone = |rest: &str| rest.starts_with(|first: char| !first.is_ascii_digit());
    let shared = values.into_iter().all(|value| {
        value
            .get(..prefix.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(&prefix))
            && stands_alone(&value[prefix.len()..])
    });
    if shared { prefix.len() } else { 0 }
}

/// `FooBar` → `foo_bar`; every capital but the first letter gets an underscore, in `HTTPCode` too.
fn snake_case(camel: &str) -> String {
    let mut snake = String::with_capacity(camel.len() + 4);
    for (position, letter) in camel.char_indices() {
        if position > 0 && letter.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}
