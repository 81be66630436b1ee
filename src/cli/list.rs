use std::io::{self, Write as _};
use std::process::ExitCode;

use bellwire_build::compile_config;
use bellwire_build::schema::{
    Delivery, Event, EventGroup, FileId, MessageId, Notification, Origin, Schema,
};
use clap::ValueEnum;
use serde::Serialize;

use super::Globals;

/// Show every event and notification of the schemas that bellwire.yaml names.
#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  bellwire list
  bellwire list --format json | jq -r '.[] | select(.kind == \"stream\") | .path'")]
pub struct Arguments {
    /// How they are shown.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum Format {
    /// For people.
    #[default]
    Table,
    /// For programs: one JSON array.
    Json,
}

pub fn run(globals: &Globals, arguments: &Arguments) -> io::Result<ExitCode> {
    let config = match globals.read_config() {
        Ok(config) => config,
        Err(code) => return Ok(code),
    };
    let compiled = compile_config(&config);
    let code = globals.tell(&compiled.report);
    if compiled.report.has_errors() {
        return Ok(code);
    }
    let rows = rows(&compiled.schema);
    let text = match arguments.format {
        Format::Table => table(&rows),
        Format::Json => serde_json::to_string_pretty(&rows).map_err(io::Error::other)? + "\n",
    };
    let mut out = anstream::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// One event or notification.
#[derive(Serialize)]
struct Row<'a> {
    /// `unary`, `stream` or `notification`.
    kind: &'static str,
    path: &'a str,
    /// Full names; none for nothing.
    input: Option<&'a str>,
    /// A notification's payload is its output.
    output: Option<&'a str>,
    error: Option<&'a str>,
    keyed: bool,
    latest: bool,
    timeout_ms: Option<u128>,
    debounce_ms: Option<u128>,
    deprecated: bool,
    /// 16 hexadecimal digits.
    fingerprint: String,
    /// The import name of the schema file.
    file: &'a str,
    doc: Option<&'a str>,
}

/// Events before notifications, each in the order of the schemas.
fn rows(schema: &Schema) -> Vec<Row<'_>> {
    let owned = |file: FileId| schema[file].origin == Origin::Owned;
    let events = schema.event_groups.iter().filter(|group| owned(group.file));
    let events = events.flat_map(|group| {
        group
            .events
            .iter()
            .map(move |event| event_row(schema, group, event))
    });
    let groups = schema
        .notification_groups
        .iter()
        .filter(|group| owned(group.file));
    let notifications = groups.flat_map(|group| {
        group
            .notifications
            .iter()
            .map(move |notification| notification_row(schema, group.file, notification))
    });
    events.chain(notifications).collect()
}

fn event_row<'a>(schema: &'a Schema, group: &'a EventGroup, event: &'a Event) -> Row<'a> {
    Row {
        kind: if event.stream { "stream" } else { "unary" },
        path: &event.path,
        input: name(schema, event.input),
        output: name(schema, event.output),
        error: name(schema, Some(group.error)),
        keyed: false,
        latest: false,
        timeout_ms: event.timeout.map(|timeout| timeout.as_millis()),
        debounce_ms: None,
        deprecated: event.deprecated || group.deprecated,
        fingerprint: format!("{:016x}", event.fingerprint),
        file: &schema[group.file].path,
        doc: event.comments.leading.as_deref().map(str::trim),
    }
}

fn notification_row<'a>(
    schema: &'a Schema,
    file: FileId,
    notification: &'a Notification,
) -> Row<'a> {
    Row {
        kind: "notification",
        path: &notification.path,
        input: None,
        output: name(schema, notification.payload),
        error: None,
        keyed: notification.keyed,
        latest: notification.delivery == Delivery::Latest,
        timeout_ms: None,
        debounce_ms: notification.debounce.map(|debounce| debounce.as_millis()),
        deprecated: notification.deprecated,
        fingerprint: format!("{:016x}", notification.fingerprint),
        file: &schema[file].path,
        doc: notification.comments.leading.as_deref().map(str::trim),
    }
}

fn name(schema: &Schema, message: Option<MessageId>) -> Option<&str> {
    message.map(|message| schema[message].full_name.as_str())
}

const HEADINGS: [&str; 5] = ["KIND", "NAME", "IN", "OUT", ""];

/// Columns as wide as their widest cell, two spaces between them.
fn table(rows: &[Row<'_>]) -> String {
    if rows.is_empty() {
        return "no events and no notifications\n".to_owned();
    }
    let mut lines = vec![HEADINGS.map(str::to_owned)];
    lines.extend(rows.iter().map(cells));
    let widths: [usize; 5] = std::array::from_fn(|column| {
        lines
            .iter()
            .map(|line| line[column].chars().count())
            .max()
            .unwrap_or(0)
    });
    let line = |cells: &[String; 5]| {
        let padded = cells
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell:width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    };
    lines.iter().map(line).collect()
}

fn cells(row: &Row<'_>) -> [String; 5] {
    let near =
        |name: Option<&str>| name.map_or("-".to_owned(), |name| shorten(name, row.path).to_owned());
    [
        row.kind.to_owned(),
        row.path.to_owned(),
        near(row.input),
        near(row.output),
        remarks(row),
    ]
}

/// Without the package that the event is in too.
fn shorten<'a>(name: &'a str, path: &str) -> &'a str {
    let group = path.split('/').next().unwrap_or_default();
    let package = group.rsplit_once('.').map_or("", |(package, _)| package);
    name.strip_prefix(package)
        .and_then(|rest| rest.strip_prefix('.'))
        .unwrap_or(name)
}

/// Milliseconds as a schema says them, in the largest unit that leaves a whole number.
fn duration(milliseconds: u128) -> String {
    let units = [(3_600_000, "h"), (60_000, "m"), (1_000, "s")];
    let (length, unit) = units
        .into_iter()
        .find(|(length, _)| milliseconds.is_multiple_of(*length))
        .unwrap_or((1, "ms"));
    format!("{}{unit}", milliseconds / length)
}

fn remarks(row: &Row<'_>) -> String {
    let words = [
        row.keyed.then(|| "keyed".to_owned()),
        row.latest.then(|| "latest".to_owned()),
        row.timeout_ms
            .map(|timeout| format!("timeout {}", duration(timeout))),
        row.debounce_ms
            .map(|debounce| format!("debounce {}", duration(debounce))),
        row.deprecated.then(|| "deprecated".to_owned()),
    ];
    words.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
