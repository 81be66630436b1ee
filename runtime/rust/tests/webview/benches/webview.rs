//! What a round trip and a notification cost in a real webview, beside what Tauri has for the same, in one app and run.
//!
//! `make bench-tauri` runs it; what is measured stands in `runtime/ts/test/webview-bench.ts`.

#[path = "../tests/page/mod.rs"]
mod page;

use std::process::Command;

use page::{missing, page, run};

fn main() {
    if let Some(missing) = missing() {
        println!("SKIPPED: {missing} (tools/setup test)");
        return;
    }
    let app = [env!("CARGO_BIN_EXE_webview-tests"), "bench"];
    let said = run(Command::new("xvfb-run").arg("-a").args(app).arg(page()));
    print!("{said}");
}
