//! The notes app's core as a library that Dart programs load.

use std::error::Error;
use std::path::Path;

use bellwire::Server;
use notes_user::Database;

/// Starts the core with the database whose path the Dart program gives as its configuration.
fn core(config: &[u8]) -> Result<Server, Box<dyn Error + Send + Sync>> {
    let path = Path::new(std::str::from_utf8(config)?);
    let database = Database::open(path)
        .map_err(|error| format!("cannot open the database {}: {error}", path.display()))?;
    Ok(notes_core::core(database)?)
}

bellwire::ffi::export!(core);
