// A testee of protobuf's conformance suite: reads requests from stdin and answers on stdout, each behind its length.
//
// usage: node testee.mjs FOLDER, which holds the compiled modules of the suite's schemas

import { readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { create, createRegistry, fromBinary, fromJsonString, toBinary, toJsonString } from "@bufbuild/protobuf";
import { fromText, toText } from "@bufbuild/protobuf/txtpb";
import {
  file_google_protobuf_any,
  file_google_protobuf_duration,
  file_google_protobuf_empty,
  file_google_protobuf_field_mask,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_wrappers,
} from "@bufbuild/protobuf/wkt";

const generated = (path) => import(pathToFileURL(join(process.argv[2], path)));
const { ConformanceRequestSchema, ConformanceResponseSchema, FailureSetSchema, TestCategory, WireFormat } =
  await generated("conformance/conformance_pb.js");
const proto2 = await generated("google/protobuf/test_messages_proto2_pb.js");
const proto3 = await generated("google/protobuf/test_messages_proto3_pb.js");

// What an `Any` may hold, and the extensions.
const registry = createRegistry(
  proto2.file_google_protobuf_test_messages_proto2,
  proto3.file_google_protobuf_test_messages_proto3,
  file_google_protobuf_any,
  file_google_protobuf_duration,
  file_google_protobuf_empty,
  file_google_protobuf_field_mask,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_wrappers,
);

for (let request = read(); request; request = read()) {
  const result = resultOf(fromBinary(ConformanceRequestSchema, request));
  write(toBinary(ConformanceResponseSchema, create(ConformanceResponseSchema, { result })));
}

function resultOf(request) {
  // The first request asks which tests fail; the runner knows that by its own lists.
  if (request.messageType === FailureSetSchema.typeName) {
    return { case: "protobufPayload", value: toBinary(FailureSetSchema, create(FailureSetSchema)) };
  }
  const schema = registry.getMessage(request.messageType);
  if (!schema) {
    return { case: "runtimeError", value: `there is no message ${request.messageType}` };
  }
  let message;
  try {
    message = parse(schema, request);
  } catch (error) {
    return { case: "parseError", value: String(error) };
  }
  try {
    return serialize(schema, message, request);
  } catch (error) {
    return { case: "serializeError", value: String(error) };
  }
}

function parse(schema, { payload, testCategory }) {
  switch (payload.case) {
    case "protobufPayload":
      return fromBinary(schema, payload.value);
    case "jsonPayload": {
      const ignoreUnknownFields = testCategory === TestCategory.JSON_IGNORE_UNKNOWN_PARSING_TEST;
      return fromJsonString(schema, payload.value, { ignoreUnknownFields, registry });
    }
    case "textPayload":
      return fromText(schema, payload.value, { registry });
    default:
      throw new Error(`a payload of the case ${payload.case}`);
  }
}

function serialize(schema, message, { requestedOutputFormat, printUnknownFields }) {
  switch (requestedOutputFormat) {
    case WireFormat.PROTOBUF:
      return { case: "protobufPayload", value: toBinary(schema, message) };
    case WireFormat.JSON:
      return { case: "jsonPayload", value: toJsonString(schema, message, { registry }) };
    case WireFormat.TEXT_FORMAT:
      return { case: "textPayload", value: toText(schema, message, { printUnknownFields, registry }) };
    default:
      return { case: "skipped", value: `the format ${WireFormat[requestedOutputFormat]}` };
  }
}

/** The next request, or undefined where the runner has no more. */
function read() {
  const length = bytes(4);
  return length && bytes(length.readUInt32LE());
}

function bytes(count) {
  const buffer = Buffer.alloc(count);
  for (let filled = 0; filled < count;) {
    const read = readSync(0, buffer, filled, count - filled, null);
    if (read === 0) {
      return undefined;
    }
    filled += read;
  }
  return buffer;
}

function write(response) {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(response.length);
  let rest = Buffer.concat([length, response]);
  while (rest.length > 0) {
    rest = rest.subarray(writeSync(1, rest));
  }
}
