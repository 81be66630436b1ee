//! Rust: prost's names, modules of packages, and modules of nested types.

use std::collections::{BTreeMap, BTreeSet};

use super::{Element, Scope, at_once};
use crate::config::{Config, RustTarget};
use crate::diagnostic::{Diagnostic, Report, code};
use crate::load::Loaded;
use crate::load::locations::tag;
use crate::names::rust as names;
use crate::schema::{Enum, EnumId, Message, MessageId, Origin, Schema};

pub fn check(schema: &Schema, loaded: &Loaded, config: &Config, report: &mut Report) {
    let packages: BTreeSet<&str> = config
        .rust
        .iter()
        .flat_map(|target| generated(schema, target))
        .collect();
    let each: Vec<&str> = packages.iter().copied().collect();
    at_once(&each, report, |package, report| {
        let mut check = Check {
            schema,
            loaded,
            report,
        };
        check.package(package, &packages);
    });
}

fn generated<'a>(schema: &'a Schema, target: &RustTarget) -> BTreeSet<&'a str> {
    let wanted = |package: &str| {
        target.packages.is_empty() || target.packages.iter().any(|wanted| wanted == package)
    };
    schema
        .files
        .iter()
        .filter(|file| matches!(file.origin, Origin::Owned))
        .map(|file| file.package.as_str())
        .filter(|package| wanted(package) && !target.extern_paths.contains_key(*package))
        .collect()
}

struct Check<'a> {
    schema: &'a Schema,
    loaded: &'a Loaded,
    report: &'a mut Report,
}

impl<'a> Check<'a> {
    fn package(&mut self, package: &str, packages: &BTreeSet<&str>) {
        let schema = self.schema;
        let mut types = Scope::new("Rust", code::TARGET_COLLISION, self.loaded);
        let mut constants = Scope::new("Rust", code::TARGET_COLLISION, self.loaded);
        let mut modules: BTreeMap<String, &Message> = BTreeMap::new();
        let files = schema
            .files()
            .filter(|(_, file)| file.package == package && file.origin == Origin::Owned);
        for (id, file) in files {
            if package
                .split('.')
                .any(|part| !part.is_empty() && names::snake(part).is_empty())
            {
                let label = self
                    .loaded
                    .locations(id)
                    .label(&[tag::FILE_PACKAGE], "no letter and no digit");
                self.report.push(
                    Diagnostic::error(
                        code::TARGET_RESERVED_NAME,
                        format!(
                            "a part of the package `{package}` has nothing to make a Rust module of"
                        ),
                    )
                    .at(label)
                    .help("give it a name with a letter"),
                );
            }
            self.declared(&file.messages, &file.enums, &mut types, &mut modules);
            for (message, params) in &schema.params {
                if schema[*message].file == id {
                    types.take(
                        params.name.clone(),
                        Element::new("the parameters of", &schema[*message].name),
                        params.span,
                        self.report,
                    );
                }
            }
            let groups = schema
                .event_groups_of(id)
                .map(|group| (&group.name, group.span));
            let others = schema
                .notification_groups_of(id)
                .map(|group| (&group.name, group.span));
            for (name, span) in groups.chain(others) {
                constants.take(
                    names::constant(name),
                    Element::new("the group", name),
                    span,
                    self.report,
                );
            }
            for group in schema.event_groups_of(id) {
                for name in [
                    names::handler(&group.name),
                    names::service(&group.name),
                    names::client(&group.name),
                ] {
                    types.take(
                        name,
                        Element::new("a part of the event group", &group.name),
                        group.span,
                        self.report,
                    );
                }
            }
            for group in schema.notification_groups_of(id) {
                let name = names::notifier(&group.name);
                types.take(
                    name,
                    Element::new("the notifier of", &group.name),
                    group.span,
                    self.report,
                );
            }
        }
        self.sub_packages(package, packages, &modules);
    }

    /// Two messages whose nested types go into one module.
    fn module(&mut self, message: &'a Message, modules: &mut BTreeMap<String, &'a Message>) {
        let name = names::snake(&message.name);
        if name == names::type_name(&message.name) {
            self.report.push(
                Diagnostic::error(
                    code::TARGET_MODULE_COLLISION,
                    format!(
                        "the message `{}` and its nested types' module are both `{name}` in Rust",
                        message.name
                    ),
                )
                .at(self.loaded.label(message.span, "a type and a module"))
                .help("give the message a name with a letter before its first digit"),
            );
            return;
        }
        let Some(first) = modules.get(&name) else {
            modules.insert(name, message);
            return;
        };
        // Where the types collide too, that was said.
        if names::type_name(&first.name) != names::type_name(&message.name) {
            let text = format!(
                "the nested types of `{}` and `{}` go into one Rust module, `{name}`",
                first.name, message.name
            );
            self.report.push(
                Diagnostic::error(code::TARGET_MODULE_COLLISION, text)
                    .at(self
                        .loaded
                        .label(message.span, format!("module `{name}` again here")))
                    .at(self
                        .loaded
                        .label(first.span, format!("module `{name}` first here")))
                    .help("rename one of the two messages"),
            );
        }
    }

    /// A package `a.b` beside a message `B` of the package `a` that has nested types.
    fn sub_packages(
        &mut self,
        package: &str,
        packages: &BTreeSet<&str>,
        modules: &BTreeMap<String, &Message>,
    ) {
        let inside = |other: &'a str| match package {
            "" => other.split('.').next(),
            _ => other
                .strip_prefix(package)?
                .strip_prefix('.')?
                .split('.')
                .next(),
        };
        let all = self.schema.files.iter().map(|file| file.package.as_str());
        let segments: BTreeSet<&str> = all
            .filter(|other| packages.contains(other) && !other.is_empty() && *other != package)
            .filter_map(inside)
            .collect();
        for segment in segments {
            let name = names::snake(segment);
            let Some(message) = modules.get(&name) else {
                continue;
            };
            let text = format!(
                "the nested types of `{}` and the package `{}` are both the Rust module `{name}`",
                message.name,
                join(package, segment)
            );
            self.report.push(
                Diagnostic::error(code::TARGET_MODULE_COLLISION, text)
                    .at(self.loaded.label(
                        message.span,
                        format!("its nested types go into the module `{name}`"),
                    ))
                    .help("rename the message or the package, or move its nested types beside it"),
            );
        }
    }

    fn message(&mut self, message: &'a Message) {
        let mut members = Scope::new("Rust", code::TARGET_COLLISION, self.loaded);
        for field in message.fields.iter().filter(|field| field.oneof.is_none()) {
            members.take(
                names::snake(&field.name),
                Element::new("the field", &field.name),
                field.span,
                self.report,
            );
        }
        let mut types = Scope::new("Rust", code::TARGET_COLLISION, self.loaded);
        for (index, oneof) in message.oneofs.iter().enumerate() {
            let element = Element::new("the oneof", &oneof.name);
            members.take(names::snake(&oneof.name), element, oneof.span, self.report);
            types.take(
                names::type_name(&oneof.name),
                element,
                oneof.span,
                self.report,
            );
            let mut variants = Scope::new("Rust", code::TARGET_COLLISION, self.loaded);
            for field in message
                .fields
                .iter()
                .filter(|field| field.oneof == Some(index))
            {
                variants.take(
                    names::type_name(&field.name),
                    Element::new("the field", &field.name),
                    field.span,
                    self.report,
                );
            }
        }
        let mut modules = BTreeMap::new();
        self.declared(&message.messages, &message.enums, &mut types, &mut modules);
    }

    /// The messages and enums of one scope, and all that they declare in turn.
    fn declared(
        &mut self,
        messages: &[MessageId],
        enums: &[EnumId],
        types: &mut Scope<'a>,
        modules: &mut BTreeMap<String, &'a Message>,
    ) {
        let schema = self.schema;
        for message in messages.iter().map(|id| &schema[*id]) {
            if message.map_entry {
                continue;
            }
            types.take(
                names::type_name(&message.name),
                Element::new("the message", &message.name),
                message.span,
                self.report,
            );
            if has_module(schema, message) {
                self.module(message, modules);
            }
            self.message(message);
        }
        for enum_ in enums.iter().map(|id| &schema[*id]) {
            types.take(
                names::type_name(&enum_.name),
                Element::new("the enum", &enum_.name),
                enum_.span,
                self.report,
            );
            self.enum_(enum_);
        }
    }

    fn enum_(&mut self, enum_: &Enum) {
        let mut variants = Scope::new("Rust", code::TARGET_COLLISION, self.loaded);
        let mut numbers = BTreeSet::new();
        let variant = names::variants(&enum_.name);
        for value in enum_
            .values
            .iter()
            .filter(|value| numbers.insert(value.number))
        {
            variants.take(
                variant(&value.name),
                Element::new("the value", &value.name),
                value.span,
                self.report,
            );
        }
    }
}

/// Its nested types, and the enums of its oneofs, go into a module.
fn has_module(schema: &Schema, message: &Message) -> bool {
    let nested = message.messages.iter().any(|id| !schema[*id].map_entry);
    nested || !message.enums.is_empty() || !message.oneofs.is_empty()
}

fn join(package: &str, segment: &str) -> String {
    if package.is_empty() {
        segment.to_owned()
    } else {
        format!("{package}.{segment}")
    }
}
