//! Durations as options spell them.

use std::time::Duration;

/// Reads `500ms`, `30s`, `5m` or `1h`; None for anything else, zero included.
pub fn parse(text: &str) -> Option<Duration> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().ok()?;
    let milliseconds = match unit {
        "ms" => number,
        "s" => number.checked_mul(1000)?,
        "m" => number.checked_mul(60_000)?,
        "h" => number.checked_mul(3_600_000)?,
        _ => return None,
    };
    (milliseconds > 0).then_some(Duration::from_millis(milliseconds))
}

/// What somebody may have meant who wrote something else: a number of a unit, in whole parts of it.
pub fn meant(text: &str) -> Option<String> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.');
    let (number, unit) = text.split_at(digits.unwrap_or(text.len()));
    let unit = match unit.trim().to_ascii_lowercase().as_str() {
        "ms" | "msec" | "millis" | "millisecond" | "milliseconds" => "ms",
        "s" | "sec" | "secs" | "second" | "seconds" => "s",
        "m" | "min" | "mins" | "minute" | "minutes" => "m",
        "h" | "hr" | "hrs" | "hour" | "hours" => "h",
        _ => return None,
    };
    let meant = match number.split_once('.') {
        None => format!("{number}{unit}"),
        // In the next smaller unit.
        Some((whole, part)) if unit == "s" && part.len() <= 3 => {
            let part: u64 = format!("{part:0<3}").parse().ok()?;
            format!(
                "{}ms",
                whole
                    .parse::<u64>()
                    .ok()?
                    .checked_mul(1000)?
                    .checked_add(part)?
            )
        }
        Some(_) => return None,
    };
    parse(&meant).map(|_| meant)
}

/// A duration of no length, in any unit.
pub fn is_zero(text: &str) -> bool {
    matches!(
        text.trim_end_matches(['m', 's', 'h'])
            .trim_start_matches('0'),
        ""
    ) && text.starts_with('0')
}
