//! Where the lines of a text may end: at spaces, but not inside of what stands between backquotes, which people copy.

/// Stands for a space at which no line ends, until the lines are laid out. No font and no schema has this character.
const HELD: char = '\u{f8fe}';

/// Holds the spaces in all that stands between backquotes and fits on a line of that many columns.
pub fn hold(text: &str, width: usize) -> String {
    let parts = text.split('`').collect::<Vec<_>>();
    let held = parts.iter().enumerate().map(|(index, part)| {
        let is_code = index % 2 == 1 && index + 1 < parts.len();
        // With the backquotes, and a sign behind them.
        match is_code && part.chars().count() + 3 <= width {
            true => part.replace(' ', HELD.encode_utf8(&mut [0; 4])),
            false => (*part).to_owned(),
        }
    });
    held.collect::<Vec<_>>().join("`")
}

/// Turns what was held back into spaces.
pub fn release(text: &str) -> String {
    text.replace(HELD, " ")
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::{Diagnostic, Report, Style, code};

    fn help(text: &str, width: usize) -> String {
        let style = Style {
            color: false,
            unicode: false,
            width,
        };
        let finding = Diagnostic::error(code::SYNTAX, "a sentence").help(text);
        let shown = Report::from(finding).render(style);
        let (_, help) = shown.split_once("help: ").expect("a help");
        help.trim_end().replace("\n        ", "\n")
    }

    #[test]
    fn no_line_ends_in_a_path_or_in_code_that_fits() {
        let text = "add `import \"buf/validate/validate.proto\";` and write `option a = \"b c\";`";
        assert_eq!(
            help(text, 60),
            "add `import \"buf/validate/validate.proto\";` and\nwrite `option a = \"b c\";`"
        );
        assert_eq!(
            help(text, 40),
            "add `import\n\"buf/validate/validate.proto\";`\nand write `option a = \"b c\";`"
        );
        assert_eq!(
            help(
                "see /a/rather/long/path-with-dashes/to/a/file, and `more`",
                40
            ),
            "see\n/a/rather/long/path-with-dashes/to/a/file,\nand `more`"
        );
    }

    #[test]
    fn what_has_no_end_is_no_code() {
        assert_eq!(
            help("a ` sign that is alone on lines of 40", 40),
            "a ` sign that is alone on\nlines of 40"
        );
    }
}
