//! The clock that rules relative to now read: cases were written at a moment that has passed since.

use std::cell::Cell;

const SECOND: i128 = 1_000_000_000;
/// How exactly the moment is looked for, and how far back.
const STEP: i128 = 600 * SECOND;
const STEPS: i128 = 2 * 365 * 24 * 6;

thread_local! {
    static BACK: Cell<i128> = const { Cell::new(0) };
    static READ: Cell<bool> = const { Cell::new(false) };
}

/// Nanoseconds since 1970, as the runner sets the clock.
pub fn now() -> i128 {
    READ.set(true);
    runtime::rules::now() - BACK.get()
}

/// Whether something reads the clock.
pub fn is_read<T>(run: impl FnOnce() -> T) -> bool {
    READ.set(false);
    run();
    READ.get()
}

/// Puts the clock back to the last moment at which all is well; to none if there is no such moment. Gives the hours.
pub fn put_back(is_well: impl Fn() -> bool) -> Option<i128> {
    for step in 0..STEPS {
        BACK.set(step * STEP);
        if is_well() {
            return Some(step / 6);
        }
    }
    BACK.set(0);
    None
}
