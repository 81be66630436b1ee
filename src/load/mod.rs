//! The only reader: from files on disk to linked descriptors with source info.
