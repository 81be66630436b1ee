//! The notes app as a desktop window: the core and the page in one process.

// On Windows, no console beside the window.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

use notes_user::Database;
use tauri::{App, Manager};

fn main() -> tauri::Result<()> {
    tauri::Builder::default()
        .setup(serve)
        .run(tauri::generate_context!())
}

/// Serves the core to the window. Only now it is known where the app's data goes.
fn serve(app: &mut App) -> Result<(), Box<dyn Error>> {
    let database = Database::open(&database(app)?)?;
    let core = notes_core::core(database)?;
    app.handle().plugin(bellwire::tauri::init(core))?;
    Ok(())
}

/// The database file: that of the environment, or one among the user's data.
fn database(app: &App) -> Result<PathBuf, Box<dyn Error>> {
    if let Some(file) = env::var_os("NOTES_DATABASE") {
        return Ok(file.into());
    }
    let folder = app.path().app_data_dir()?;
    fs::create_dir_all(&folder)?;
    Ok(folder.join("notes.db"))
}
