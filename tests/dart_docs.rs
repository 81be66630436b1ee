//! Everything public in the Dart package says what it is.
//!
//! That is the linter's `public_member_api_docs`, which this package turns on; here it is found without a Dart SDK. The
//! files are laid out by `dart format`, so lines and their indentation tell declarations apart. What is generated has the
//! comments of its schema, and stands in folders that turn the lint off.

use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn everything_public_is_documented() {
    let mut undocumented = Vec::new();
    let mut checked = 0;
    assert!(is_linted(Path::new("runtime/dart")));
    for file in dart_files(Path::new("runtime/dart/lib")) {
        let text = fs::read_to_string(&file).expect("a text");
        let is_generated = text.starts_with("// Code generated");
        assert_ne!(is_linted(&file), is_generated, "{}", file.display());
        if is_generated {
            continue;
        }
        for declaration in declarations(&text) {
            checked += 1;
            if !declaration.is_documented {
                let (line, text) = (declaration.line, declaration.text);
                undocumented.push(format!("{}:{line}: {text}", file.display()));
            }
        }
    }
    assert!(checked > 300, "only {checked} declarations were found");
    assert!(undocumented.is_empty(), "{}", undocumented.join("\n"));
}

#[test]
fn what_is_not_documented_is_found() {
    let text = "\
/// Documented.
class A {
  A(this.b);

  /// Documented.
  @deprecated
  final int b;
  final int c;

  /// Documented.
  set d(int value) {
    call(value);
  }

  @override
  String toString() => '';
  static const _e = 1;
  final void Function(int number)? _f;
  final Map<String, int> _map = {};
  final int Function(
    int number,
  )
  _long;
  final int Function(
    int number,
  )
  long;
  A._();
  Future<void> g(
    int number,
  ) async {}
}

void _h() {
  var local = 0;
}

class _I {
  int j = 0;
}

enum K {
  /// Documented.
  l(1),
  m(2);

  const K(this.n);
}
";
    let found: Vec<_> = declarations(text)
        .into_iter()
        .filter(|declaration| !declaration.is_documented)
        .map(|declaration| declaration.text)
        .collect();
    assert_eq!(
        found,
        [
            "A(this.b);",
            "final int c;",
            "final int Function(",
            "Future<void> g(",
            "enum K {",
            "m(2);",
            "const K(this.n);"
        ]
    );
}

/// Whether the nearest `analysis_options.yaml` turns the lint on.
fn is_linted(path: &Path) -> bool {
    let mut options = path.ancestors().map(|at| at.join("analysis_options.yaml"));
    let nearest = options.find_map(|options| fs::read_to_string(options).ok());
    nearest
        .expect("there is one")
        .contains("public_member_api_docs: true")
}

struct Declaration<'a> {
    line: usize,
    text: &'a str,
    is_documented: bool,
}

/// The public declarations: those of the file, and those in what is public there.
fn declarations(text: &str) -> Vec<Declaration<'_>> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    let mut in_public_type = false;
    for (index, line) in lines.iter().enumerate() {
        let text = line.trim_start();
        let indent = line.len() - text.len();
        if !text.starts_with(|first: char| first.is_ascii_alphabetic()) {
            continue;
        }
        let name = name(text, &lines[index + 1..]);
        let is_public = !name.starts_with('_');
        if indent == 0 {
            if is_directive(text) {
                continue;
            }
            in_public_type = is_public && is_type(text);
        } else if indent != 2 || !in_public_type {
            continue;
        }
        let mut before = lines[..index].iter().rev().map(|line| line.trim());
        let annotations = before.clone().take_while(|line| line.starts_with('@'));
        // Its documentation is that of what it overrides, or of the getter.
        let inherits = annotations.clone().any(|line| line == "@override")
            || text.starts_with("set ") && has_getter(&lines, &name);
        let above = before.nth(annotations.count()).unwrap_or_default();
        let starts_here =
            above.is_empty() || above.starts_with("//") || above.ends_with(['{', '}', ';', ',']);
        if is_public && starts_here && !inherits {
            found.push(Declaration {
                line: index + 1,
                text,
                is_documented: above.starts_with("///"),
            });
        }
    }
    found
}

fn is_directive(text: &str) -> bool {
    let keyword = text.split([' ', ';']).next().unwrap_or_default();
    ["import", "export", "library", "part"].contains(&keyword)
}

fn is_type(text: &str) -> bool {
    text.split(' ')
        .any(|word| ["class", "enum", "mixin", "extension"].contains(&word))
}

fn has_getter(lines: &[&str], name: &str) -> bool {
    let getter = format!(" get {name}");
    lines.iter().any(|line| line.contains(&getter))
}

/// What a declaration names, by its first line and those that follow. Of `A.b`, that is `b`.
fn name<'a>(text: &'a str, following: &[&'a str]) -> String {
    let head = without_type_arguments(text.split(" =").next().unwrap_or(text));
    if is_type(text) {
        let is_keyword = |word: &&str| word.chars().all(|c| c.is_ascii_lowercase());
        let name = head.split(' ').find(|word| !is_keyword(word));
        return name.unwrap_or_default().to_owned();
    }
    // A field that holds a function: its name comes last, maybe some lines on.
    if head
        .split('(')
        .next()
        .unwrap_or_default()
        .ends_with(" Function")
    {
        let ends = |line: &&&str| {
            line.ends_with(';') && line.starts_with("  ") && !line.starts_with("   ")
        };
        let last = if head.ends_with('(') {
            following.iter().find(ends).copied()
        } else {
            None
        };
        return last_word(last.unwrap_or(&head).trim_end_matches(';')).to_owned();
    }
    let end = head.find(['(', ';', '{', ',']).unwrap_or(head.len());
    last_word(head[..end].trim_end()).to_owned()
}

/// The text without what stands between `<` and `>`.
fn without_type_arguments(text: &str) -> String {
    let mut depth = 0;
    let mut rest = String::new();
    for character in text.chars() {
        match character {
            '<' => depth += 1,
            '>' => depth -= 1,
            _ if depth == 0 => rest.push(character),
            _ => {}
        }
    }
    rest
}

fn last_word(text: &str) -> &str {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    text.rsplit(|c| !is_part(c)).next().unwrap_or(text)
}

fn dart_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut files: Vec<PathBuf> = paths
        .flat_map(|path| {
            if path.is_dir() {
                dart_files(&path)
            } else {
                vec![path]
            }
        })
        .filter(|path| path.extension().is_some_and(|end| end == "dart"))
        .collect();
    files.sort();
    files
}
