//! Reads `tauri.conf.json` and the capabilities.

use std::fs;

fn main() {
    // The page is built into the app. Where nobody has built it yet (`make page`), the app is one without a page.
    let _ = fs::create_dir_all("../web/dist");
    tauri_build::build();
}
