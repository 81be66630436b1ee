//! Durations, times and numbers as rules compare them.

use std::time::{SystemTime, UNIX_EPOCH};

const SECOND: i128 = 1_000_000_000;

/// The nanoseconds of a duration, or of a time since 1970.
#[must_use]
pub fn nanos(seconds: i64, nanos: i32) -> i128 {
    i128::from(seconds) * SECOND + i128::from(nanos)
}

/// The whole seconds in so many nanoseconds.
#[must_use]
pub fn seconds(nanos: i128) -> i64 {
    i64::try_from(nanos.div_euclid(SECOND)).unwrap_or(i64::MAX)
}

/// Nanoseconds since 1970.
#[must_use]
pub fn now() -> i128 {
    let signed = |nanos: u128| i128::try_from(nanos).unwrap_or(i128::MAX);
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => signed(since.as_nanos()),
        Err(before) => -signed(before.duration().as_nanos()),
    }
}

/// A size as an `int`.
#[must_use]
pub fn int(size: usize) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}

/// A size as a `uint`.
#[must_use]
pub fn uint(size: usize) -> u64 {
    u64::try_from(size).unwrap_or(u64::MAX)
}

/// Whether one of the two is NaN, which is neither more nor less than anything.
#[must_use]
pub fn unordered(one: f64, other: f64) -> bool {
    one.is_nan() || other.is_nan()
}
