//! The app's one SQLite database.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OptionalExtension, Transaction};

use crate::generated::app::v1::AppError;

/// The app's one SQLite database. Clones share its connection.
#[derive(Clone)]
pub struct Database {
    connection: Arc<Mutex<Connection>>,
}

impl Database {
    /// Opens the database file at `path`, and creates it where there is none.
    pub fn open(path: &Path) -> rusqlite::Result<Self> {
        Self::prepare(Connection::open(path)?)
    }

    /// Opens an empty database that lives as long as its last clone.
    pub fn in_memory() -> rusqlite::Result<Self> {
        Self::prepare(Connection::open_in_memory()?)
    }

    fn prepare(connection: Connection) -> rusqlite::Result<Self> {
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.execute_batch(
            "CREATE TABLE IF NOT EXISTS module (
                 name  TEXT PRIMARY KEY,
                 steps INTEGER NOT NULL  -- how many of the module's steps the tables have seen
             ) STRICT",
        )?;
        Ok(Self {
            connection: Arc::new(Mutex::new(connection)),
        })
    }

    /// Brings the tables of a module up to date: runs those of its `steps` that have not run yet, all or none.
    pub fn migrate(&self, module: &str, steps: &[&str]) -> rusqlite::Result<()> {
        self.run_here(|transaction| {
            let done: u32 = transaction
                .query_row(
                    "SELECT steps FROM module WHERE name = ?1",
                    [module],
                    |row| row.get(0),
                )
                .optional()?
                .unwrap_or(0);
            for step in steps.iter().skip(done as usize) {
                transaction.execute_batch(step)?;
            }
            transaction.execute(
                "INSERT OR REPLACE INTO module (name, steps) VALUES (?1, ?2)",
                (module, steps.len() as u32),
            )?;
            Ok(())
        })
    }

    /// Runs `work` in a transaction, on this very thread. The transaction is committed if `work` succeeds.
    pub fn run_here<T, E: From<rusqlite::Error>>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = self.lock();
        let transaction = connection.transaction()?;
        let value = work(&transaction)?;
        transaction.commit()?;
        Ok(value)
    }

    /// Like [`run_here`](Self::run_here), on a thread that may block, so that an async handler does not.
    ///
    /// Once started, `work` runs to its end, even if the caller goes away.
    pub async fn run<T, W>(&self, work: W) -> Result<T, AppError>
    where
        T: Send + 'static,
        W: FnOnce(&Transaction<'_>) -> Result<T, AppError> + Send + 'static,
    {
        let database = self.clone();
        let task = tokio::task::spawn_blocking(move || database.run_here(work));
        task.await.unwrap_or_else(|error| {
            tracing::error!(%error, "a transaction did not end");
            Err(AppError::storage())
        })
    }

    /// A panic in one transaction rolled that one back and is no reason to refuse the next.
    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// 32 hexadecimal digits from the system's source of randomness: an id that nobody else has, a token that nobody guesses.
pub fn random_hex() -> String {
    let mut bytes = [0; 16];
    // Fails only where the operating system offers no randomness at all, and then nothing here can go on.
    getrandom::fill(&mut bytes).expect("the operating system has a source of randomness");
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
