//! Constants of rules in the words of their messages, as CEL's `format` writes them.

use std::fmt::Write as _;

use crate::schema::rules::Value;

/// `%s`
pub fn shown(value: &Value, of: What) -> String {
    match value {
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Uint(value) => value.to_string(),
        Value::Float(value) => float(f64::from(*value)),
        Value::Double(value) => float(*value),
        Value::Text(value) => value.clone(),
        Value::Bytes(value) => String::from_utf8_lossy(value).into_owned(),
        Value::Nanos(value) => match of {
            What::Timestamp => timestamp(*value),
            What::Value => duration(*value),
        },
    }
}

/// What nanoseconds are counted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A duration, or no nanoseconds at all.
    Value,
    Timestamp,
}

/// `%s` of a list.
pub fn listed(values: &[Value], of: What) -> String {
    let values: Vec<_> = values.iter().map(|value| shown(value, of)).collect();
    format!("[{}]", values.join(", "))
}

/// `%x`
pub fn hexadecimal(value: &[u8]) -> String {
    value.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn float(value: f64) -> String {
    if value.is_nan() {
        "NaN".to_owned()
    } else if value.is_infinite() {
        if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned()
    } else {
        value.to_string()
    }
}

const SECOND: i128 = 1_000_000_000;

/// `0.001s`
fn duration(nanos: i128) -> String {
    let sign = if nanos < 0 { "-" } else { "" };
    let nanos = nanos.unsigned_abs();
    let second = SECOND.unsigned_abs();
    format!("{sign}{}{}s", nanos / second, fraction(nanos % second))
}

/// `.001`, or nothing.
fn fraction(nanos: u128) -> String {
    match nanos {
        0 => String::new(),
        _ => format!(".{nanos:09}").trim_end_matches('0').to_owned(),
    }
}

/// `1970-01-01T00:00:03Z`
fn timestamp(nanos: i128) -> String {
    let seconds = nanos.div_euclid(SECOND);
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = civil(days);
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}{}Z",
        second / 3600,
        second / 60 % 60,
        second % 60,
        fraction(nanos.rem_euclid(SECOND).unsigned_abs()),
    )
}

/// Year, month and day of a day since 1970, in the proleptic Gregorian calendar; eras of 400 years begin in March.
fn civil(days: i128) -> (i128, i128, i128) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    (year_of_era + era * 400 + i128::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_cel_writes_them() {
        let shown = |nanos, of| shown(&Value::Nanos(nanos), of);
        assert_eq!(shown(1_000_000, What::Value), "0.001s");
        assert_eq!(shown(-1_500_000_000, What::Value), "-1.5s");
        assert_eq!(shown(3600 * SECOND, What::Value), "3600s");
        assert_eq!(shown(3 * SECOND, What::Timestamp), "1970-01-01T00:00:03Z");
        assert_eq!(
            shown(951_782_400 * SECOND + 1000, What::Timestamp),
            "2000-02-29T00:00:00.000001Z"
        );
        assert_eq!(shown(-SECOND, What::Timestamp), "1969-12-31T23:59:59Z");
    }
}
