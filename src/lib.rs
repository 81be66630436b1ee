//! Bellwire: from `.proto` files to Rust handler traits, and TypeScript and Dart clients.
//!
//! The whole compiler is one line of work: load → resolve → check → generate → write. [`compile_config`] goes through
//! the first three, [`generate()`] through the fourth, and [`output`] is the fifth. A `build.rs` calls [`Config`].

pub mod build_script;
#[cfg(feature = "cli")]
pub mod cache;
pub mod check;
pub mod config;
pub mod diagnostic;
pub mod explain;
pub mod generate;
pub mod load;
pub mod names;
pub mod output;
pub mod resolve;
pub mod schema;

pub use build_script::{Config, Error};

use std::path::PathBuf;

use diagnostic::{Report, code};
use generate::units::{Earlier, Nothing};
use load::{Inputs, Loaded};
use output::{Output, Plan};
use rayon::prelude::*;
use schema::Schema;

/// What became of a set of schemas.
#[derive(Debug)]
pub struct Compiled {
    /// Fit for generation only where the report has no errors.
    pub schema: Schema,
    /// Everything that was found, in order.
    pub report: Report,
    /// What the schema was made of.
    pub loaded: Loaded,
    /// The import names of the files that were to be compiled, sorted.
    pub selected: Vec<String>,
}

/// Reads and checks the files under the roots that one of the globs matches.
pub fn compile(roots: &[PathBuf], globs: &[&str]) -> Result<Schema, Report> {
    let schemas = globs.iter().map(|glob| (*glob).to_owned()).collect();
    let config = config::Config {
        roots: roots.to_vec(),
        schemas,
        ..config::Config::default()
    };
    let Compiled { schema, report, .. } = compile_config(&config);
    if report.has_errors() {
        Err(report)
    } else {
        Ok(schema)
    }
}

/// What a configuration leads to.
#[derive(Debug)]
pub struct Selected {
    /// The import names of the files that are to be compiled, sorted; None where the configuration is wrong.
    pub files: Option<Vec<String>>,
    /// What was found on the way.
    pub report: Report,
}

/// Looks for the schemas that a configuration names.
pub fn select(config: &config::Config) -> Selected {
    let mut report = Report::default();
    report.extend(config.check());
    let files = (!report.has_errors()).then(|| config.select(&mut report));
    Selected { files, report }
}

/// Reads and checks the schemas that a configuration names.
pub fn compile_config(config: &config::Config) -> Compiled {
    compile_selected(config, select(config))
}

fn compile_selected(config: &config::Config, selected: Selected) -> Compiled {
    let Selected { files, report } = selected;
    match files {
        Some(files) => compile_files(config, files, report),
        None => Compiled {
            schema: Schema::default(),
            report,
            loaded: Loaded::default(),
            selected: Vec::new(),
        },
    }
}

/// Reads and checks schemas by their import names: load → resolve → check. Adds to what was found before.
///
/// The language's rules always hold; those of a target language hold where the configuration has such a target.
pub fn compile_files(config: &config::Config, files: Vec<String>, mut report: Report) -> Compiled {
    let inputs = Inputs {
        roots: config.roots.clone(),
        files,
        parser: config.parser,
    };
    let loaded = load::load(&inputs, &mut report);
    let resolve_and_check = || {
        let schema = resolve::resolve(&loaded, config, &mut report);
        check::language(&schema, &loaded, &mut report);
        check::targets(&schema, &loaded, config, &mut report);
        schema
    };
    let (mut schema, descriptors) =
        rayon::join(resolve_and_check, || resolve::descriptors(&loaded, config));
    for (file, descriptor) in schema.files.iter_mut().zip(descriptors) {
        file.descriptor = descriptor;
    }
    load::forget(&loaded, &mut report);
    report.sort();
    Compiled {
        schema,
        report,
        loaded,
        selected: inputs.files,
    }
}

/// The text of every output file. The schema has been checked: nothing can fail.
pub fn generate(schema: &Schema, config: &config::Config) -> Vec<Output> {
    generate_with(schema, config, &Nothing)
}

/// The same, where what an earlier run made of the same need not be made again.
pub fn generate_with(
    schema: &Schema,
    config: &config::Config,
    earlier: &dyn Earlier,
) -> Vec<Output> {
    let rust = config.rust.par_iter().map(|target| {
        let tree = generate::rust::generate(schema, target, earlier);
        (&target.out, tree)
    });
    let typescript = config.typescript.par_iter().map(|target| {
        let tree = generate::typescript::generate(schema, target, earlier);
        (&target.out, tree)
    });
    let dart = config.dart.par_iter().map(|target| {
        let tree = generate::dart::generate(schema, target, earlier);
        (&target.out, tree)
    });
    let outputs = rust.chain(typescript).chain(dart);
    outputs
        .map(|(root, tree)| Output {
            root: root.clone(),
            tree,
        })
        .collect()
}

/// Reads and checks the selected schemas in order to generate: there must be something to write.
pub fn compile_to_generate(config: &config::Config, selected: Selected) -> Compiled {
    let mut compiled = compile_selected(config, selected);
    if config.outs().next().is_none() {
        let error = config.error_at_key(
            &["targets"],
            code::CONFIG_NO_TARGET,
            "there is no target to generate code for",
        );
        compiled
            .report
            .push(error.help("add one under `targets`, such as `rust: { out: src/generated }`"));
        compiled.report.sort();
    }
    compiled
}

/// Everything up to the disk: what a run would change there. What was found is in the report, warnings included.
pub fn plan(config: &config::Config) -> (Option<Plan>, Compiled) {
    let mut compiled = compile_to_generate(config, select(config));
    if compiled.report.has_errors() {
        return (None, compiled);
    }
    match output::plan(&generate(&compiled.schema, config)) {
        Ok(plan) => (Some(plan), compiled),
        Err(error) => {
            compiled.report.push(error.into());
            (None, compiled)
        }
    }
}
