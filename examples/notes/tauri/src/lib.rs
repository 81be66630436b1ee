//! The notes app behind a window: what `main.rs` runs, and its test too.

use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

use bellwire::Server;
use notes_user::Database;
use tauri::{App, Context, Manager};

/// What is built into the app: its configuration, its capabilities and its page.
pub fn context() -> Context {
    tauri::generate_context!()
}

/// Serves the core to the window. Only once there is an app it is known where its data goes.
///
/// # Errors
///
/// Those of the database.
pub fn serve(app: &mut App) -> Result<Server, Box<dyn Error>> {
    let database = Database::open(&database(app)?)?;
    let core = notes_core::core(database)?;
    app.handle().plugin(bellwire::tauri::init(core.clone()))?;
    Ok(core)
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
