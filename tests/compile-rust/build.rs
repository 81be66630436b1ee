//! Makes a module of every Rust output folder under `tests/golden`: `<case>::<folder>`.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let golden = Path::new("../golden").canonicalize()?;
    println!("cargo:rerun-if-changed={}", golden.display());
    let mut modules = String::new();
    for case in folders(&golden)? {
        let outputs: Vec<_> = folders(&case)?
            .into_iter()
            .filter(|folder| folder.join("mod.rs").is_file())
            .collect();
        if outputs.is_empty() {
            continue;
        }
        let _ = writeln!(
            modules,
            "/// `{}`\npub mod {} {{",
            case.display(),
            name(&case)
        );
        for output in outputs {
            // Code without a package stands under no module that could say what its schema decides.
            let attribute = match output.join("no-package.rs").is_file() {
                true => "#[allow(missing_docs, clippy::trivially_copy_pass_by_ref)]\n",
                false => "",
            };
            let _ = writeln!(
                modules,
                "/// One output.\n{attribute}#[path = {:?}]\npub mod {};",
                output.join("mod.rs"),
                name(&output)
            );
        }
        modules.push_str("}\n");
    }
    let target = PathBuf::from(env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?);
    fs::write(target.join("cases.rs"), modules)
}

fn folders(parent: &Path) -> io::Result<BTreeSet<PathBuf>> {
    let entries: io::Result<Vec<_>> = fs::read_dir(parent)?.collect();
    Ok(entries?
        .into_iter()
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect())
}

fn name(folder: &Path) -> String {
    folder
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}
