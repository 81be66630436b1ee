//! Compiles the schemas of `$PROTOVALIDATE_SCHEMAS` to Rust, as far as they compile, and lists what became of each message.
//!
//! A message with an error is taken out of its schema, and everything that needs it in turn, until the rest compiles:
//! one refused rule must not keep the cases of a whole file from running. Without the variable there is nothing.

#[path = "build/declarations.rs"]
mod declarations;
#[path = "build/table.rs"]
mod table;

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

use bellwire_build::config::{Config, RustTarget};
use bellwire_build::diagnostic::{Diagnostic, Severity};

use declarations::Declaration;

/// Why a message is not generated.
#[derive(Debug, Clone)]
pub enum Refusal {
    Edition,
    /// The finding.
    Rule(String),
}

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-env-changed=PROTOVALIDATE_SCHEMAS");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let mut schemas = BTreeMap::new();
    if let Some(folder) = env::var_os("PROTOVALIDATE_SCHEMAS") {
        let folder = PathBuf::from(folder);
        println!("cargo:rerun-if-changed={}", folder.display());
        read(&folder, &folder, &mut schemas)?;
    }
    let mut refused = BTreeMap::new();
    schemas.retain(|_, text| {
        let has_edition = text.lines().any(|line| line.starts_with("edition"));
        if has_edition {
            for declaration in declarations::all(text) {
                refuse(&declaration, &Refusal::Edition, &mut refused);
            }
        }
        !has_edition
    });
    let tree = generate(&out, &mut schemas, &mut refused)?;
    let generated = out.join("generated");
    for (path, text) in tree {
        let file = generated.join(path);
        fs::create_dir_all(file.parent().unwrap_or(&generated))?;
        fs::write(file, text)?;
    }
    fs::write(
        out.join("table.rs"),
        table::render(&out, &schemas, &refused)?,
    )?;
    Ok(())
}

/// Every schema below a folder, by its import name.
fn read(
    root: &Path,
    folder: &Path,
    schemas: &mut BTreeMap<String, String>,
) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.strip_prefix(root)?.to_string_lossy().into_owned();
        if path.is_dir() {
            read(root, &path, schemas)?;
        } else if name.ends_with(".proto") && name.contains("/conformance/cases/") {
            schemas.insert(name, fs::read_to_string(&path)?);
        }
    }
    Ok(())
}

/// Compiles until nothing is wrong any more.
fn generate(
    out: &Path,
    schemas: &mut BTreeMap<String, String>,
    refused: &mut BTreeMap<String, Refusal>,
) -> Result<bellwire_build::output::Tree, Box<dyn Error>> {
    if schemas.is_empty() {
        return Ok(bellwire_build::output::Tree::new());
    }
    let root = out.join("schemas");
    let config = Config {
        roots: vec![root.clone()],
        schemas: vec!["**/*.proto".to_owned()],
        rust: vec![RustTarget {
            out: out.join("generated"),
            ..RustTarget::default()
        }],
        ..Config::default()
    };
    for _ in 0..20 {
        if root.exists() {
            fs::remove_dir_all(&root)?;
        }
        for (name, text) in &*schemas {
            let file = root.join(name);
            fs::create_dir_all(file.parent().unwrap_or(&root))?;
            fs::write(file, text)?;
        }
        let compiled = bellwire_build::compile_config(&config);
        if !compiled.report.has_errors() {
            let outputs = bellwire_build::generate(&compiled.schema, &config);
            return Ok(outputs.into_iter().flat_map(|output| output.tree).collect());
        }
        for diagnostic in compiled.report.diagnostics() {
            if diagnostic.severity == Severity::Error {
                take_out(diagnostic, &root, schemas, refused)?;
            }
        }
    }
    Err("the schemas do not become sound".into())
}

/// Takes what a finding is about out of its schema.
fn take_out(
    diagnostic: &Diagnostic,
    root: &Path,
    schemas: &mut BTreeMap<String, String>,
    refused: &mut BTreeMap<String, Refusal>,
) -> Result<(), Box<dyn Error>> {
    let label = diagnostic
        .labels
        .first()
        .ok_or_else(|| diagnostic.to_string())?;
    let path = Path::new(label.source.name());
    let name = path
        .strip_prefix(root)
        .unwrap_or(path)
        .to_string_lossy()
        .into_owned();
    let text = schemas
        .get_mut(&name)
        .ok_or_else(|| diagnostic.to_string())?;
    // The text may have lost a declaration already, which leaves positions as they are.
    let declaration = declarations::all(text)
        .into_iter()
        .find(|declaration| declaration.range.contains(&label.span.start));
    let Some(declaration) = declaration else {
        return Ok(());
    };
    refuse(
        &declaration,
        &Refusal::Rule(format!("{}: {diagnostic}", diagnostic.code)),
        refused,
    );
    text.replace_range(
        declaration.range.clone(),
        &declarations::blank(&text[declaration.range]),
    );
    Ok(())
}

fn refuse(declaration: &Declaration, why: &Refusal, refused: &mut BTreeMap<String, Refusal>) {
    for name in &declaration.messages {
        refused.insert(name.clone(), why.clone());
    }
}
