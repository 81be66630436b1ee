//! Rules that no value can hold to: every message would be refused.

use crate::diagnostic::{Diagnostic, Report, code};
use crate::load::Loaded;
use crate::schema::Schema;
use crate::schema::rules::{Check, FieldRules, Range, Size, Test, Unit, Value};

pub fn check(schema: &Schema, loaded: &Loaded, report: &mut Report) {
    for rules in schema.rules.values() {
        for field in rules.fields.values() {
            field_rules(field, loaded, report);
        }
    }
}

fn field_rules(rules: &FieldRules, loaded: &Loaded, report: &mut Report) {
    for (index, check) in rules.checks.iter().enumerate() {
        if !is_satisfiable(&check.test, &check.id) {
            unsatisfiable(check, None, loaded, report);
            continue;
        }
        let before = &rules.checks[..index];
        if let Some(other) = before
            .iter()
            .find(|other| excludes(&other.test, &check.test))
        {
            unsatisfiable(check, Some(other), loaded, report);
        }
    }
    for elements in [&rules.keys, &rules.values].into_iter().flatten() {
        field_rules(elements, loaded, report);
    }
}

fn unsatisfiable(check: &Check, other: Option<&Check>, loaded: &Loaded, report: &mut Report) {
    let text = match other {
        Some(other) => format!(
            "no value holds to both `{}` ({}) and `{}` ({})",
            other.id, other.message, check.id, check.message
        ),
        None => format!("no value holds to `{}` ({})", check.id, check.message),
    };
    let mut diagnostic = Diagnostic::error(code::RULE_UNSATISFIABLE, text)
        .at(loaded.label(check.span, "nothing is legal here"));
    if let Some(other) = other.filter(|other| other.span != check.span) {
        diagnostic = diagnostic.at(loaded.label(other.span, "together with this"));
    }
    report.push(diagnostic.help("loosen one of the rules, or take it away"));
}

/// Whether a test by itself can be passed.
fn is_satisfiable(test: &Test, id: &str) -> bool {
    // Nothing is more or less than NaN, or the same.
    let is_nan = |value: &Value| value.partial_cmp(value).is_none();
    match test {
        Test::Equal(value) => !is_nan(value),
        Test::Range(range) => match (&range.lower, &range.upper) {
            (Some(bound), _) | (_, Some(bound)) if is_nan(&bound.value) => false,
            (Some(lower), Some(upper)) => {
                range.is_outside()
                    || lower.value < upper.value
                    || (lower.value == upper.value && lower.inclusive && upper.inclusive)
            }
            (Some(lower), None) => lower.inclusive || number(&lower.value) != Some(limits(id).1),
            (None, Some(upper)) => upper.inclusive || number(&upper.value) != Some(limits(id).0),
            (None, None) => true,
        },
        _ => true,
    }
}

fn number(value: &Value) -> Option<i128> {
    match value {
        Value::Int(value) => Some(i128::from(*value)),
        Value::Uint(value) => Some(i128::from(*value)),
        _ => None,
    }
}

/// The least and the largest of the numbers that a rule such as `int32.gt` is about.
fn limits(id: &str) -> (i128, i128) {
    match id.split('.').next() {
        Some("int32" | "sint32" | "sfixed32") => (i32::MIN.into(), i32::MAX.into()),
        Some("uint32" | "fixed32") => (0, u32::MAX.into()),
        Some("uint64" | "fixed64") => (0, u64::MAX.into()),
        _ => (i64::MIN.into(), i64::MAX.into()),
    }
}

/// Whether no value passes both.
fn excludes(one: &Test, other: &Test) -> bool {
    match (one, other) {
        (Test::Size(unit, one), Test::Size(other_unit, other)) => {
            sizes_exclude(*unit, *one, *other_unit, *other)
        }
        _ => values_exclude(one, other) || values_exclude(other, one),
    }
}

fn sizes_exclude(unit: Unit, one: Size, other_unit: Unit, other: Size) -> bool {
    let bounds = |size| match size {
        Size::Exactly(size) => (size, size),
        Size::AtLeast(size) => (size, u64::MAX),
        Size::AtMost(size) => (0, size),
    };
    let ((least, most), (other_least, other_most)) = (bounds(one), bounds(other));
    match (unit, other_unit) {
        // A character is one byte at least.
        (Unit::Characters, Unit::Bytes) => least > other_most,
        (Unit::Bytes, Unit::Characters) => other_least > most,
        _ => least > other_most || other_least > most,
    }
}

/// Whether the few values that the first test allows all fail the second.
fn values_exclude(few: &Test, test: &Test) -> bool {
    let allowed = match few {
        Test::Equal(value) => std::slice::from_ref(value),
        Test::In(values) => values.as_slice(),
        _ => return false,
    };
    !allowed.is_empty() && allowed.iter().all(|value| fails(value, test))
}

fn fails(value: &Value, test: &Test) -> bool {
    match test {
        Test::Equal(other) => value != other,
        Test::In(values) => !values.contains(value),
        Test::NotIn(values) => values.contains(value),
        Test::Range(range) => !range.contains(value),
        _ => false,
    }
}

impl Range {
    fn contains(&self, value: &Value) -> bool {
        let above = self
            .lower
            .as_ref()
            .is_none_or(|bound| value > &bound.value || (bound.inclusive && value == &bound.value));
        let below = self
            .upper
            .as_ref()
            .is_none_or(|bound| value < &bound.value || (bound.inclusive && value == &bound.value));
        match self.is_outside() {
            true => above || below,
            false => above && below,
        }
    }
}
