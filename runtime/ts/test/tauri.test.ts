// The carrier of a Tauri webview, against commands that answer as they are told.
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { setDefaultTransport } from "bellwire";
import { type Invoke, isTauri, tauri } from "bellwire/tauri";
import {
  type ClientFrame,
  ClientFrameSchema,
  FaultSchema,
  ServerFrameSchema,
} from "../dist/wire/bellwire/frames_pb.js";
import { ProblemSchema } from "./gen/common/v1/error_pb.js";
import {
  EchoEventNothing,
  EchoEventSay,
  EchoEventTick,
  EchoNotificationListener,
} from "./gen/fixture/v1/echo_bellwire.js";
import { NumberSchema, TextSchema } from "./gen/fixture/v1/echo_pb.js";
import { settled, until } from "./support.js";

interface Command {
  name: string;
  body: Uint8Array;
  headers: Record<string, string>;
  answer(bytes: unknown): void;
  fail(reason: unknown): void;
}

let commands: Command[];

/** What commands answer by themselves; those for which it is undefined wait. */
let script: (command: Command) => unknown;

const invoke: Invoke = (command, body, { headers }) =>
  new Promise((answer, fail) => {
    const one = { name: command.replace("plugin:bellwire|", ""), body, headers, answer, fail };
    commands.push(one);
    const scripted = script(one);
    if (scripted !== undefined) answer(scripted);
  });

/** Puts into this page what an app puts into its own, and answers the requests that come to its scheme. */
function inAnApp(respond: (url: string, body: Uint8Array, options: RequestInit) => Promise<Response>): void {
  const convertFileSrc = (path: string, scheme: string) => `${scheme}://localhost/${path}`;
  Object.assign(globalThis, { __TAURI_INTERNALS__: { invoke, convertFileSrc } });
  globalThis.fetch = (url, options) => respond(url as string, options?.body as Uint8Array, options as RequestInit);
  setDefaultTransport(tauri());
}

const { fetch } = globalThis;

afterEach(() => {
  Object.assign(globalThis, { __TAURI_INTERNALS__: undefined, fetch });
});

beforeEach(() => {
  commands = [];
  script = oblige;
  setDefaultTransport(tauri({ invoke, reconnectDelayMs: 1, maxReconnectDelayMs: 2 }));
});

const frame = (kind: object, payload = new Uint8Array()) =>
  toBinary(ServerFrameSchema, create(ServerFrameSchema, { kind, payload } as never));
const welcome = frame({ case: "welcome", value: { protocol: 1 } });
const text = (text: string) => toBinary(TextSchema, create(TextSchema, { text }));

/** The answer to a call: 0 is a fault, 1 the output, 2 the error. */
const answer = (status: number, message = new Uint8Array()) => Uint8Array.of(status, ...message).buffer;

/** An answer of a session that is open, or not. */
function batch(frames: Uint8Array[], open = true): ArrayBuffer {
  const parts = frames.flatMap((one) => [...new Uint8Array(new Uint32Array([one.length]).buffer), ...one]);
  return Uint8Array.from([open ? 1 : 0, ...parts]).buffer;
}

/** Welcomes and acknowledges at once. */
function oblige(command: Command): unknown {
  if (command.name !== "open" && command.name !== "send") return undefined;
  const answers = framesOf(command).flatMap(({ kind }) =>
    kind.case === "hello" ? [welcome] : kind.case === "ping" ? [frame({ case: "pong", value: { nonce: 0n } })] : [],
  );
  return batch(answers);
}

/** The frames of a command's body. */
function framesOf({ body }: Command): ClientFrame[] {
  const frames: ClientFrame[] = [];
  for (let rest = body; rest.length > 0;) {
    const end = 4 + new DataView(rest.buffer, rest.byteOffset).getUint32(0, true);
    frames.push(fromBinary(ClientFrameSchema, rest.subarray(4, end)));
    rest = rest.subarray(end);
  }
  return frames;
}

/** Waits for the n-th command of a name. */
async function command(name: string, count = 1): Promise<Command> {
  const all = () => commands.filter((one) => one.name === name);
  await until(() => all().length >= count);
  return all()[count - 1] as Command;
}

test("a call is one command, with its input as the body and the rest in headers", async () => {
  const said = EchoEventSay({ text: "a" }, { metadata: { "x-who": "ada & co", "x-mood": "ü" }, timeoutMs: 1000 });
  const call = await command("call");
  assert.deepEqual(
    commands.map(({ name }) => name),
    ["open", "pull", "call"],
  );
  assert.deepEqual(call.body, text("a"));
  const session = (await command("open")).headers["bellwire-address"];
  assert.deepEqual(call.headers, {
    "bellwire-address": `${session} 1 ${EchoEventSay.path}`,
    "bellwire-timeout-ms": "1000",
    "bellwire-metadata": "x-who=ada%20%26%20co&x-mood=%C3%BC",
  });
  call.answer(answer(1, text("b")));
  const result = await said;
  assert.equal(result.ok && result.value.text, "b");
});

test("sessions have names of one page, and none twice", async () => {
  void EchoEventNothing();
  void EchoEventNothing({ transport: tauri({ invoke }) });
  const names = [await command("open", 1), await command("open", 2)].map((one) => one.headers["bellwire-address"]);
  const [one, two] = names.map((name) => name?.split("."));
  assert.equal(one?.[0], two?.[0]);
  assert.notEqual(one?.[1], two?.[1]);
});

test("where a webview carries no bytes, numbers are understood", async () => {
  const numbers = (bytes: ArrayBuffer) => [...new Uint8Array(bytes)];
  script = ({ name }) => (name === "open" ? numbers(batch([welcome])) : undefined);
  const said = EchoEventSay({ text: "a" });
  (await command("call")).answer(numbers(answer(1, text("b"))));
  const result = await said;
  assert.equal(result.ok && result.value.text, "b");
});

test("what is said at one moment goes in one command, and the next waits for it", async () => {
  script = ({ name }) => (name === "open" ? batch([welcome]) : undefined);
  const streams = [settled(EchoEventTick()), settled(EchoEventTick())];
  const first = await command("send");
  assert.deepEqual(
    framesOf(first).map(({ kind }) => kind.case),
    ["call", "call"],
  );
  streams.push(settled(EchoEventTick()));
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(commands.filter(({ name }) => name === "send").length, 1);
  first.answer(batch([]));
  assert.equal(framesOf(await command("send", 2)).length, 1);
  const end = (id: bigint) => frame({ case: "end", value: { id } });
  (await command("pull")).answer(batch([end(1n), end(2n), end(3n)]));
  assert.deepEqual(await Promise.all(streams), [[], [], []]);
});

test("pulls come one after the other, numbered, and an empty one is no end", async () => {
  const items = EchoEventTick()[Symbol.asyncIterator]();
  const first = items.next();
  await command("send");
  (await command("pull")).answer(batch([]));
  const pull = await command("pull", 2);
  const session = (await command("open")).headers["bellwire-address"];
  assert.deepEqual([pull.headers["bellwire-address"], pull.body.length], [`${session} 2`, 0]);
  const number = toBinary(NumberSchema, create(NumberSchema, { number: 1n }));
  pull.answer(batch([frame({ case: "item", value: { id: 1n } }, number)]));
  const { value } = await first;
  assert.equal(value?.ok && value.value.number, 1n);
});

test("the next frames are asked for before those that came are handed out", async () => {
  const pulls = () => commands.filter(({ name }) => name === "pull").length;
  const told: [string, number][] = [];
  const listener = new EchoNotificationListener({ onSaid: ({ text }) => void told.push([text, pulls()]) });
  await listener.start();
  const said = (what: string) =>
    frame({ case: "notification", value: { path: "fixture.v1.EchoNotification/Said" } }, text(what));
  (await command("pull")).answer(batch([said("a"), said("b")]));
  (await command("pull", 2)).answer(batch([said("c")]));
  await until(() => told.length === 3);
  assert.deepEqual(told, [
    ["a", 2],
    ["b", 2],
    ["c", 3],
  ]);
  await listener.stop();
});

test("an answer that is cut off, or no answer at all, ends the session and settles every call", async () => {
  const half = batch([welcome]);
  for (const nonsense of [half.slice(0, 3), half.slice(0, -1), new ArrayBuffer(0), Uint8Array.of(7).buffer, {}, null]) {
    const calls = [EchoEventSay({}), settled(EchoEventTick())];
    const faults = calls.map((call) => assert.rejects(call, { code: "INTERNAL" }));
    await until(() => commands.some(({ name }) => name === "call") && commands.some(({ name }) => name === "send"));
    (await command("pull")).answer(nonsense);
    await Promise.all(faults);
    // The core is told that nobody is there any longer.
    assert.equal(commands.at(-1)?.body.length, 0);
    commands = [];
  }
});

test("a call ends in its output, in its error or in a fault", async () => {
  const calls = [EchoEventSay({}), EchoEventSay({}), EchoEventSay({})];
  const fault = create(FaultSchema, { code: 5, message: "nobody" });
  const problem = create(ProblemSchema, { reason: "why" });
  const answers = [answer(1), answer(2, toBinary(ProblemSchema, problem)), answer(0, toBinary(FaultSchema, fault))];
  for (const [index, one] of answers.entries()) (await command("call", 1 + index)).answer(one);
  const [output, error] = [await calls[0], await calls[1]];
  assert.equal(output?.ok && output.value.text, "");
  assert.equal(error && !error.ok && error.error.reason, "why");
  await assert.rejects(calls[2] as Promise<unknown>, { code: "NOT_FOUND", message: "nobody" });
});

test("a call whose answer is nonsense ends alone", async () => {
  const other = EchoEventNothing();
  const pending = await command("call");
  const nonsense = [
    "text",
    null,
    new ArrayBuffer(0),
    answer(3),
    answer(0, Uint8Array.of(0xff)),
    answer(1, Uint8Array.of(0xff)),
  ];
  for (const [index, one] of nonsense.entries()) {
    const call = assert.rejects(EchoEventSay({}), { code: "INTERNAL" });
    (await command("call", 2 + index)).answer(one);
    await call;
  }
  pending.answer(answer(1));
  assert.ok((await other).ok);
});

test("a core that answers twice is heard once", async () => {
  const twice = EchoEventSay({ text: "a" });
  const call = await command("call");
  const ok = frame({ case: "ok", value: { id: 1n } }, text("first"));
  (await command("pull")).answer(batch([ok, ok]));
  const result = await twice;
  assert.equal(result.ok && result.value.text, "first");
  call.answer(answer(1, text("second")));
  await command("pull", 2);
  const next = EchoEventNothing();
  (await command("call", 2)).answer(answer(1));
  assert.ok((await next).ok);
});

test("a core that never answers counts as gone after a while, and what was called is settled", async () => {
  setDefaultTransport(tauri({ invoke, silenceTimeoutMs: 20 }));
  script = () => undefined;
  await assert.rejects(EchoEventSay({}), { code: "UNAVAILABLE", message: /no sign of life/ });
});

test("a page that was suspended for longer than a core may be silent still hears the answer", async () => {
  setDefaultTransport(tauri({ invoke, silenceTimeoutMs: 20 }));
  script = (command) => {
    if (command.name === "open") {
      // Comes after the timers that are due, as it is with all that came while a page slept.
      setTimeout(() => command.answer(batch([welcome])), 25);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1200);
    }
    return undefined;
  };
  const said = EchoEventSay({});
  (await command("call")).answer(answer(1));
  assert.ok((await said).ok);
});

test("a core that closes the session settles every call, and listeners have a new one", async () => {
  let lagged = 0;
  const listener = new EchoNotificationListener({ onSaid() {} }, { onLagged: () => void lagged++ });
  await listener.start();
  const call = assert.rejects(EchoEventSay({}), { code: "UNAVAILABLE" });
  await command("call");
  (await command("pull")).answer(batch([], false));
  await call;
  await until(() => lagged === 1);
  assert.equal(commands.filter(({ name }) => name === "open").length, 2);
  await listener.stop();
});

test("in an app, a call is one request to the plugin's scheme, without headers", async () => {
  const requests: [string, Uint8Array, RequestInit][] = [];
  inAnApp(async (...request) => {
    requests.push(request);
    return new Response(answer(1, text("b")));
  });
  const result = await EchoEventSay({ text: "a" });
  assert.equal(result.ok && result.value.text, "b");
  await EchoEventSay({}, { metadata: { "x-who": "ada & co", "x-mood": "ü" }, timeoutMs: 1000 });
  await EchoEventSay({}, { metadata: { "x-who": "ada" } });
  const address = `bellwire://localhost/${(await command("open")).headers["bellwire-address"]}`;
  assert.deepEqual(
    requests.map(([url]) => url),
    [
      `${address}/1/${EchoEventSay.path}`,
      `${address}/2/${EchoEventSay.path}?timeout-ms=1000&metadata=x-who=ada%20%26%20co&x-mood=%C3%BC`,
      `${address}/3/${EchoEventSay.path}?metadata=x-who=ada`,
    ],
  );
  assert.deepEqual(requests[0]?.slice(1), [text("a"), { method: "POST", body: text("a") }]);
  assert.ok(commands.every(({ name }) => name !== "call"));
});

test("where no request comes through, the same call is a command, and so are those after it", async () => {
  const broken = new ReadableStream({ start: (controller) => controller.error(new Error("cut off")) });
  for (const respond of [
    () => Promise.reject(new TypeError("Failed to fetch")),
    () => Promise.resolve(new Response(null, { status: 404 })),
    () => Promise.resolve(new Response(broken)),
  ]) {
    commands = [];
    let requests = 0;
    inAnApp((url) => {
      requests += 1;
      assert.match(url, /\/1\/fixture\.v1\.EchoEvent\/Say$/);
      return respond();
    });
    for (const number of [1, 2]) {
      const said = EchoEventSay({ text: "a" });
      const call = await command("call", number);
      assert.equal(call.headers["bellwire-address"]?.split(" ")[1], `${number}`);
      assert.deepEqual(call.body, text("a"));
      call.answer(answer(1, text("b")));
      assert.ok((await said).ok);
    }
    assert.equal(requests, 1);
  }
});

test("a call whose metadata is too long for an address is a command, and the next is a request again", async () => {
  inAnApp(() => Promise.resolve(new Response(answer(1))));
  const long = EchoEventNothing({ metadata: { "x-long": "x".repeat(5000) } });
  (await command("call")).answer(answer(1));
  assert.ok((await long).ok);
  assert.ok((await EchoEventNothing()).ok);
  assert.equal(commands.filter(({ name }) => name === "call").length, 1);
});

test("an app that a test plays needs no scheme", async () => {
  Object.assign(globalThis, { __TAURI_INTERNALS__: { invoke } });
  const said = EchoEventNothing({ transport: tauri() });
  (await command("call")).answer(answer(1));
  assert.ok((await said).ok);
});

test("why a command was refused is told", async () => {
  script = ({ fail }) => fail("bellwire.open not allowed. Permissions associated with this command: bellwire:default");
  await assert.rejects(EchoEventSay({}), { code: "PERMISSION_DENIED", message: /capability/ });
  script = ({ fail }) => fail("plugin bellwire not found");
  await assert.rejects(EchoEventSay({}), { code: "UNAVAILABLE", message: /not found/ });
  setDefaultTransport(tauri());
  assert.equal(isTauri(), false);
  await assert.rejects(EchoEventSay({}), { code: "UNAVAILABLE", message: /not shown by a Tauri app/ });
});
