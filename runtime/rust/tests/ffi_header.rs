//! The C header is what cbindgen makes of the ABI, and C compilers take it.
//!
//! `BELLWIRE_GOLDEN=header cargo test -p bellwire --features ffi --test ffi_header` rewrites it, and fails, as the golden
//! cases do.

#![cfg(feature = "ffi")]

mod programs;

use std::process::Command;

const HEADER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/include/bellwire.h");

const CONFIG: &str = r##"
language = "C"
cpp_compat = true
include_guard = "BELLWIRE_H"
autogen_warning = "/* Made from runtime/rust/src/ffi/abi.rs by cbindgen. Do not edit it. */"
header = "/* The C ABI of a library that exports a Bellwire core. Dart programs use it through package:bellwire/ffi.dart. */"
documentation_length = "full"
no_includes = true
sys_includes = ["stdint.h"]
line_length = 100
trailer = """
/* The one symbol of a library: its functions, which live as long as the program. NAME is the name of the crate that
   exports it, or what its `export!` says. */
#define BELLWIRE_LIBRARY(NAME) const BellwireApi *bellwire_##NAME(void)"""

[export]
include = ["BellwireApi"]
rename = { "VERSION" = "BELLWIRE_VERSION" }
"##;

#[test]
fn the_header_is_current() {
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/src/ffi/abi.rs");
    let config =
        std::env::temp_dir().join(format!("bellwire-cbindgen-{}.toml", std::process::id()));
    std::fs::write(&config, CONFIG).expect("the temporary folder can be written");
    let read = cbindgen::Config::from_file(&config);
    let _gone = std::fs::remove_file(&config);
    let mut made = Vec::new();
    cbindgen::Builder::new()
        .with_config(read.expect("a configuration"))
        .with_src(source)
        .generate()
        .expect("cbindgen understands it")
        .write(&mut made);
    let made = String::from_utf8(made).expect("UTF-8");
    let found = std::fs::read_to_string(HEADER).unwrap_or_default();
    let refresh = std::env::var("BELLWIRE_GOLDEN").is_ok_and(|case| case == "header");
    if refresh {
        std::fs::write(HEADER, &made).expect("the header can be written");
    }
    assert!(
        found == made,
        "include/bellwire.h is not what cbindgen makes:\n{made}"
    );
    assert!(!refresh, "rewritten");
}

#[test]
fn c_and_cpp_compilers_take_the_header() {
    for (language, standard) in [("c", "c99"), ("c++", "c++11")] {
        let output = Command::new("cc")
            .args(["-x", language, &format!("-std={standard}")])
            .args([
                "-Wall",
                "-Wextra",
                "-Wpedantic",
                "-Werror",
                "-fsyntax-only",
                HEADER,
            ])
            .output();
        match output {
            Ok(output) => {
                let said = String::from_utf8_lossy(&output.stderr);
                // The compiler for C++ may not be there.
                let absent = said.contains("cc1plus");
                assert!(output.status.success() || absent, "{said}");
            }
            Err(error) => {
                programs::skip(&format!("no C compiler: {error}"));
            }
        }
    }
}
