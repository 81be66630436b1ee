//! protobuf's official conformance suite, with generated messages as the testee.

use std::path::Path;

use crate::node;
use crate::projects;
use crate::targets::with_js;
use crate::workspace::{self, Workspace};

/// What `tools/conformance/run.mjs` ends with where the runner cannot run.
const CANNOT_RUN: i32 = 77;

/// All that protobuf-es itself passes. Of the binary and JSON cases first, then of the text format's.
const TOTALS: [&str; 2] = [
    "CONFORMANCE SUITE PASSED: 2779 successes, 0 skipped, 0 expected failures, 0 unexpected failures.",
    "CONFORMANCE SUITE PASSED: 434 successes, 0 skipped, 0 expected failures, 0 unexpected failures.",
];

#[test]
fn messages_pass_the_conformance_suite() {
    let Some(node) = node::ready() else { return };
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let workspace = Workspace::new("conformance");
    workspace.add("", &projects::conformance_schemas().messages(&with_js()));
    workspace.compile(&node, workspace::RUN);
    let (script, failures, testee) = (
        repository.join("tools/conformance/run.mjs"),
        repository.join("tests/typescript/conformance"),
        node::package().join("testee.mjs"),
    );
    let (status, output) = node.try_run(
        &[
            script.as_os_str(),
            failures.as_os_str(),
            "node".as_ref(),
            testee.as_os_str(),
            workspace.built().as_os_str(),
        ],
        workspace.folder(),
    );
    if status.code() == Some(CANNOT_RUN) {
        return node::skip(output.trim());
    }
    assert!(status.success(), "{output}");
    for total in TOTALS {
        assert!(output.contains(total), "{output}");
        println!("{total}");
    }
}
