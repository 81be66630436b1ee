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

/// A duration of no length, in any unit.
pub fn is_zero(text: &str) -> bool {
    matches!(
        text.trim_end_matches(['m', 's', 'h'])
            .trim_start_matches('0'),
        ""
    ) && text.starts_with('0')
}
