//! Whatever the value of an option says, it is decoded or refused.
#![no_main]

#[path = "../../tests/fuzz/drive.rs"]
#[allow(dead_code, reason = "each target takes one of the drives")]
mod drive;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| drive::options(data));
