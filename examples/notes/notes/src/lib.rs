//! The notes module of the notes app: a notebook that all users share.

mod export;
mod handler;
mod notebook;

/// What `bellwire gen` writes from `schemas/notes`.
pub mod generated;

pub use handler::NotesHandler;
pub use notebook::Notebook;
