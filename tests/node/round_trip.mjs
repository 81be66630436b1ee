// Fills every message of every module below a folder, encodes it and reads it back, in binary and in JSON.

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ScalarType, create, createRegistry, equals, fromBinary, fromJson, toBinary, toJson } from "@bufbuild/protobuf";
import { reflect, reflectList, reflectMap } from "@bufbuild/protobuf/reflect";

const folder = process.argv[2];
let messages = 0;
for (const path of readdirSync(folder, { recursive: true })) {
  if (path.endsWith("_pb.js")) {
    const module = await import(pathToFileURL(join(folder, path)));
    for (const schema of Object.values(module).filter((value) => value?.kind === "message")) {
      thereAndBack(schema);
      messages += 1;
    }
  }
}
console.log(`${messages} messages went there and back`);

function thereAndBack(schema) {
  const message = filled(schema, 0).message;
  const registry = createRegistry(schema.file);
  const binary = fromBinary(schema, toBinary(schema, message));
  assert.ok(equals(schema, message, binary), `${schema.typeName} in binary`);
  const json = fromJson(schema, toJson(schema, message, { registry }), { registry });
  assert.ok(equals(schema, message, json), `${schema.typeName} in JSON`);
}

// Deeper down only what must be there is set, since messages may contain themselves.
function filled(schema, depth) {
  const message = reflect(schema, create(schema));
  for (const member of schema.members) {
    const field = member.kind === "oneof" ? member.fields.at(-1) : member;
    if (depth < 2 || field.presence === 3) {
      set(message, field, depth);
    }
  }
  return message;
}

function set(message, field, depth) {
  switch (field.fieldKind) {
    case "list": {
      const list = reflectList(field);
      list.add(value(field, depth));
      list.add(value(field, depth));
      message.set(field, list);
      break;
    }
    case "map": {
      const map = reflectMap(field);
      map.set(scalar(field.mapKey), value(field, depth));
      message.set(field, map);
      break;
    }
    default:
      message.set(field, value(field, depth));
  }
}

function value(field, depth) {
  if (field.message) {
    return wellKnown(field.message) ?? filled(field.message, depth + 1);
  }
  if (field.enum) {
    return field.enum.values.at(-1).number;
  }
  return field.longAsString ? String(scalar(field.scalar)) : scalar(field.scalar);
}

// Those whose JSON form not every value has.
function wellKnown(schema) {
  const fields = {
    "google.protobuf.Any": {},
    "google.protobuf.Duration": { seconds: 3n, nanos: 5 },
    "google.protobuf.FieldMask": { paths: ["foo_bar"] },
    "google.protobuf.Timestamp": { seconds: 1_700_000_000n, nanos: 5_000 },
    "google.protobuf.Value": { kind: { case: "stringValue", value: "text" } },
    "google.protobuf.ListValue": {},
    "google.protobuf.Struct": {},
  }[schema.typeName];
  return fields && reflect(schema, create(schema, fields));
}

function scalar(type) {
  switch (type) {
    case ScalarType.STRING:
      return "grüß dich \"\\ \n";
    case ScalarType.BOOL:
      return true;
    case ScalarType.BYTES:
      return new Uint8Array([0, 1, 254, 255]);
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return 0.5;
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return 18_446_744_073_709_551_615n;
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
      return -9_223_372_036_854_775_808n;
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return 4_294_967_295;
    default:
      return -2_147_483_648;
  }
}
