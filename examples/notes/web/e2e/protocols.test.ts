import assert from "node:assert/strict";
import * as http2 from "node:http2";
import { after, before, describe, test } from "node:test";

import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import { type CallOptions, Fault, type Transport, unwrap } from "bellwire";
import { connectrpc } from "bellwire/connect";

import { AppErrorSchema, ErrorCode } from "../src/gen/app/v1/error_pb";
import { NotesEventCreate, NotesEventExport, NotesNotificationListener } from "../src/gen/notes/v1/notes_bellwire";
import { SessionSchema, SignInRequestSchema } from "../src/gen/user/v1/user_pb";
import { UserEventSignIn } from "../src/gen/user/v1/user_bellwire";
import { NotesServer } from "./server";

let server: NotesServer;

before(async () => {
  server = await NotesServer.start();
});

after(async () => {
  await server?.stop();
});

/** The protocols of connect-node, which knows nothing of Bellwire. */
const PROTOCOLS: Record<string, (baseUrl: string) => Transport> = {
  "Connect over HTTP/1.1": (baseUrl) => connectrpc(createConnectTransport({ baseUrl, httpVersion: "1.1" })),
  "Connect over HTTP/2": (baseUrl) => connectrpc(createConnectTransport({ baseUrl, httpVersion: "2" })),
  gRPC: (baseUrl) => connectrpc(createGrpcTransport({ baseUrl })),
  "gRPC-Web": (baseUrl) => connectrpc(createGrpcWebTransport({ baseUrl, httpVersion: "1.1" })),
};

for (const [name, open] of Object.entries(PROTOCOLS)) {
  describe(name, () => {
    let transport: Transport;
    let options: CallOptions;

    before(async () => {
      transport = open(server.url);
      const { token } = unwrap(await UserEventSignIn({ email: "ada@example.org" }, { transport }));
      options = { transport, metadata: { authorization: `Bearer ${token}` } };
    });

    test("an output, and a domain error with its detail", async () => {
      assert.equal(unwrap(await NotesEventCreate({ title: name }, options)).title, name);
      const refused = await NotesEventCreate({ title: " " }, options);
      assert.ok(!refused.ok);
      assert.deepEqual([refused.error.code, refused.error.fieldName], [ErrorCode.INVALID, "title"]);
    });

    test("a stream to its end, and one that ends in a domain error", async () => {
      const files: string[] = [];
      for await (const file of NotesEventExport({}, options)) files.push(unwrap(file).name);
      assert.ok(files.length > 0);
      const items = [];
      for await (const item of NotesEventExport({}, { transport })) items.push(item);
      assert.deepEqual(
        items.map((item) => !item.ok && item.error.code),
        [ErrorCode.NOT_SIGNED_IN],
      );
    });

    test("a deadline that has passed, and a call that is aborted", async () => {
      const faults = [
        NotesEventCreate({ title: "late" }, { ...options, timeoutMs: 0 }),
        NotesEventCreate({ title: "not wanted" }, { ...options, signal: AbortSignal.abort() }),
      ];
      const codes = await Promise.all(
        faults.map((call) => call.then(String, (fault) => (fault instanceof Fault ? fault.code : fault))),
      );
      assert.deepEqual(codes, ["DEADLINE_EXCEEDED", "CANCELLED"]);
    });

    test("a notification", async () => {
      let hear: (title: string) => void = () => {};
      const heard = new Promise<string>((resolve) => (hear = resolve));
      const listener = new NotesNotificationListener({ onNoteChanged: (note) => hear(note.title) }, options);
      await listener.start();
      await NotesEventCreate({ title: "told" }, options);
      assert.equal(await heard, "told");
      await listener.stop();
    });
  });
}

/** A gRPC call as it goes over HTTP/2, without a library: the messages that come, and the trailers. */
async function grpc(path: string, message: Uint8Array, headers: http2.OutgoingHttpHeaders = {}) {
  const session = http2.connect(server.url);
  const request = session.request({
    ":method": "POST",
    ":path": `/${path}`,
    "content-type": "application/grpc",
    te: "trailers",
    ...headers,
  });
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  request.end(Buffer.concat([head, message]));
  let trailers: http2.IncomingHttpHeaders = {};
  request.on("trailers", (received) => (trailers = received));
  let body = Buffer.concat(await request.toArray());
  session.close();
  const messages: Uint8Array[] = [];
  while (body.length > 0) {
    const end = 5 + body.readUInt32BE(1);
    messages.push(body.subarray(5, end));
    body = body.subarray(end);
  }
  return { messages, trailers };
}

test("plain gRPC: an output with its status in the trailers", async () => {
  const input = toBinary(SignInRequestSchema, create(SignInRequestSchema, { email: "ada.lovelace@example.org" }));
  const { messages, trailers } = await grpc("user.v1.UserEvent/SignIn", input);
  assert.equal(trailers["grpc-status"], "0");
  assert.deepEqual(
    messages.map((message) => fromBinary(SessionSchema, message).profile?.name),
    ["Ada Lovelace"],
  );
});

test("plain gRPC: a domain error is failed_precondition with one detail", async () => {
  const { messages, trailers } = await grpc("notes.v1.NotesEvent/List", new Uint8Array());
  assert.deepEqual([messages, trailers["grpc-status"]], [[], "9"]);
  const status = Buffer.from(String(trailers["grpc-status-details-bin"]), "base64");
  assert.ok(status.includes("type.googleapis.com/app.v1.AppError"));
  assert.ok(
    status.includes(Buffer.from(toBinary(AppErrorSchema, create(AppErrorSchema, { code: ErrorCode.NOT_SIGNED_IN })))),
  );
});

test("plain gRPC: an unknown event, undecodable bytes and a deadline are statuses without details", async () => {
  const late = { "grpc-timeout": "1n" };
  for (const [path, message, headers, status] of [
    ["notes.v1.NotesEvent/Sing", [], {}, "12"],
    ["user.v1.UserEvent/SignIn", [0xff], {}, "3"],
    ["notes.v1.NotesEvent/List", [], late, "4"],
  ] as const) {
    const { trailers } = await grpc(path, Uint8Array.from(message), headers);
    assert.equal(trailers["grpc-status"], status, path);
    const details = Buffer.from(String(trailers["grpc-status-details-bin"] ?? ""), "base64");
    assert.ok(!details.includes("AppError"), path);
  }
});
