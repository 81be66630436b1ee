//! The ways in which this core refuses a request.

use bellwire::Violations;

use crate::generated::app::v1::{AppError, ErrorCode};

impl AppError {
    fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            message: message.into(),
            field_name: String::new(),
        }
    }

    /// The call carries no session, or one that has ended.
    pub fn not_signed_in() -> Self {
        Self::new(ErrorCode::NotSignedIn, "Please sign in first.")
    }

    /// What the request names does not exist.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::NotFound, message)
    }

    /// The field `field_name` of the request does not hold what it must.
    pub fn invalid(field_name: &str, message: impl Into<String>) -> Self {
        Self {
            field_name: field_name.to_owned(),
            ..Self::new(ErrorCode::Invalid, message)
        }
    }

    /// Somebody else was faster.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Conflict, message)
    }

    /// The database failed.
    pub(crate) fn storage() -> Self {
        Self::new(ErrorCode::Storage, "The database failed. Please try again.")
    }
}

/// An input that breaks a rule of its schema never reaches a handler. The first thing that is wrong with it is said here,
/// and by the page in the same words (`web/src/refusal.ts`).
impl From<Violations> for AppError {
    fn from(violations: Violations) -> Self {
        match violations.iter().next() {
            Some(first) => Self::invalid(&first.field, format!("This {}.", first.message)),
            None => Self::new(ErrorCode::Invalid, "This is not valid."),
        }
    }
}

/// What went wrong in the database is for the log; the person in front of the screen cannot act on it.
impl From<rusqlite::Error> for AppError {
    fn from(error: rusqlite::Error) -> Self {
        tracing::error!(%error, "the database failed");
        Self::storage()
    }
}
