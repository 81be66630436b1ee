//! Event groups and notification groups, from the options of enums and services.
//!
//! What an option says that cannot be understood is reported here, at its place; rules over what was understood are
//! in `check`.

mod configured;
mod events;
mod misplaced;
mod notifications;
mod services;
mod site;
mod types;

use std::time::Duration;

use prost_reflect::{DynamicMessage, FileDescriptor};

use super::duration;
use super::elements::Ids;
use super::options;
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Report, code};
use crate::load::Loaded;
use crate::load::locations::{Locations, part};
use crate::schema::{FileId, Schema, Span};
pub use site::Site;

/// Adds the groups of every file.
pub fn build(
    loaded: &Loaded,
    ids: &Ids,
    config: &Config,
    schema: &mut Schema,
    report: &mut Report,
) {
    configured::check(loaded, config, report);
    for index in 0..schema.files.len() {
        let file = FileId(index);
        let Some(descriptor) = loaded.pool.get_file_by_name(&schema[file].path) else {
            continue;
        };
        if !may_have_groups(&descriptor, schema, file, config) {
            continue;
        }
        let locations = loaded.locations(file);
        let mut context = Context {
            loaded,
            ids,
            config,
            schema,
            report,
            file,
            locations: &locations,
        };
        misplaced::check(&mut context, &descriptor);
        let mut events = events::build(&mut context, &descriptor);
        events.extend(services::build(&mut context, &descriptor));
        let notifications = notifications::build(&mut context, &descriptor);
        events.sort_by_key(|group| group.span);
        schema.event_groups.extend(events);
        schema.notification_groups.extend(notifications);
    }
}

/// Most files have none, and most work is saved by seeing so.
fn may_have_groups(
    descriptor: &FileDescriptor,
    schema: &Schema,
    file: FileId,
    config: &Config,
) -> bool {
    let file = &schema[file];
    !file.services.is_empty() && !config.services.is_empty()
        || options::may_use(descriptor, options::FILE)
}

/// What is known while the groups of one file are built.
struct Context<'a> {
    loaded: &'a Loaded,
    ids: &'a Ids,
    config: &'a Config,
    schema: &'a Schema,
    report: &'a mut Report,
    file: FileId,
    locations: &'a Locations<'a>,
}

impl<'a> Context<'a> {
    fn push(&mut self, diagnostic: Diagnostic) {
        self.report.push(diagnostic);
    }

    /// The option `(bellwire.<name>)` among an element's options, and where it stands. `path` is that of the options.
    fn option(
        &self,
        options: &DynamicMessage,
        name: &str,
        path: &[i32],
        element: Span,
    ) -> Option<(DynamicMessage, Site<'a>)> {
        let (number, option) = options::find(&self.loaded.pool, options, name)?;
        let path = part(path, &[i32::try_from(number).unwrap_or(i32::MAX)]);
        Some((
            option,
            Site {
                file: self.file,
                locations: self.locations,
                path,
                element,
            },
        ))
    }

    /// Reads a duration; None where there is none, and where it is wrong, which is reported.
    fn duration(&mut self, text: &str, field: &str, span: impl Fn() -> Span) -> Option<Duration> {
        if text.is_empty() {
            return None;
        }
        let parsed = duration::parse(text);
        if parsed.is_none() {
            let (message, place) = match duration::is_zero(text) {
                true => (format!("a `{field}` of zero leaves no time at all"), "zero"),
                false => (
                    format!("`{text}` is no duration"),
                    "a number and a unit are needed here",
                ),
            };
            let diagnostic = Diagnostic::error(code::EVENT_INVALID_DURATION, message)
                .at(self.loaded.label(span(), place))
                .help(match duration::meant(text) {
                    Some(meant) => format!("a duration is a whole number and one of the units ms, s, m, h: write \"{meant}\""),
                    None => "write a whole number and one of the units ms, s, m, h, such as \"500ms\" or \"30s\"".to_owned(),
                });
            self.push(diagnostic);
        }
        parsed
    }
}
