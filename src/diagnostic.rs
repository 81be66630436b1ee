//! What is said to the person: one type for every finding, rendered by miette.
