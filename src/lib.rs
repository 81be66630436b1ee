//! Bellwire: from `.proto` files to Rust handler traits, and TypeScript and Dart clients.
//!
//! The whole compiler is one line of work: load → resolve → check → generate → write.

pub mod check;
pub mod config;
pub mod diagnostic;
pub mod generate;
pub mod load;
pub mod names;
pub mod output;
pub mod resolve;
pub mod schema;
