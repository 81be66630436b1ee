//! Whatever a frontend sends, the server lives, and is clean afterwards.
#![no_main]

#[path = "../../tests/frames/drive.rs"]
mod drive;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| drive::drive(data));
