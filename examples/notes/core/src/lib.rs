//! The notes app's core: its modules in one server, for any transport.

use bellwire::{BuildError, Hub, Server};
use notes_notes::generated::notes::v1::{NotesEventService, NotesNotifier};
use notes_notes::{Notebook, NotesHandler};
use notes_user::generated::user::v1::{UserEventService, UserNotifier};
use notes_user::{Database, UserHandler, Users};

/// All modules of the app over one database.
pub fn core(database: Database) -> Result<Server, CoreError> {
    let hub = Hub::default();
    let users = Users::open(database.clone())?;
    let notebook = Notebook::open(database)?;

    let user = UserHandler::new(users.clone(), UserNotifier::new(&hub));
    let notes = NotesHandler::new(notebook, users, NotesNotifier::new(&hub));

    let server = Server::builder()
        .hub(hub)
        .group(UserEventService::new(user))
        .group(NotesEventService::new(notes))
        .build()?;
    Ok(server)
}

/// Why the core cannot be put together.
#[derive(Debug, thiserror::Error)]
pub enum CoreError {
    /// The database cannot be used.
    #[error("the database cannot be used")]
    Database(#[from] rusqlite::Error),
    /// Two modules answer one event.
    #[error(transparent)]
    Server(#[from] BuildError),
}
