// Writes the package_config.json of tools/dart/setup with another folder for package:protobuf.
//
// usage: node with_protobuf.mjs FOLDER OUTPUT

import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, output] = process.argv.slice(2);
const root = resolve(import.meta.dirname, "../..");
const config = resolve(root, readFileSync(resolve(root, ".tools/dart/packages"), "utf8").trim());
const json = JSON.parse(readFileSync(config, "utf8"));
for (const it of json.packages) {
  it.rootUri = new URL(`${it.rootUri}/`, pathToFileURL(config)).href;
  if (it.name !== "protobuf") continue;
  it.rootUri = pathToFileURL(resolve(folder)).href;
  it.languageVersion = /sdk: [^0-9]*(\d+\.\d+)/.exec(readFileSync(`${folder}/pubspec.yaml`, "utf8"))[1];
}
writeFileSync(output, JSON.stringify(json));
