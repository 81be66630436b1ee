//! Workflow commands of GitHub Actions.

use bellwire_build::diagnostic::Diagnostic;

use super::{Place, level};

/// `::error file=…,line=…::message`: the finding, its other places and its help.
pub fn command(diagnostic: &Diagnostic) -> String {
    let mut properties = vec![format!("title={}", property(diagnostic.code.0))];
    if let Some(place) = diagnostic.labels.first().map(Place::from) {
        properties.insert(0, format!("file={}", property(place.file)));
        for (name, value) in [
            ("line", place.line),
            ("col", place.column),
            ("endLine", place.end_line),
            ("endColumn", place.end_column),
        ] {
            properties.push(format!("{name}={value}"));
        }
    }
    let mut text = diagnostic.message.clone();
    for place in diagnostic.labels.iter().skip(1).map(Place::from) {
        text += &format!(
            "\n{}:{}:{}: {}",
            place.file, place.line, place.column, place.text
        );
    }
    if let Some(help) = &diagnostic.help {
        text += &format!("\nhelp: {help}");
    }
    format!(
        "::{} {}::{}\n",
        level(diagnostic),
        properties.join(","),
        data(&text)
    )
}

fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
