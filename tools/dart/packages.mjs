// Reads the sources of Dart packages out of a program's kernel file, and writes a package_config.json for them.
//
// usage: node packages.mjs PROGRAM FOLDER
//
// A kernel file (https://github.com/dart-lang/sdk/blob/main/pkg/kernel/binary.md) carries the text of every library that
// it was compiled from, so that stack traces can show it.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The packages that bellwire needs, with the language version of the release that the program was built with. */
const PACKAGES = {
  collection: "3.4",
  ffi: "3.7",
  fixnum: "3.1",
  meta: "3.5",
  protobuf: "3.6",
};

/** Of package:bellwire, as its pubspec.yaml says. */
const BELLWIRE = "3.7";

/** Walks a kernel file from an offset. */
class Reader {
  constructor(bytes, offset) {
    this.bytes = bytes;
    this.offset = offset;
  }

  uint32() {
    this.offset += 4;
    return this.bytes.readUInt32BE(this.offset - 4);
  }

  /** A number in one, two or four bytes, told apart by its highest bits. */
  uint() {
    const first = this.bytes[this.offset];
    if (first < 0x80) {
      this.offset += 1;
      return first;
    }
    if (first < 0xc0) {
      this.offset += 2;
      return this.bytes.readUInt16BE(this.offset - 2) & 0x3fff;
    }
    return this.uint32() & 0x3fffffff;
  }

  block() {
    const length = this.uint();
    if (this.offset + length > this.bytes.length) throw new RangeError("a block beyond the end");
    this.offset += length;
    return this.bytes.subarray(this.offset - length, this.offset);
  }

  skipUints() {
    for (let left = this.uint(); left > 0; left--) this.uint();
  }
}

/** The source table at an offset: import URI → text. Throws a RangeError where there is none. */
function sourceTable(bytes, offset) {
  const reader = new Reader(bytes, offset);
  const count = reader.uint32();
  if (count === 0 || count > 20_000) throw new RangeError("not a source table");
  const sources = new Map();
  for (let index = 0; index < count; index++) {
    reader.block(); // The file's own URI.
    const text = reader.block();
    reader.skipUints(); // Where lines start.
    const importUri = reader.block().toString();
    reader.skipUints(); // Coverage.
    sources.set(importUri, text);
  }
  return sources;
}

/** Finds the source table: one of the offsets in the index at the file's end leads to it. */
function sources(bytes) {
  if (bytes.readUInt32BE(0) !== 0x90abcdef) throw new Error("not a kernel file");
  const libraries = bytes.readUInt32BE(bytes.length - 8);
  const end = bytes.length - 8 - 4 * (libraries + 1);
  for (let back = 10; back > 0; back--) {
    try {
      return sourceTable(bytes, bytes.readUInt32BE(end - 4 * back));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
  throw new Error("no source table");
}

const [program, folder] = process.argv.slice(2);
for (const [uri, text] of sources(readFileSync(program))) {
  const match = /^package:(\w+)\/(.+)$/.exec(uri);
  if (match === null || !(match[1] in PACKAGES) || match[2].includes("..")) continue;
  const path = join(folder, match[1], "lib", match[2]);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

const entry = (name, rootUri, languageVersion) => ({ name, rootUri, packageUri: "lib/", languageVersion });
const packages = Object.entries(PACKAGES).map(([name, version]) => entry(name, name, version));
packages.push(entry("bellwire", "../../../runtime/dart", BELLWIRE));
const config = { configVersion: 2, packages };
writeFileSync(join(folder, "package_config.json"), `${JSON.stringify(config, null, 2)}\n`);
