//! The notes module's events, answered.

use std::future::Future;

use bellwire::Context;
use futures_util::{Stream, StreamExt, stream};
use notes_user::Users;
use notes_user::generated::app::v1::{AppError, ErrorCode};

use crate::export::file_of;
use crate::generated::notes::v1::{
    CreateRequest, EditRequest, ExportRequest, ExportedFile, Note, NoteList, NoteRef,
    NotesEventHandler, NotesNotifier, SearchRequest, SearchResults,
};
use crate::notebook::Notebook;

/// Answers the notes module's events, and tells every frontend what changed.
pub struct NotesHandler {
    notebook: Notebook,
    users: Users,
    notifier: NotesNotifier,
}

impl NotesHandler {
    /// A handler for the users' `notebook` that sends its notifications through `notifier`.
    pub fn new(notebook: Notebook, users: Users, notifier: NotesNotifier) -> Self {
        Self {
            notebook,
            users,
            notifier,
        }
    }

    /// Makes a change of a note, and tells everybody.
    async fn change(
        &self,
        change: impl Future<Output = Result<Note, AppError>> + Send + 'static,
    ) -> Result<Note, AppError> {
        let notifier = self.notifier.clone();
        to_its_end(async move {
            let note = change.await?;
            notifier.note_changed(&note.id, &note);
            Ok(note)
        })
        .await
    }
}

impl NotesEventHandler for NotesHandler {
    async fn create(&self, cx: Context, input: CreateRequest) -> Result<Note, AppError> {
        let editor = self.users.caller(&cx).await?;
        let notebook = self.notebook.clone();
        self.change(async move { notebook.create(input, editor.id).await })
            .await
    }

    async fn list(&self, cx: Context) -> Result<NoteList, AppError> {
        self.users.caller(&cx).await?;
        Ok(NoteList {
            notes: self.notebook.list().await?,
        })
    }

    async fn get(&self, cx: Context, input: NoteRef) -> Result<Note, AppError> {
        self.users.caller(&cx).await?;
        self.notebook.get(input.id).await
    }

    async fn edit(&self, cx: Context, input: EditRequest) -> Result<Note, AppError> {
        let editor = self.users.caller(&cx).await?;
        let notebook = self.notebook.clone();
        self.change(async move { notebook.edit(input, editor.id).await })
            .await
    }

    async fn search(&self, cx: Context, input: SearchRequest) -> Result<SearchResults, AppError> {
        self.users.caller(&cx).await?;
        Ok(SearchResults {
            hits: self.notebook.search(input).await?,
        })
    }

    async fn delete(&self, cx: Context, input: NoteRef) -> Result<(), AppError> {
        self.users.caller(&cx).await?;
        let notebook = self.notebook.clone();
        let notifier = self.notifier.clone();
        to_its_end(async move {
            notebook.delete(input.id.clone()).await?;
            notifier.note_deleted(&input.id);
            Ok(())
        })
        .await
    }

    async fn restore(&self, cx: Context, input: NoteRef) -> Result<Note, AppError> {
        self.users.caller(&cx).await?;
        let notebook = self.notebook.clone();
        self.change(async move { notebook.restore(input.id).await })
            .await
    }

    /// Reads each note only when the stream has come to it.
    async fn export(
        &self,
        cx: Context,
        input: ExportRequest,
    ) -> Result<impl Stream<Item = Result<ExportedFile, AppError>> + Send + use<>, AppError> {
        self.users.caller(&cx).await?;
        let notebook = self.notebook.clone();
        let ids = notebook.ids(input.editor_id).await?;
        let total = u32::try_from(ids.len()).unwrap_or(u32::MAX);
        let files = stream::iter(ids)
            .enumerate()
            .filter_map(move |(index, id)| {
                let notebook = notebook.clone();
                async move {
                    match notebook.get(id).await {
                        Ok(note) => Some(Ok(file_of(&note, index, total))),
                        // It went into the bin while the stream was on its way here.
                        Err(error) if error.code() == ErrorCode::NotFound => None,
                        Err(error) => Some(Err(error)),
                    }
                }
            });
        Ok(files)
    }
}

/// Sees work through even if the caller goes away in its middle: what was changed must also be told.
async fn to_its_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, AppError>> + Send + 'static,
) -> Result<T, AppError> {
    match tokio::spawn(work).await {
        Ok(result) => result,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}
