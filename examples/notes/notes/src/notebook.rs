//! The notes, in the database.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use notes_user::generated::app::v1::AppError;
use notes_user::{Database, profile_from_row, random_hex};
use rusqlite::{OptionalExtension, Row, Transaction};

use crate::generated::notes::v1::{
    CreateRequest, EditRequest, Note, SearchHit, SearchRequest, search_hit::Piece,
};

const STEPS: &[&str] = &[include_str!("notebook.sql")];

/// In characters, as the schema says.
const TITLE_LENGTH: usize = 200;
const BODY_LENGTH: usize = 100_000;

/// How many hits a search gives at most, whatever is asked for.
const MOST_HITS: u32 = 200;
const DEFAULT_HITS: u32 = 50;

/// How long a note can be taken out of the bin again.
const BIN_TIME: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// What every query of notes selects; see [`note_from_row`].
const NOTE: &str = "note.id, note.title, note.body, revision, created_at, updated_at,
                    user.id, user.email, user.name, user.color";

/// Around a matched word in what `snippet()` gives: characters that mean nothing in a text.
const MATCH_START: char = '\u{2}';
const MATCH_END: char = '\u{3}';

/// The notebook that all users share. Clones share the database.
#[derive(Clone)]
pub struct Notebook {
    database: Database,
}

impl Notebook {
    /// Opens the module's part of the database, creates its tables where they are missing, and empties the bin of what
    /// has been there for 30 days. The user module's tables must be there already.
    pub fn open(database: Database) -> rusqlite::Result<Self> {
        database.migrate("notes", STEPS)?;
        database.run_here(|transaction| {
            transaction.execute(
                "DELETE FROM note WHERE deleted_at < ?1",
                [now() - millis(BIN_TIME)],
            )
        })?;
        Ok(Self { database })
    }

    /// Writes a new note.
    pub async fn create(
        &self,
        request: CreateRequest,
        editor_id: String,
    ) -> Result<Note, AppError> {
        let title = checked_title(&request.title)?;
        let body = checked_body(request.body)?;
        self.database
            .run(move |transaction| {
                let id = random_hex();
                transaction.execute(
                    "INSERT INTO note (id, title, body, revision, created_at, updated_at, editor_id)
                     VALUES (?1, ?2, ?3, 1, ?4, ?4, ?5)",
                    (&id, &title, &body, now(), &editor_id),
                )?;
                note_by_id(transaction, &id)
            })
            .await
    }

    /// All notes, the one that was changed last first.
    pub async fn list(&self) -> Result<Vec<Note>, AppError> {
        self.database
            .run(|transaction| {
                let mut statement = transaction.prepare_cached(&format!(
                    "SELECT {NOTE} FROM note JOIN user ON user.id = editor_id
                     WHERE deleted_at IS NULL ORDER BY updated_at DESC, number DESC"
                ))?;
                Ok(statement
                    .query_map([], note_from_row)?
                    .collect::<Result<_, _>>()?)
            })
            .await
    }

    /// The ids of all notes, or of those that one user changed last; the oldest first.
    pub async fn ids(&self, editor_id: Option<String>) -> Result<Vec<String>, AppError> {
        self.database
            .run(|transaction| {
                let mut statement = transaction.prepare_cached(
                    "SELECT id FROM note WHERE deleted_at IS NULL AND editor_id = coalesce(?1, editor_id) ORDER BY number",
                )?;
                Ok(statement.query_map([editor_id], |row| row.get(0))?.collect::<Result<_, _>>()?)
            })
            .await
    }

    /// One note.
    pub async fn get(&self, id: String) -> Result<Note, AppError> {
        self.database
            .run(move |transaction| note_by_id(transaction, &id))
            .await
    }

    /// Changes what is given of a note, unless somebody else changed it first.
    pub async fn edit(&self, request: EditRequest, editor_id: String) -> Result<Note, AppError> {
        let title = request.title.as_deref().map(checked_title).transpose()?;
        let body = request.body.map(checked_body).transpose()?;
        self.database
            .run(move |transaction| {
                let note = note_by_id(transaction, &request.id)?;
                if request.revision.is_some_and(|revision| revision != note.revision) {
                    return Err(AppError::conflict("Somebody else changed this note in the meantime."));
                }
                transaction.execute(
                    "UPDATE note SET title = ?2, body = ?3, revision = revision + 1, updated_at = ?4, editor_id = ?5
                     WHERE id = ?1",
                    (&note.id, title.unwrap_or(note.title), body.unwrap_or(note.body), now(), &editor_id),
                )?;
                note_by_id(transaction, &note.id)
            })
            .await
    }

    /// The notes that hold all words of a query, the best match first.
    pub async fn search(&self, request: SearchRequest) -> Result<Vec<SearchHit>, AppError> {
        let limit = request.limit.unwrap_or(DEFAULT_HITS).min(MOST_HITS);
        let Some(query) = fts_query(&request.query) else {
            return Ok(Vec::new());
        };
        self.database
            .run(move |transaction| {
                // A word in the title weighs as much as four in the body.
                let mut statement = transaction.prepare_cached(&format!(
                    "SELECT {NOTE}, snippet(note_words, 1, '{MATCH_START}', '{MATCH_END}', '…', 24)
                     FROM note_words JOIN note ON number = note_words.rowid JOIN user ON user.id = editor_id
                     WHERE note_words MATCH ?1 AND deleted_at IS NULL ORDER BY bm25(note_words, 4.0, 1.0) LIMIT ?2"
                ))?;
                Ok(statement.query_map((query, limit), hit_from_row)?.collect::<Result<_, _>>()?)
            })
            .await
    }

    /// Puts a note into the bin.
    pub async fn delete(&self, id: String) -> Result<(), AppError> {
        self.database
            .run(move |transaction| {
                let note = note_by_id(transaction, &id)?;
                transaction.execute(
                    "UPDATE note SET deleted_at = ?2 WHERE id = ?1",
                    (&note.id, now()),
                )?;
                Ok(())
            })
            .await
    }

    /// Takes a note out of the bin. One that is not in the bin stays as it is.
    pub async fn restore(&self, id: String) -> Result<Note, AppError> {
        self.database
            .run(move |transaction| {
                transaction.execute(
                    "UPDATE note SET deleted_at = NULL, revision = revision + 1 WHERE id = ?1 AND deleted_at IS NOT NULL",
                    [&id],
                )?;
                note_by_id(transaction, &id)
            })
            .await
    }
}

fn note_by_id(transaction: &Transaction<'_>, id: &str) -> Result<Note, AppError> {
    transaction
        .query_row(
            &format!("SELECT {NOTE} FROM note JOIN user ON user.id = editor_id WHERE note.id = ?1 AND deleted_at IS NULL"),
            [id],
            note_from_row,
        )
        .optional()?
        .ok_or_else(|| AppError::not_found("This note no longer exists."))
}

fn note_from_row(row: &Row<'_>) -> rusqlite::Result<Note> {
    Ok(Note {
        id: row.get(0)?,
        title: row.get(1)?,
        body: row.get(2)?,
        revision: row.get(3)?,
        created_at: Some(timestamp(row.get(4)?)),
        updated_at: Some(timestamp(row.get(5)?)),
        editor: Some(profile_from_row(row, 6)?),
    })
}

fn hit_from_row(row: &Row<'_>) -> rusqlite::Result<SearchHit> {
    let snippet: String = row.get(10)?;
    Ok(SearchHit {
        note: Some(note_from_row(row)?),
        excerpt: pieces(&snippet),
    })
}

/// Takes a snippet apart at its marks.
fn pieces(snippet: &str) -> Vec<Piece> {
    let mut matched = false;
    let mut pieces = Vec::new();
    for text in snippet.split_inclusive([MATCH_START, MATCH_END]) {
        let piece = Piece {
            text: text.replace([MATCH_START, MATCH_END], ""),
            matched,
        };
        matched = text.ends_with(MATCH_START);
        if !piece.text.is_empty() {
            pieces.push(piece);
        }
    }
    pieces
}

/// Says in FTS5's language that all words must be there and that the last may be unfinished; None without words.
///
/// Every word stands in quotes, so that none is taken for an operator.
fn fts_query(text: &str) -> Option<String> {
    let words: Vec<_> = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| word.contains(char::is_alphanumeric))
        .map(|word| format!("\"{}\"", word.replace('"', "\"\"")))
        .collect();
    if words.is_empty() {
        None
    } else {
        Some(words.join(" AND ") + "*")
    }
}

fn checked_title(title: &str) -> Result<String, AppError> {
    let title = title.trim();
    if title.is_empty() {
        return Err(AppError::invalid("title", "A note needs a title."));
    }
    if title.chars().count() > TITLE_LENGTH {
        return Err(AppError::invalid(
            "title",
            format!("A title has at most {TITLE_LENGTH} characters."),
        ));
    }
    if title.contains(char::is_control) {
        return Err(AppError::invalid("title", "A title stands on one line."));
    }
    Ok(title.to_owned())
}

fn checked_body(body: String) -> Result<String, AppError> {
    if body.chars().count() > BODY_LENGTH {
        return Err(AppError::invalid(
            "body",
            "This note is too long: 100,000 characters are the limit.",
        ));
    }
    Ok(body)
}

/// In milliseconds since 1970.
fn now() -> i64 {
    millis(
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default(),
    )
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

fn timestamp(millis: i64) -> prost_types::Timestamp {
    prost_types::Timestamp {
        seconds: millis.div_euclid(1000),
        nanos: (millis.rem_euclid(1000) * 1_000_000) as i32,
    }
}
