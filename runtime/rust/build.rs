//! Tells the build scripts of Tauri apps which permissions the plugin has.

fn main() {
    #[cfg(feature = "tauri")]
    tauri_plugin::Builder::new(&["open", "call", "send", "pull"]).build();
}
