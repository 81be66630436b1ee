// Answers that break the protocol, and networks that break the answers: everything settles all the same.
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { Fault, type Transport } from "bellwire";
import { connect, connectrpc } from "bellwire/connect";
import { createConnectTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import { TestCore } from "./core.js";
import { UserEventExport, UserEventSignIn, UserNotificationListener } from "./gen/user/v1/user_bellwire.js";
import { parrot, Proxy } from "./proxy.js";
import { settled, until } from "./support.js";

const overFetch = (baseUrl: string) => connect({ baseUrl });
const overNode = (baseUrl: string) => connectrpc(createConnectTransport({ baseUrl, httpVersion: "1.1" }));
const overGrpcWeb = (baseUrl: string) => connectrpc(createGrpcWebTransport({ baseUrl, httpVersion: "1.1" }));

/** An answer of HTTP. */
function http(status: string, type: string, body: string | Uint8Array, length?: number): Uint8Array {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const head = [`HTTP/1.1 ${status}`, `content-type: ${type}`, `content-length: ${length ?? bytes.length}`];
  const headBytes = new TextEncoder().encode([...head, "connection: close", "", ""].join("\r\n"));
  return new Uint8Array([...headBytes, ...bytes]);
}

/** A message of a stream, as Connect and gRPC-Web write it. */
function envelope(flags: number, body: string | Uint8Array, length?: number): Uint8Array {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const head = new Uint8Array(5);
  head[0] = flags;
  new DataView(head.buffer).setUint32(1, length ?? bytes.length);
  return new Uint8Array([...head, ...bytes]);
}

function joined(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

/** What a call ends in: `ok`, `error`, or the code of its fault. */
async function ending(call: Promise<{ ok: boolean }>): Promise<string> {
  return call.then(
    ({ ok }) => (ok ? "ok" : "error"),
    (reason: unknown) => (reason instanceof Fault ? reason.code : `no fault: ${String(reason)}`),
  );
}

/** How many items a stream gives, and what it ends in; `came` hears how many came so far. */
async function streamEnding(
  transport: Transport,
  pieces = 3,
  came: (items: number) => void = () => {},
): Promise<[items: number, end: string]> {
  let items = 0;
  const read = async () => {
    for await (const item of UserEventExport({ pieces }, { transport })) {
      if (!item.ok) return item;
      came((items += 1));
    }
    return { ok: true };
  };
  const end = await ending(read());
  return [items, end];
}

const PROFILE = new Uint8Array([0x08, 0x07]);
const detail = (value: string) =>
  `{"code":"failed_precondition","details":[{"type":"user.v1.UserError","value":"${value}"}]}`;

const answers: Record<string, [answer: string | Uint8Array, end: string]> = {
  "no answer": ["", "UNAVAILABLE"],
  "an answer that is not HTTP": ["hello\r\n\r\n", "UNAVAILABLE"],
  "half a head": ["HTTP/1.1 200 OK\r\ncontent-ty", "UNAVAILABLE"],
  "half a body": [http("200 OK", "application/proto", PROFILE, 100), "UNAVAILABLE"],
  "bytes that are no message": [http("200 OK", "application/proto", new Uint8Array([0x0a, 200])), "INTERNAL"],
  "a message cut in its middle": [http("200 OK", "application/proto", PROFILE.subarray(0, 1)), "INTERNAL"],
  "a page": [http("200 OK", "text/html", "<p>Sign in, please"), "UNKNOWN"],
  "a proxy's error": [http("502 Bad Gateway", "text/html", "<p>no core"), "UNAVAILABLE"],
  "too many requests": [http("429 Too Many Requests", "text/html", ""), "UNAVAILABLE"],
  "a fault that is no JSON": [http("503 Service Unavailable", "application/json", '{"code":'), "UNAVAILABLE"],
  "a fault with a code that nobody knows": [http("500 Oh", "application/json", '{"code":"tired"}'), "UNKNOWN"],
  "an error of the schema": [http("400 Bad Request", "application/json", detail("CgF4")), "error"],
  "an error of the schema that cannot be decoded": [
    http("400 Bad Request", "application/json", detail("//8")),
    "INTERNAL",
  ],
};

for (const [what, [answer, end]] of Object.entries(answers)) {
  test(`a call settles after ${what}`, async (context) => {
    const server = await parrot(answer);
    context.after(() => server.stop());
    for (const way of [overFetch, overNode]) {
      const transport = way(server.url);
      assert.equal(await ending(UserEventSignIn({}, { transport })), end);
      // The connection's state does not spill into the next call.
      assert.equal(await ending(UserEventSignIn({}, { transport })), end);
    }
  });
}

test("two answers to one call end it once, in the first or in a fault", async (context) => {
  const answer = http("200 OK", "application/proto", PROFILE);
  const server = await parrot(joined(answer, answer));
  context.after(() => server.stop());
  for (const way of [overFetch, overNode]) {
    const transport = way(server.url);
    for (let round = 0; round < 3; round++) {
      assert.match(await ending(UserEventSignIn({}, { transport })), /^(ok|UNAVAILABLE)$/);
    }
  }
});

test("a second message where one was asked for is a fault", async () => {
  const type = "application/grpc-web+proto";
  const trailer = envelope(0x80, "grpc-status: 0\r\n");
  const once = await parrot(http("200 OK", type, joined(envelope(0, PROFILE), trailer)));
  assert.equal(await ending(UserEventSignIn({}, { transport: overGrpcWeb(once.url) })), "ok");
  const twice = await parrot(http("200 OK", type, joined(envelope(0, PROFILE), envelope(0, PROFILE), trailer)));
  assert.equal(await ending(UserEventSignIn({}, { transport: overGrpcWeb(twice.url) })), "UNIMPLEMENTED");
  await Promise.all([once.stop(), twice.stop()]);
});

const CHUNK = envelope(0, new Uint8Array([0x0a, 1, 7]));
const END = envelope(2, "{}");

const streams: Record<string, [body: Uint8Array, items: number, end: string]> = {
  "its end": [joined(CHUNK, CHUNK, END), 2, "ok"],
  "no end": [joined(CHUNK, CHUNK), 2, "UNAVAILABLE"],
  nothing: [new Uint8Array(), 0, "UNAVAILABLE"],
  "half an envelope": [joined(CHUNK, CHUNK.subarray(0, 3)), 1, "UNAVAILABLE"],
  "half a message": [joined(CHUNK, CHUNK.subarray(0, 6)), 1, "UNAVAILABLE"],
  "the announcement of 4 GiB": [joined(CHUNK, envelope(0, "x", 0xffffffff)), 1, "UNAVAILABLE"],
  "bytes that are no message": [joined(CHUNK, envelope(0, new Uint8Array([0x0a, 200])), END), 1, "INTERNAL"],
  "an end that is no JSON": [joined(CHUNK, envelope(2, "{")), 1, "INTERNAL"],
  "an end that is no JSON and more": [joined(CHUNK, envelope(2, "nothing"), CHUNK), 1, "INTERNAL"],
  "flags that nobody knows": [joined(CHUNK, envelope(1, "x"), END), 1, "INTERNAL"],
  "a fault": [joined(CHUNK, envelope(2, '{"error":{"code":"resource_exhausted"}}')), 1, "RESOURCE_EXHAUSTED"],
  "an error of the schema": [joined(CHUNK, envelope(2, `{"error":${detail("CgF4")}}`)), 1, "error"],
};

for (const [what, [body, items, end]] of Object.entries(streams)) {
  test(`a stream settles after ${what}`, async (context) => {
    const server = await parrot(http("200 OK", "application/connect+proto", body));
    context.after(() => server.stop());
    for (const way of [overFetch, overNode]) {
      assert.deepEqual(await streamEnding(way(server.url)), [items, end]);
    }
  });
}

test("a second answer of a stream is nobody's", async () => {
  for (const body of [joined(CHUNK, END, END), joined(CHUNK, END, CHUNK)]) {
    const server = await parrot(http("200 OK", "application/connect+proto", body));
    assert.deepEqual(await streamEnding(overFetch(server.url)), [1, "ok"]);
    assert.deepEqual(await streamEnding(overNode(server.url)), [1, "INTERNAL"]);
    await server.stop();
  }
});

let core: TestCore;
let proxy: Proxy;

beforeEach(async () => {
  core = await TestCore.start();
  core.heartbeatMs = 10;
  proxy = await Proxy.start(core.url);
});

afterEach(async () => {
  await proxy.stop();
  await core.stop();
});

test("wherever an answer is cut, the call and the stream settle", async () => {
  for (const way of [overFetch, overNode]) {
    const whole = { call: 0, stream: 0 };
    for (proxy.cutAfter = 1; !whole.call || !whole.stream; proxy.cutAfter += 3) {
      const end = await ending(UserEventSignIn({ email: "ada" }, { transport: way(proxy.url) }));
      if (end === "ok") whole.call ||= proxy.cutAfter;
      else assert.equal(end, "UNAVAILABLE", `after ${proxy.cutAfter} bytes`);
      const [items, streamEnd] = await streamEnding(way(proxy.url));
      if (streamEnd === "ok") whole.stream ||= proxy.cutAfter;
      else assert.equal(streamEnd, "UNAVAILABLE", `after ${proxy.cutAfter} bytes`);
      assert.ok(items <= 3 && (streamEnd !== "ok" || items === 3));
    }
    assert.ok(whole.stream > whole.call);
  }
});

test("a connection that is cut settles the calls that use it, and the next one makes another", async () => {
  for (const way of [overFetch, overNode]) {
    core.log.length = 0;
    const transport = way(proxy.url);
    const call = ending(UserEventSignIn({ email: "slow@example.com" }, { transport }));
    let items = 0;
    const stream = streamEnding(transport, 10, (came) => (items = came));
    await core.saw("slow");
    await until(() => items === 3);
    proxy.cut();
    assert.equal(await call, "UNAVAILABLE");
    assert.deepEqual(await stream, [3, "UNAVAILABLE"]);
    await core.saw("dropped");
    await core.saw("export ended");
    assert.equal(await ending(UserEventSignIn({ email: "ada" }, { transport })), "ok");
  }
});

test("a proxy that buffers delays a stream, and a deadline does not wait for it", async () => {
  const transport = overFetch(proxy.url);
  proxy.hold();
  const late = settled(UserEventExport({ pieces: 3 }, { transport }));
  const expired = UserEventExport({ pieces: 3 }, { transport, timeoutMs: 100 });
  await assert.rejects(settled(expired), { code: "DEADLINE_EXCEEDED" });
  await assert.rejects(UserEventSignIn({ email: "ada" }, { transport, timeoutMs: 50 }), { code: "DEADLINE_EXCEEDED" });
  proxy.release();
  assert.equal((await late).length, 3);
});

const CHANGED = "user.v1.UserNotification/ProfileChanged";

/** A listener, and what it was told. */
function listening(): { listener: UserNotificationListener; told: string[] } {
  const told: string[] = [];
  const listener = new UserNotificationListener(
    { onProfileChanged: ({ name }) => void told.push(name) },
    {
      transport: connect({
        baseUrl: proxy.url,
        heartbeatTimeoutMs: 2000,
        reconnectDelayMs: 5,
        maxReconnectDelayMs: 20,
      }),
      onInterrupted: ({ code }) => void told.push(code),
      onLagged: () => void told.push("lagged"),
    },
  );
  return { listener, told };
}

test("a proxy that buffers the stream of notifications is told from silence, and left", async () => {
  const { listener, told } = listening();
  proxy.hold();
  await assert.rejects(listener.start(), { code: /UNAVAILABLE|DEADLINE_EXCEEDED/ });
  proxy.release();
  await listener.start();
  proxy.hold();
  core.notify(CHANGED, "1", { name: "kept" });
  await until(() => told.length > 0);
  assert.deepEqual(told, ["UNAVAILABLE"]);
  proxy.release();
  await until(() => told.includes("lagged"));
  core.notify(CHANGED, "1", { name: "x" });
  await until(() => told.includes("x"));
  // What came out of the dead stream later is nobody's.
  assert.ok(!told.includes("kept"));
  await listener.stop();
});

test("a stream of notifications that is cut is reopened, however often", async () => {
  const { listener, told } = listening();
  await listener.start();
  for (let round = 1; round <= 5; round++) {
    proxy.cut();
    await until(() => told.filter((what) => what === "lagged").length === round);
    core.notify(CHANGED, "1", { name: `x${round}` });
    await until(() => told.includes(`x${round}`));
  }
  assert.equal(told.filter((what) => what === "UNAVAILABLE").length, 5);
  await listener.stop();
});

test("a stream of notifications that is cut anywhere in its first bytes fails its start or is reopened", async () => {
  for (let bytes = 1; bytes < 400; bytes += 13) {
    const { listener } = listening();
    proxy.cutAfter = bytes;
    const started = await ending(listener.start().then(() => ({ ok: true })));
    assert.ok(started === "ok" || started === "UNAVAILABLE", started);
    proxy.cutAfter = undefined;
    // Connections that were cut may be tried once more before they are known to be.
    while ((await ending(listener.start().then(() => ({ ok: true })))) !== "ok");
    await listener.stop();
  }
});
