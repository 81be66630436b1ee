// Runs the official plugin in one process for many requests: each `x.request` is answered in `x.response`.

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { CodeGeneratorRequestSchema, CodeGeneratorResponseSchema } from "@bufbuild/protobuf/wkt";

// The package exports its program alone; the plugin itself lies beside it.
const require = createRequire(import.meta.url);
const folder = dirname(require.resolve("@bufbuild/protoc-gen-es/package.json"));
const { protocGenEs } = require(join(folder, "dist/cjs/src/protoc-gen-es-plugin.js"));

for (const path of process.argv.slice(2)) {
  const request = fromBinary(CodeGeneratorRequestSchema, readFileSync(path));
  const response = protocGenEs.run(request);
  writeFileSync(path.replace(/request$/, "response"), toBinary(CodeGeneratorResponseSchema, response));
}
