//! The statements that check one message, field by field.

use super::expression::{self, Base};
use super::literal;
use super::members::{Member, Shape};
use super::tests::{self, Patterns};
use super::value::{Place, Repr, zero};
use super::{Checked, element};
use crate::generate::rust::paths::Paths;
use crate::names::rust as names;
use crate::schema::rules::{Check, FieldRules, Ignore, MessageOneof, MessageRules, Test};
use crate::schema::{MessageId, cel};

/// A block binds this, so that no statement of it can be merged with the block.
const AT: &str = "at";

pub struct Writer<'a> {
    id: MessageId,
    rules: &'a MessageRules,
    checked: &'a Checked,
    paths: &'a Paths<'a>,
    patterns: Patterns,
    lines: Vec<String>,
}

/// What checks the elements of a list or a map.
#[derive(Default)]
struct Elements {
    /// Only those of which this holds.
    guard: Option<String>,
    lines: Vec<String>,
}

/// How a violation is reported: where, and whether it is about a map's key.
#[derive(Clone)]
struct Spot {
    at: String,
    key: bool,
}

impl Spot {
    fn at(at: impl Into<String>) -> Self {
        Self {
            at: at.into(),
            key: false,
        }
    }

    fn add(&self, id: &str, message: &str) -> String {
        let add = if self.key { "add_key" } else { "add" };
        format!(
            "found.{add}({}, {}, {});",
            self.at,
            literal::text(id),
            literal::text(message)
        )
    }
}

impl<'a> Writer<'a> {
    pub fn new(
        id: MessageId,
        rules: &'a MessageRules,
        checked: &'a Checked,
        paths: &'a Paths<'a>,
    ) -> Self {
        Self {
            id,
            rules,
            checked,
            paths,
            patterns: Patterns::default(),
            lines: Vec::new(),
        }
    }

    /// The statements, and the patterns that they use.
    pub fn message(mut self) -> (Vec<String>, Vec<(String, String)>) {
        let rules = self.rules;
        let whole = Place::reference(Repr::Message(self.id), "self");
        for check in &rules.checks {
            self.check(check, &Base::Value(whole.clone()), &Spot::at("*at"));
        }
        for oneof in &rules.oneofs {
            self.message_oneof(oneof);
        }
        let message = &self.paths.schema[self.id];
        for index in &rules.required_oneofs {
            let oneof = &message.oneofs[*index];
            let spot = Spot::at(field_at(&oneof.name));
            let name = names::snake(&oneof.name);
            self.line(format!("if self.{name}.is_none() {{"));
            self.line(spot.add("required", "exactly one field is required in oneof"));
            self.line("}");
        }
        for index in 0..message.fields.len() {
            self.field(index);
        }
        (self.lines, self.patterns.0)
    }

    fn line(&mut self, line: impl Into<String>) {
        self.lines.push(line.into());
    }

    fn message_oneof(&mut self, oneof: &MessageOneof) {
        let fields = &self.paths.schema[self.id].fields;
        let names: Vec<_> = oneof
            .fields
            .iter()
            .map(|index| fields[*index].name.as_str())
            .collect();
        let names = names.join(", ");
        self.line("let mut set = 0_u32;");
        for index in &oneof.fields {
            let is_set = Member::new(self.paths, self.id, *index, "self").is_set(self.paths);
            self.line(format!("set += u32::from({is_set});"));
        }
        let spot = Spot::at("*at");
        self.line("if set > 1 {");
        self.line(spot.add("message.oneof", &format!("only one of {names} can be set")));
        if oneof.required {
            self.line("} else if set == 0 {");
            self.line(spot.add("message.oneof", &format!("one of {names} must be set")));
        }
        self.line("}");
    }

    fn field(&mut self, index: usize) {
        let none = FieldRules::default();
        let rules = self.rules.fields.get(&index).unwrap_or(&none);
        if rules.ignore == Ignore::Always {
            return;
        }
        let field = &self.paths.schema[self.id].fields[index];
        let member = Member::new(self.paths, self.id, index, "self");
        let nested = element(self.paths.schema, field.cardinality, field.ty, Some(rules))
            .filter(|message| self.checked.contains(*message));
        let in_oneof = self
            .rules
            .oneofs
            .iter()
            .any(|oneof| oneof.fields.contains(&index));
        let if_zero = match rules.ignore {
            Ignore::Default => in_oneof,
            ignore => ignore == Ignore::IfZero,
        };
        let at = field_at(&field.name);
        let name = field.name.clone();
        match &member.shape {
            Shape::Implicit => {
                let place = member.place();
                let zero = zero(self.paths.schema, member.repr);
                let body = |writer: &mut Self, at: &str| {
                    writer.value(rules, &place, nested, &Spot::at(at));
                };
                self.implicit(
                    rules.required,
                    if_zero,
                    [place.is_zero(zero), place.is_not_zero(zero)],
                    &at,
                    body,
                );
            }
            Shape::Required => self.value(rules, &member.place(), nested, &Spot::at(&at)),
            Shape::Option | Shape::Oneof(_) => self.optional(rules, &member, nested, &at),
            Shape::List | Shape::Map => {
                let empty = format!("{}.is_empty()", member.access);
                let full = format!("!{empty}");
                let body = |writer: &mut Self, at: &str| {
                    writer.container(rules, &member, index, nested, at, &name);
                };
                self.implicit(rules.required, if_zero, [empty, full], &at, body);
            }
        }
    }

    /// A field that is set where it is not zero.
    fn implicit(
        &mut self,
        required: bool,
        if_zero: bool,
        [is_zero, is_not_zero]: [String; 2],
        at: &str,
        body: impl FnOnce(&mut Self, &str),
    ) {
        let before = std::mem::take(&mut self.lines);
        let is_block = required || if_zero;
        body(self, if is_block { AT } else { at });
        let body = std::mem::replace(&mut self.lines, before);
        if required {
            self.line(format!("if {is_zero} {{"));
            self.line(Spot::at(at).add("required", "value is required"));
            if !body.is_empty() {
                self.line("} else {");
                self.line(format!("let at = {at};"));
                self.lines.extend(body);
            }
            self.line("}");
        } else if if_zero && !body.is_empty() {
            self.line(format!("if {is_not_zero} {{"));
            self.line(format!("let at = {at};"));
            self.lines.extend(body);
            self.line("}");
        } else {
            self.lines.extend(body);
        }
    }

    /// A field that may be unset.
    fn optional(
        &mut self,
        rules: &FieldRules,
        member: &Member,
        nested: Option<MessageId>,
        at: &str,
    ) {
        let before = std::mem::take(&mut self.lines);
        let place = Place::reference(member.repr, "value");
        self.value(rules, &place, nested, &Spot::at(AT));
        let body = std::mem::replace(&mut self.lines, before);
        let required = Spot::at(at).add("required", "value is required");
        if body.is_empty() {
            if rules.required {
                self.line(format!("if {} {{", member.is_unset(self.paths)));
                self.line(required);
                self.line("}");
            }
            return;
        }
        let access = &member.access;
        let some = self.paths.some();
        self.line(match &member.shape {
            Shape::Oneof(variant) => format!("if let {some}({variant}(value)) = &{access} {{"),
            _ => format!("if let {some}(value) = &{access} {{"),
        });
        self.line(format!("let at = {at};"));
        self.lines.extend(body);
        if rules.required {
            self.line("} else {");
            self.line(required);
        }
        self.line("}");
    }

    /// One value that is there.
    fn value(&mut self, rules: &FieldRules, place: &Place, nested: Option<MessageId>, spot: &Spot) {
        let before = self.lines.len();
        for check in &rules.checks {
            self.check(check, &Base::Value(place.clone()), spot);
        }
        let uses_nanos = |line: &String| line.contains("nanos ") || line.contains("(&nanos)");
        if place.repr.is_time() && self.lines[before..].iter().any(uses_nanos) {
            let name = &place.name;
            let nanos =
                format!("let nanos = ::bellwire::rules::nanos({name}.seconds, {name}.nanos);");
            self.lines.insert(before, nanos);
        }
        if nested.is_some() {
            let at = match spot.at.as_str() {
                AT => "&at".to_owned(),
                at => format!("&{at}"),
            };
            self.line(format!(
                "::bellwire::Validate::check({}, {at}, found);",
                place.borrowed()
            ));
        }
    }

    /// A list or a map: the whole, then its elements.
    fn container(
        &mut self,
        rules: &FieldRules,
        member: &Member,
        index: usize,
        nested: Option<MessageId>,
        at: &str,
        name: &str,
    ) {
        for check in &rules.checks {
            self.check(check, &Base::Container(self.id, index), &Spot::at(at));
        }
        let none = FieldRules::default();
        let keys = self.elements(
            rules.keys.as_deref().unwrap_or(&none),
            member.key.unwrap_or(member.repr),
            None,
            &Spot {
                at: AT.to_owned(),
                key: true,
            },
            "key",
        );
        let values = rules.values.as_deref().unwrap_or(&none);
        let values = self.elements(values, member.repr, nested, &Spot::at(AT), "value");
        if keys.lines.is_empty() && values.lines.is_empty() {
            return;
        }
        let access = &member.access;
        let (head, bind) = match member.key {
            None => (
                format!("for (index, value) in {access}.iter().enumerate() {{"),
                format!("let at = {};", element_at(at, "item", "index", name)),
            ),
            Some(key) => {
                let given = match key {
                    Repr::Text => "key.as_str()",
                    _ => "*key",
                };
                let head = match values.lines.is_empty() {
                    true => format!("for key in {access}.keys() {{"),
                    false => format!("for (key, value) in &{access} {{"),
                };
                (
                    head,
                    format!("let at = {};", element_at(at, "entry", given, name)),
                )
            }
        };
        let is_map = member.key.is_some();
        if is_map {
            self.line("let before = found.len();");
        }
        self.line(head);
        let (guarded, others): (Vec<_>, Vec<_>) = [keys, values]
            .into_iter()
            .filter(|elements| !elements.lines.is_empty())
            .partition(|elements| elements.guard.is_some());
        for Elements { guard, lines } in guarded {
            self.line(format!("if {} {{", guard.unwrap_or_default()));
            self.line(bind.clone());
            self.lines.extend(lines);
            self.line("}");
        }
        if !others.is_empty() {
            self.line(bind);
        }
        self.lines
            .extend(others.into_iter().flat_map(|elements| elements.lines));
        self.line("}");
        if is_map {
            self.line("found.sort_from(before);");
        }
    }

    /// The statements for one key, item or value.
    fn elements(
        &mut self,
        rules: &FieldRules,
        repr: Repr,
        nested: Option<MessageId>,
        spot: &Spot,
        name: &str,
    ) -> Elements {
        if rules.ignore == Ignore::Always {
            return Elements::default();
        }
        let before = std::mem::take(&mut self.lines);
        let place = Place::reference(repr, name);
        self.value(rules, &place, nested, spot);
        let lines = std::mem::replace(&mut self.lines, before);
        let zero = zero(self.paths.schema, repr);
        Elements {
            guard: (rules.ignore == Ignore::IfZero).then(|| place.is_not_zero(zero)),
            lines,
        }
    }

    /// One check: nothing, where it cannot fail.
    fn check(&mut self, check: &Check, base: &Base, spot: &Spot) {
        if let Test::Expression(verdict) = &check.test {
            self.verdict(check, verdict, base, spot);
            return;
        }
        let add = spot.add(&check.id, &check.message);
        let is_broken = match base {
            Base::Value(place) => {
                if let Test::Format(_, Some((id, message))) = &check.test {
                    self.line(format!("if {}.is_empty() {{", place.name));
                    self.line(spot.add(id, message));
                    let is_broken = tests::of_value(check, place, self.paths, &mut self.patterns);
                    self.line(format!("}} else if {} {{", is_broken.unwrap_or_default()));
                    self.line(add);
                    self.line("}");
                    return;
                }
                tests::of_value(check, place, self.paths, &mut self.patterns)
            }
            Base::Container(id, index) => {
                let member = Member::new(self.paths, *id, *index, "self");
                tests::of_container(check, &member.access)
            }
        };
        if let Some(is_broken) = is_broken {
            self.line(format!("if {is_broken} {{"));
            self.line(add);
            self.line("}");
        }
    }

    /// An expression: a condition for each way in which it fails.
    fn verdict(&mut self, check: &Check, verdict: &cel::Verdict, base: &Base, spot: &Spot) {
        for (is_broken, message) in
            expression::failures(verdict, base, self.paths, &mut self.patterns)
        {
            self.line(format!("if {is_broken} {{"));
            self.line(spot.add(&check.id, message.as_deref().unwrap_or(&check.message)));
            self.line("}");
        }
    }
}

/// `at.field("name")`
fn field_at(name: &str) -> String {
    format!("at.field({})", literal::text(name))
}

/// `at.item("name", index)`, or what that is where `at` is the field already.
fn element_at(at: &str, step: &str, element: &str, name: &str) -> String {
    match (at, step) {
        (AT, "item") => format!("at.index({element})"),
        (AT, _) => format!("at.key({element})"),
        _ => format!("at.{step}({}, {element})", literal::text(name)),
    }
}
