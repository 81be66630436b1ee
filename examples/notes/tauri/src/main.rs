//! The notes app as a desktop window: the core and the page in one process.

// On Windows, no console beside the window.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() -> tauri::Result<()> {
    tauri::Builder::default()
        .setup(|app| notes_tauri::serve(app).map(drop))
        .run(notes_tauri::context())
}
