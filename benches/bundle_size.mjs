// How much a page downloads that calls 1, 10 or 229 events: Bellwire beside connect-web with protobuf-es.
//
// usage: make bench-size
//
// Both sides use the same schema and the same messages: 23 files, each with a service of ten methods (the last has
// nine), and each method with a request and a response of its own. Bellwire's page also holds what connect-web leaves
// to its users: results that carry the schema's errors, deadlines, and the stream of notifications.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

const COUNTS = [1, 10, 229];
const PER_FILE = 10;

const repository = join(import.meta.dirname, "..");
const runtime = join(repository, "runtime/ts");
const { build } = createRequire(join(runtime, "package.json"))("esbuild");

const NOUNS =
  "Account Board Calendar Document Export Folder Grid History Import Journal Key Layout Member Note Outline Page " +
  "Query Role Search Tag User View Workspace";
const VERBS = "Create Open Get List Rename Move Duplicate Archive Restore Delete";

const methods = NOUNS.split(" ")
  .flatMap((noun) => VERBS.split(" ").map((verb) => ({ noun, verb, name: `${verb}${noun}` })))
  .slice(0, COUNTS.at(-1));
const folder = mkdtempSync(join(tmpdir(), "bellwire-bundle-size-"));
try {
  generate();
  const rows = [];
  for (const count of COUNTS) {
    const called = methods.slice(0, count);
    rows.push(["Bellwire", count, await sizes(bellwirePage(called))]);
    rows.push(["connect-web", count, await sizes(connectPage(called))]);
  }
  print(rows);
} finally {
  rmSync(folder, { recursive: true });
}

/** Writes the schemas, and compiles them. */
function generate() {
  const services = new Set(methods.map(({ noun }) => noun));
  for (const noun of services) {
    write(`schemas/${fileOf(noun)}.proto`, schema(noun));
  }
  write("schemas/app/v1/error.proto", header() + "message AppError {\n  int32 code = 1;\n  string message = 2;\n}\n");
  const groups = [...services].map((noun) => `  app.v1.${noun}Service: { error: "app.v1.AppError" }\n`).join("");
  write("bellwire.yaml", `roots: [schemas]\nservices:\n${groups}targets:\n  typescript: { out: gen }\n`);
  const compiler = ["run", "--quiet", "--package", "bellwire-build", "--bin", "bellwire", "--"];
  const config = ["gen", "--config", join(folder, "bellwire.yaml")];
  execFileSync("cargo", [...compiler, ...config], { cwd: repository, stdio: ["ignore", "ignore", "inherit"] });
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(runtime, join(folder, "node_modules/bellwire"));
  for (const scope of ["@bufbuild", "@connectrpc"]) {
    symlinkSync(join(runtime, "node_modules", scope), join(folder, "node_modules", scope));
  }
}

function schema(noun) {
  const own = methods.filter((method) => method.noun === noun);
  const rpcs = own.map(({ name }) => `  rpc ${name}(${name}Request) returns (${name}Response);\n`).join("");
  const messages = own.map(
    ({ name }) => `
message ${name}Request {
  string id = 1;
  string parent_id = 2;
  optional string name = 3;
  repeated string tags = 4;
}

message ${name}Response {
  string id = 1;
  string name = 2;
  int64 changed_at = 3;
  map<string, string> properties = 4;
}
`,
  );
  const imports = 'import "app/v1/error.proto";\n\n';
  return `${header()}${imports}service ${noun}Service {\n${rpcs}}\n${messages.join("")}`;
}

function header() {
  return 'syntax = "proto3";\n\npackage app.v1;\n\n';
}

function fileOf(noun) {
  return `app/v1/${noun.toLowerCase()}`;
}

function bellwirePage(called) {
  const imports = called.map(
    ({ noun, name }) => `import { ${noun}Service${name} } from "./gen/${fileOf(noun)}_bellwire";`,
  );
  const calls = called.map(({ noun, name }) => `${noun}Service${name}`);
  return `
    import { setDefaultTransport } from "bellwire";
    import { connect } from "bellwire/connect";
    ${imports.join("\n")}
    setDefaultTransport(connect({ baseUrl: location.origin }));
    window.calls = [${calls.map((call) => `(id) => ${call}({ id })`)}];
  `;
}

function connectPage(called) {
  const services = [...new Set(called.map(({ noun }) => noun))];
  const imports = services.map((noun) => `import { ${noun}Service } from "./gen/${fileOf(noun)}_pb";`);
  const clients = services.map((noun) => `const ${noun} = createClient(${noun}Service, transport);`);
  const calls = called.map(({ noun, name }) => `${noun}.${name[0].toLowerCase()}${name.slice(1)}`);
  return `
    import { createClient } from "@connectrpc/connect";
    import { createConnectTransport } from "@connectrpc/connect-web";
    ${imports.join("\n")}
    const transport = createConnectTransport({ baseUrl: location.origin, useBinaryFormat: true });
    ${clients.join("\n")}
    window.calls = [${calls.map((call) => `(id) => ${call}({ id })`)}];
  `;
}

/** The bytes of a page, minified, and as a server compresses it. */
async function sizes(page) {
  const { outputFiles } = await build({
    stdin: { contents: page, resolveDir: folder },
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    target: "es2022",
  });
  const { contents } = outputFiles[0];
  return [contents.length, gzipSync(contents, { level: 9 }).length, brotliCompressSync(contents).length];
}

function print(rows) {
  const cells = ["", "events", "minified", "gzip", "brotli"];
  const table = rows.map(([name, count, bytes]) => [
    name,
    count,
    ...bytes.map((size) => `${(size / 1000).toFixed(1)} kB`),
  ]);
  const line = (row) => row.map((cell, column) => (column ? String(cell).padStart(10) : cell.padEnd(12))).join("");
  console.log([cells, ...table].map(line).join("\n"));
}

function write(path, text) {
  const whole = join(folder, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, text);
}
