//! Dart programs on a Dart VM, with the core of these tests in their own process, over real FFI.
//!
//! What they check stands in `runtime/dart/test/`; the library that they load in `ffi-library`, which is built for the
//! processor that the VM runs on.

mod programs;

use programs::{dart, dart_program, passes, skip};

#[test]
fn a_dart_program_and_the_core_in_its_process_understand_each_other() {
    if let Some(library) = library() {
        let program = dart_program("ffi_e2e");
        passes(&dart("run", &[&program, &library], &[]));
    }
}

/// Posting is switched off before the VM is gone: the process neither crashes nor hangs. Each end is tried some times, since
/// what runs at that moment differs.
#[test]
fn the_vm_shuts_down_while_everything_is_under_way() {
    let Some(library) = library() else {
        return;
    };
    let program = dart_program("ffi_shutdown");
    // 255 is the VM's own status for a main isolate that was killed; a crash would be a signal's.
    for (end, status) in [("exit", 0), ("return", 0), ("kill", 255)] {
        for _ in 0..5 {
            let output = dart("run", &[&program, &library, end], &[]);
            assert_eq!(output.status.code(), Some(status), "{end}: {output:?}");
        }
    }
}

/// The path of the library; skips the test where it cannot be built.
fn library() -> Option<String> {
    let library = dart("library", &["bellwire-ffi-fixture"], &[]);
    if library.status.success() {
        return Some(String::from_utf8_lossy(&library.stdout).trim().to_owned());
    }
    skip(&String::from_utf8_lossy(&library.stderr));
    None
}
