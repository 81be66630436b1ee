//! The function of one event.

use super::file::{DefinitionView, Scope, doc};
use super::layout::Definition;
use crate::generate::typescript::string_literal;
use crate::schema::{Event, EventGroup};

pub fn view(scope: &mut Scope, group: &EventGroup, event: &Event, name: &str) -> DefinitionView {
    let (of_type, function) = if event.stream {
        ("StreamEvent", "stream")
    } else {
        ("UnaryEvent", "unary")
    };
    let mut definition = Definition::new(
        name,
        &scope.runtime_type(of_type),
        &[
            scope.payload(event.input),
            scope.payload(event.output),
            scope.message(group.error),
        ],
        &scope.runtime_value(function),
    );
    definition.property("path", &string_literal(&event.path));
    if let Some(input) = event.input {
        definition.property("input", &scope.message_schema(input));
    }
    if let Some(output) = event.output {
        definition.property("output", &scope.message_schema(output));
    }
    definition.property("error", &scope.message_schema(group.error));
    definition.property("fingerprint", &format!("{:#018x}n", event.fingerprint));
    if let Some(timeout) = event.timeout {
        // A fraction of a millisecond is more than none.
        let milliseconds = timeout.as_nanos().div_ceil(1_000_000);
        definition.property("timeoutMs", &milliseconds.to_string());
    }
    let from = format!("event {}", event.path);
    let deprecated = event.deprecated || group.deprecated;
    definition.into_view(doc(&event.comments, &from, deprecated, 0))
}
