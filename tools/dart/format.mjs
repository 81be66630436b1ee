// Lays Dart files out, or with --check says which are not; tools/dart/format runs it beside the formatter.

import { readFileSync, writeFileSync } from "node:fs";
import { format } from "@wasm-fmt/dart_fmt";

const check = process.argv.includes("--check");
for (const file of process.argv.slice(2).filter((argument) => argument !== "--check")) {
  const text = readFileSync(file, "utf8");
  const laidOut = format(text, file, { language_version: "3.8.0" });
  if (laidOut === text) continue;
  if (check) {
    const line = laidOut.split("\n").findIndex((line, index) => line !== text.split("\n")[index]) + 1;
    console.log(`${file}:${line}: is not laid out as dart format would`);
    process.exitCode = 1;
  } else {
    writeFileSync(file, laidOut);
  }
}
