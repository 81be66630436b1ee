//! The user module of the notes app: who is here.
//!
//! It also holds what every module of the app shares: the [`Database`], and the error type [`AppError`] with its
//! constructors.
//!
//! [`AppError`]: generated::app::v1::AppError

mod database;
mod error;
mod handler;
mod users;

/// What `bellwire gen` writes from `schemas/app` and `schemas/user`.
pub mod generated;

pub use database::{Database, random_hex};
pub use handler::UserHandler;
pub use users::{Users, profile_from_row};
