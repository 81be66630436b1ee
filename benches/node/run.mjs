// What a call costs in Node: Bellwire's client beside connect-node with a client of its own, against one Rust server.
//
// usage: make bench-node
//
// Bellwire compiles the schema for itself, protoc with protoc-gen-es for connect-node. The server is that of `make bench`.

import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const repository = join(import.meta.dirname, "../..");
const runtime = join(repository, "runtime/ts");
const { build } = createRequire(join(runtime, "package.json"))("esbuild");

const folder = mkdtempSync(join(tmpdir(), "bellwire-bench-node-"));
try {
  cpSync(import.meta.dirname, folder, { recursive: true });
  generate();
  const { bench } = await import(pathToFileURL(await bundle()));
  await served(bench);
} finally {
  rmSync(folder, { recursive: true });
}
// Connections that are kept open would keep this process, too.
process.exit();

function generate() {
  const compiler = ["run", "--quiet", "--package", "bellwire-build", "--bin", "bellwire", "--"];
  run("cargo", [...compiler, "gen", "--config", join(folder, "bellwire.yaml")]);
  const plugin = join(repository, "tests/node/node_modules/.bin/protoc-gen-es");
  const official = join(folder, "official");
  mkdirSync(official);
  run("protoc", ["-I", folder, `--plugin=${plugin}`, `--es_out=${official}`, "--es_opt=target=ts", "user.proto"]);
}

/** One file, with one copy of every package in it. */
async function bundle() {
  symlinkSync(join(runtime, "node_modules"), join(folder, "node_modules"));
  const alias = {
    bellwire: join(runtime, "dist/index.js"),
    "bellwire/connect": join(runtime, "dist/connect/index.js"),
  };
  const outfile = join(folder, "bench.mjs");
  const entryPoints = [join(folder, "bench.ts")];
  await build({ entryPoints, outfile, alias, bundle: true, format: "esm", platform: "node" });
  return outfile;
}

/** Calls back with the address of a server, which is there until then. */
async function served(callback) {
  const server = spawn(
    "cargo",
    ["bench", "--quiet", "--package", "bellwire", "--bench", "runtime", "--features", "connect", "--", "serve"],
    {
      cwd: repository,
      stdio: ["pipe", "pipe", "inherit"],
    },
  );
  try {
    for await (const line of createInterface({ input: server.stdout })) {
      if (line.startsWith("http://")) {
        return await callback(line);
      }
    }
    throw new Error("the server did not start");
  } finally {
    // It serves until nobody is at the other end.
    server.stdin.end();
  }
}

function run(program, args) {
  execFileSync(program, args, { cwd: repository, stdio: ["ignore", "ignore", "inherit"] });
}
