//! Whatever system call fails, at whatever moment: no output is half written, and nobody is told what is not so.
//!
//! `fail.c` makes the call of a given number fail. A run is repeated with each of its calls failing in turn.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

#[path = "../project/mod.rs"]
mod project;

mod crowd;
mod race;
mod read;
mod sandbox;
mod shim;
mod write;
