// Run by tests/compile-rust/tests/round_trips.rs, in a folder with `built`, the generated modules as JavaScript:
//
//   make NAME…   writes messages of each name, its fields at their extremes
//   echo FILE    reads the messages of a file, and writes them back
//
// A message is a line: its full name, and its bytes in hex.

import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ScalarType, create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { reflect, reflectList, reflectMap } from "@bufbuild/protobuf/reflect";

const schemas = new Map();
const built = resolve("built");
for (const path of readdirSync(built, { recursive: true })) {
  if (path.endsWith("_pb.js")) {
    for (const schema of Object.values(await import(pathToFileURL(join(built, path))))) {
      if (schema?.kind === "message") schemas.set(schema.typeName, schema);
    }
  }
}

const lines = [];
const write = (schema, message) => lines.push(`${schema.typeName} ${Buffer.from(toBinary(schema, message)).toString("hex")}`);

const [command, ...rest] = process.argv.slice(2);
if (command === "make") {
  for (const schema of rest.map((name) => schemas.get(name))) {
    for (const message of extremes(schema)) write(schema, message);
  }
} else {
  for (const line of readFileSync(rest[0], "utf8").trimEnd().split("\n")) {
    const [name, hex] = line.split(" ");
    const schema = schemas.get(name);
    const once = fromBinary(schema, Buffer.from(hex, "hex"));
    // Read a second time, so that nothing is written back that was not understood.
    write(schema, fromBinary(schema, toBinary(schema, once)));
  }
}
console.log(lines.join("\n"));

/** An empty message; one for every value of every field; and one in itself, as deep as every language reads. */
function* extremes(schema) {
  yield create(schema);
  for (const field of schema.fields) {
    for (const value of values(field)) yield holding(schema, field, value);
    if (field.message === schema && field.fieldKind !== "map") {
      let deep = create(schema);
      for (let depth = 0; depth < 60; depth++) {
        const inner = reflect(schema, deep);
        deep = holding(schema, field, field.fieldKind === "list" ? listOf(field, [inner]) : inner);
      }
      yield deep;
    }
  }
}

function holding(schema, field, value) {
  const message = reflect(schema, create(schema));
  message.set(field, value);
  return message.message;
}

function values(field) {
  const each = singular(field);
  if (field.fieldKind === "list") return [each, ...each.map((value) => [value])].map((list) => listOf(field, list));
  if (field.fieldKind !== "map") return each;
  const keys = scalars(field.mapKey);
  const all = keys.map((key, index) => [key, each[index % each.length]]);
  return [all, ...each.map((value) => [[keys[0], value]])].map((entries) => mapOf(field, entries));
}

function listOf(field, values) {
  const list = reflectList(field);
  values.forEach((value) => list.add(value));
  return list;
}

function mapOf(field, entries) {
  const map = reflectMap(field);
  entries.forEach(([key, value]) => map.set(key, value));
  return map;
}

function singular(field) {
  if (field.message) return [reflect(field.message, create(field.message))];
  // An open enum holds what it has no name for.
  if (field.enum) return [...field.enum.values.map((value) => value.number), 77, -2147483648];
  const each = scalars(field.scalar);
  return field.longAsString ? each.map(String) : each;
}

function scalars(type) {
  const floats = [0, -0, 0.5, NaN, Infinity, -Infinity];
  switch (type) {
    case ScalarType.STRING:
      return ["", "grüß\u{1f44b}\0", "ü".repeat(1024)];
    case ScalarType.BOOL:
      return [false, true];
    case ScalarType.BYTES:
      return [new Uint8Array(), new Uint8Array([0, 127, 128, 255])];
    case ScalarType.FLOAT:
      return [...floats, 3.4028234663852886e38];
    case ScalarType.DOUBLE:
      return [...floats, -Number.MAX_VALUE, Number.MIN_VALUE];
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return [0n, 1n, (1n << 53n) + 1n, 1n << 63n, (1n << 64n) - 1n];
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
      return [0n, 1n, -1n, (1n << 53n) + 1n, 1n << 62n, -(1n << 63n), (1n << 63n) - 1n];
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return [0, 1, 0x80000000, 0xffffffff];
    default:
      return [0, 1, -1, -0x80000000, 0x7fffffff];
  }
}
