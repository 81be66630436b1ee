//! The official plugin, `protoc-gen-es`.

use std::collections::BTreeMap;
use std::fs;

use bellwire_build::config::{ImportExtension, TypeScriptTarget};
use bellwire_build::output::Tree;
use prost::Message as _;
use prost::encoding;
use prost_types::compiler::CodeGeneratorResponse;
use similar::TextDiff;

use crate::node::{self, Node};

/// What protoc would send the plugin: the files to generate, and every file with those that it imports before it.
pub fn request(files: &[&str], descriptors: &[&[u8]], target: &TypeScriptTarget) -> Vec<u8> {
    let extension = match target.import_extension {
        ImportExtension::None => "",
        ImportExtension::Js => ",import_extension=js",
        ImportExtension::Ts => ",import_extension=ts",
    };
    let json_types = if target.json_types {
        ",json_types=true"
    } else {
        ""
    };
    let erasable_syntax = if target.erasable_syntax {
        ",erasable_syntax=true"
    } else {
        ""
    };
    let parameter =
        format!("target=ts,elide_plugin_version=true{extension}{json_types}{erasable_syntax}");
    let mut request = Vec::new();
    for file in files {
        encoding::string::encode(1, &(*file).to_owned(), &mut request);
    }
    encoding::string::encode(2, &parameter, &mut request);
    for descriptor in descriptors {
        // Not through `CodeGeneratorRequest`, which would drop custom options.
        encoding::bytes::encode(15, &descriptor.to_vec(), &mut request);
    }
    request
}

/// Runs the plugin once per request.
pub fn run(node: &Node, requests: impl Iterator<Item = Vec<u8>>) -> Vec<Tree> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let files: Vec<_> = requests
        .enumerate()
        .map(|(index, request)| {
            let path = folder.path().join(format!("{index}.request"));
            fs::write(&path, request).expect("the request is written");
            path
        })
        .collect();
    let script = node::package().join("plugin.mjs");
    let arguments: Vec<_> = [script.as_os_str()]
        .into_iter()
        .chain(files.iter().map(|path| path.as_os_str()))
        .collect();
    node.run(&arguments, folder.path());
    files
        .iter()
        .map(|path| fs::read(path.with_extension("response")).expect("the plugin answers"))
        .map(|bytes| tree(CodeGeneratorResponse::decode(bytes.as_slice()).expect("a response")))
        .collect()
}

fn tree(response: CodeGeneratorResponse) -> Tree {
    assert_eq!(response.error, None, "the plugin refuses the request");
    let files = response.file.into_iter();
    files
        .map(|file| (file.name().to_owned(), file.content().to_owned()))
        .collect::<BTreeMap<_, _>>()
}

/// How our text differs from the plugin's, in lines.
pub fn diff(expected: &str, ours: &str) -> String {
    let diff = TextDiff::from_lines(expected, ours);
    diff.unified_diff()
        .header("protoc-gen-es", "bellwire")
        .to_string()
}
