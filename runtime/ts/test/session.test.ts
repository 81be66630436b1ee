// Calls and listeners over frames, against a core that does as it is told and more often than not misbehaves.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { create, toBinary } from "@bufbuild/protobuf";
import { Fault, type Lag, setDefaultTransport, type Unserved } from "bellwire";
import { type SessionOptions, SessionTransport } from "../dist/session/index.js";
import { Unserved_Reason } from "../dist/wire/bellwire/wire_pb.js";
import { FakeCarrier, type FakeLine, obliging, silent } from "./carrier.js";
import { ProblemSchema } from "./gen/common/v1/error_pb.js";
import {
  EchoEventCount,
  EchoEventNothing,
  EchoEventSay,
  EchoEventTick,
  EchoNotificationListener,
} from "./gen/fixture/v1/echo_bellwire.js";
import { NumberSchema, TextSchema } from "./gen/fixture/v1/echo_pb.js";
import { reports, settled, tick, until } from "./support.js";

let carrier: FakeCarrier;

beforeEach(() => open());

function open(options: SessionOptions = {}): void {
  carrier = new FakeCarrier();
  setDefaultTransport(new SessionTransport(carrier, { reconnectDelayMs: 2, maxReconnectDelayMs: 10, ...options }));
}

const text = (text: string) => toBinary(TextSchema, create(TextSchema, { text }));
const number = (number: bigint) => toBinary(NumberSchema, create(NumberSchema, { number }));
const problem = (reason: string) => toBinary(ProblemSchema, create(ProblemSchema, { reason }));

/** Waits until so many calls were sent, and gives the line and the last call's id. */
async function called(count = 1): Promise<{ line: FakeLine; id: bigint }> {
  await until(() => carrier.lines.at(-1)?.kinds.filter((kind) => kind === "call").length === count);
  return { line: carrier.last, id: carrier.last.find("call").id };
}

const unavailable = () => new Fault("UNAVAILABLE", "the core is gone");

test("nothing is opened before it is needed, and a hello names what is used", async () => {
  await tick();
  assert.equal(carrier.lines.length, 0);
  const said = EchoEventSay({ text: "a" }, { metadata: { "x-who": "ada" }, timeoutMs: 1000.5 });
  const { line, id } = await called();
  assert.deepEqual(line.kinds, ["hello", "call"]);
  const { protocol, uses } = line.find("hello");
  assert.equal(protocol, 1);
  assert.deepEqual(
    uses.map(({ path, fingerprint }) => [path, fingerprint]),
    [[EchoEventSay.path, EchoEventSay.fingerprint]],
  );
  const { path, metadata, timeoutMs, credit } = line.find("call");
  assert.deepEqual([path, timeoutMs, credit], [EchoEventSay.path, 1001n, 0]);
  assert.deepEqual(
    metadata.map(({ key, value }) => [key, value]),
    [["x-who", "ada"]],
  );
  line.say({ case: "ok", value: { id } }, text("b"));
  const result = await said;
  assert.equal(result.ok && result.value.text, "b");
});

test("what is used later is said later, once, and together", async () => {
  const first = EchoEventSay({ text: "a" });
  const { line } = await called();
  const others = [EchoEventNothing(), EchoEventNothing(), EchoEventSay({ text: "b" })];
  const ticks = settled(EchoEventTick());
  await called(5);
  assert.deepEqual(line.kinds.filter((kind) => kind === "hello").length, 2);
  assert.deepEqual(
    line.find("hello").uses.map(({ path }) => path),
    [EchoEventNothing.path, EchoEventTick.path],
  );
  for (let id = 1n; id <= 4n; id++) line.say({ case: "ok", value: { id } }, text("x"));
  line.say({ case: "end", value: { id: 5n } });
  await Promise.all([first, ...others, ticks]);
});

test("errors of the schema and faults are told apart", async () => {
  const refused = EchoEventSay({});
  const { line, id } = await called();
  line.say({ case: "error", value: { id } }, problem("nothing was said"));
  const result = await refused;
  assert.equal(!result.ok && result.error.reason, "nothing was said");
  const broken = assert.rejects(EchoEventSay({}), { name: "Fault", code: "INTERNAL", message: "no" });
  line.fault((await called(2)).id, 13);
  await broken;
});

test("an output that cannot be decoded is a fault of its call alone", async () => {
  const garbled = assert.rejects(EchoEventSay({}), { code: "INTERNAL", message: /fixture.v1.Text cannot be decoded/ });
  const { line, id } = await called();
  line.say({ case: "ok", value: { id } }, new Uint8Array([0x0a, 0x09]));
  await garbled;
  const stream = assert.rejects(settled(EchoEventCount({ to: 1n })), { code: "INTERNAL" });
  line.say({ case: "item", value: { id: (await called(2)).id } }, new Uint8Array([0x08]));
  await stream;
  assert.ok(carrier.lines.length === 1 && !line.closed);
  assert.deepEqual(line.find("cancel").id, 2n);
});

test("a core that answers twice, or to nobody, is not listened to", async () => {
  const said = EchoEventSay({});
  const { line, id } = await called();
  line.say({ case: "ok", value: { id } }, text("first"));
  line.say({ case: "ok", value: { id } }, text("second"));
  line.fault(id, 13);
  line.say({ case: "item", value: { id } });
  line.say({ case: "end", value: { id: 99n } });
  line.say({ case: "pong", value: { nonce: 7n } });
  line.say({ case: "welcome", value: { protocol: 1 } });
  const result = await said;
  assert.equal(result.ok && result.value.text, "first");
  assert.ok(!line.closed);
});

test("an answer of the wrong kind is a fault", async () => {
  const single = assert.rejects(EchoEventSay({}), { code: "INTERNAL", message: /with a stream/ });
  const { line, id } = await called();
  line.say({ case: "item", value: { id } }, text("x"));
  await single;
  const stream = assert.rejects(settled(EchoEventCount({})), { code: "INTERNAL", message: /without a stream/ });
  line.say({ case: "ok", value: { id: (await called(2)).id } });
  await stream;
});

test("a malformed frame ends every call, and the next call has a new session", async () => {
  for (const bytes of [
    [0xff, 0xff],
    [0x12, 0x05, 0x08],
    [0x7a, 0xff, 0xff, 0xff, 0xff, 0x0f],
  ]) {
    open();
    const calls = [EchoEventSay({}), EchoEventNothing(), settled(EchoEventTick())];
    const faults = Promise.all(calls.map((call) => assert.rejects(call, { code: "INTERNAL", message: /malformed/ })));
    const { line } = await called(3);
    line.bytes(new Uint8Array(bytes));
    await faults;
    assert.ok(line.closed);
    const next = EchoEventNothing();
    const after = await called();
    assert.notEqual(after.line, line);
    after.line.say({ case: "ok", value: { id: after.id } });
    assert.ok((await next).ok);
  }
});

test("a frame of a later version is passed over", async () => {
  const said = EchoEventSay({});
  const { line, id } = await called();
  line.bytes(new Uint8Array([0xa2, 0x01, 0x00]));
  line.bytes(new Uint8Array());
  line.say({ case: "ok", value: { id } }, text("x"));
  assert.ok((await said).ok);
});

test("a core that vanishes settles everything, and what comes later is new", async () => {
  const calls = [EchoEventSay({}), settled(EchoEventTick())];
  const faults = Promise.all(calls.map((call) => assert.rejects(call, { code: "UNAVAILABLE", message: /gone/ })));
  const { line } = await called(2);
  line.lost(unavailable());
  line.lost(unavailable());
  await faults;
  line.say({ case: "ok", value: { id: 1n } }, text("late"));
  assert.ok(line.kinds.every((kind) => kind !== "cancel"));
});

test("a call that does not reach the core fails alone", async () => {
  const refused = assert.rejects(EchoEventSay({}), { code: "PERMISSION_DENIED" });
  const other = EchoEventNothing();
  const { line } = await called(2);
  line.failed(1n, new Fault("PERMISSION_DENIED", "no"));
  await refused;
  line.say({ case: "ok", value: { id: 2n } });
  assert.ok((await other).ok);
});

test("a core without a sign of life counts as gone", async () => {
  open({ silenceTimeoutMs: 20 });
  carrier.script = silent;
  await assert.rejects(EchoEventSay({}), { code: "UNAVAILABLE", message: /no sign of life/ });
  assert.ok(carrier.last.closed);
  carrier.script = (line, frame) => frame.kind.case === "hello" && obliging(line, frame);
  const listener = new EchoNotificationListener({ onSaid() {} });
  await assert.rejects(listener.start(), { code: "UNAVAILABLE", message: /no sign of life/ });
});

test("a core that refuses the hello ends every call with its fault", async () => {
  carrier.script = (line, { kind }) => kind.case === "hello" && line.fault(0n, 9, "another protocol");
  await assert.rejects(EchoEventSay({}), { code: "FAILED_PRECONDITION", message: "another protocol" });
  assert.ok(carrier.last.closed);
  assert.deepEqual(carrier.last.kinds, ["hello"]);
});

test("abort and deadline tell the core, once", async () => {
  const controller = new AbortController();
  const aborted = assert.rejects(EchoEventSay({}, { signal: controller.signal }), { code: "CANCELLED" });
  const { line, id } = await called();
  controller.abort();
  await aborted;
  assert.deepEqual(line.kinds, ["hello", "call", "cancel"]);
  assert.equal(line.find("cancel").id, id);
  line.fault(id, 1);
  await assert.rejects(EchoEventSay({}, { timeoutMs: 5 }), { code: "DEADLINE_EXCEEDED" });
  await tick();
  assert.equal(line.find("cancel").id, 2n);
  await assert.rejects(EchoEventSay({}, { signal: AbortSignal.abort() }), { code: "CANCELLED" });
  assert.deepEqual(line.kinds, ["hello", "call", "cancel", "call", "cancel"]);
});

test("a call that is aborted while the session opens is never made", async () => {
  carrier.script = silent;
  const controller = new AbortController();
  const aborted = assert.rejects(EchoEventSay({}, { signal: controller.signal }), { code: "CANCELLED" });
  await until(() => carrier.lines.length === 1 && carrier.last.sent.length === 1);
  controller.abort();
  await aborted;
  carrier.last.say({ case: "welcome", value: { protocol: 1 } });
  await tick();
  assert.deepEqual(carrier.last.kinds, ["hello"]);
});

test("a stream asks for more as its items are taken", async () => {
  const items = EchoEventCount({ to: 100n })[Symbol.asyncIterator]();
  const first = items.next();
  const { line, id } = await called();
  assert.equal(line.find("call").credit, 32);
  for (let item = 1n; item <= 32n; item++) line.say({ case: "item", value: { id } }, number(item));
  await first;
  for (let taken = 2; taken <= 15; taken++) await items.next();
  assert.ok(!line.kinds.includes("credit"));
  await items.next();
  assert.equal(line.find("credit").items, 16);
  for (let taken = 17; taken <= 32; taken++) await items.next();
  assert.equal(line.kinds.filter((kind) => kind === "credit").length, 2);
  const last = items.next();
  line.say({ case: "end", value: { id } });
  assert.deepEqual(await last, { done: true, value: undefined });
  assert.ok(!line.kinds.includes("cancel"));
});

test("a stream that is left is cancelled, and one that failed is not", async () => {
  const reading = (async () => {
    for await (const item of EchoEventTick()) if (item.ok) break;
  })();
  const { line, id } = await called();
  line.say({ case: "item", value: { id } }, number(1n));
  await reading;
  await tick();
  assert.equal(line.find("cancel").id, id);
  const failing = settled(EchoEventCount({}));
  const { id: second } = await called(2);
  line.say({ case: "item", value: { id: second } }, number(1n));
  line.say({ case: "error", value: { id: second } }, problem("no further"));
  assert.deepEqual(
    (await failing).map((item) => (item.ok ? item.value.number : item.error.reason)),
    [1n, "no further"],
  );
  assert.equal(line.kinds.filter((kind) => kind === "cancel").length, 1);
});

test("an event that the core does not serve is never called", async () => {
  const told: Unserved[] = [];
  open({ onUnserved: (unserved) => void told.push(unserved) });
  carrier.script = (line, { kind }) => {
    if (kind.case !== "hello") return;
    const unserved = kind.value.uses.map(({ path }) => ({ path, reason: Unserved_Reason.DIFFERENT }));
    line.say({ case: "welcome", value: { protocol: 1, unserved } });
  };
  await assert.rejects(EchoEventSay({}), { code: "FAILED_PRECONDITION" });
  await assert.rejects(settled(EchoEventTick()), { code: "FAILED_PRECONDITION" });
  await assert.rejects(EchoEventSay({}), { code: "FAILED_PRECONDITION" });
  assert.deepEqual(told, [
    { path: EchoEventSay.path, reason: "different" },
    { path: EchoEventTick.path, reason: "different" },
  ]);
  assert.ok(!carrier.last.kinds.includes("call"));
});

test("listeners share subscriptions, and the last one takes them back", async () => {
  const told: string[] = [];
  const one = new EchoNotificationListener({ onSaid: ({ text }) => void told.push(`one ${text}`) });
  const two = new EchoNotificationListener({
    onSaid: ({ text }) => void told.push(`two ${text}`),
    onChanged: ({ text }, key) => void told.push(`two ${key} ${text}`),
  });
  await Promise.all([one.start(), two.start()]);
  const line = carrier.last;
  assert.equal(line.kinds.filter((kind) => kind === "subscribe").length, 2);
  line.say({ case: "notification", value: { path: "fixture.v1.EchoNotification/Said" } }, text("x"));
  line.say({ case: "notification", value: { path: "fixture.v1.EchoNotification/Changed", key: "k" } }, text("y"));
  assert.deepEqual(told, ["one x", "two x", "two k y"]);
  await one.stop();
  assert.ok(!line.kinds.includes("unsubscribe"));
  await two.stop();
  assert.equal(line.kinds.filter((kind) => kind === "unsubscribe").length, 2);
  assert.equal(line.kinds.at(-1), "ping");
  line.say({ case: "notification", value: { path: "fixture.v1.EchoNotification/Said" } }, text("late"));
  assert.equal(told.length, 3);
});

test("a subscription that the core refuses fails, and the others go on", async () => {
  const told: string[] = [];
  const fine = new EchoNotificationListener({ onSaid: ({ text }) => void told.push(text) });
  await fine.start();
  const line = carrier.last;
  carrier.script = silent;
  const refused = new EchoNotificationListener({ onChanged() {} }, { key: "k" });
  const starting = assert.rejects(refused.start(), { code: "RESOURCE_EXHAUSTED" });
  await until(() => line.kinds.at(-1) === "hello");
  line.say({ case: "welcome", value: { protocol: 1 } });
  await until(() => line.kinds.at(-1) === "ping");
  line.fault(0n, 8);
  carrier.script = obliging;
  line.say({ case: "pong", value: { nonce: 0n } });
  await starting;
  assert.deepEqual(line.kinds.slice(-2), ["ping", "unsubscribe"]);
  line.say({ case: "notification", value: { path: "fixture.v1.EchoNotification/Said" } }, text("x"));
  assert.deepEqual(told, ["x"]);
  await fine.stop();
});

test("after a lost line, listeners are subscribed anew and told that they may have missed something", async () => {
  const lags: Lag[] = [];
  const interrupted: string[] = [];
  const listener = new EchoNotificationListener(
    { onSaid() {}, onChanged() {} },
    { onLagged: (lag) => void lags.push(lag), onInterrupted: ({ code }) => void interrupted.push(code) },
  );
  await listener.start();
  assert.deepEqual([lags, interrupted], [[], []]);
  for (let round = 1; round <= 3; round++) {
    carrier.last.lost(unavailable());
    await until(() => lags.length === round);
    assert.equal(interrupted.length, round);
    assert.equal(carrier.lines.length, round + 1);
    assert.deepEqual(carrier.last.kinds, ["hello", "subscribe", "subscribe", "ping"]);
  }
  assert.deepEqual(lags[0], { path: undefined, missed: undefined });
  carrier.last.say({ case: "lagged", value: { path: "fixture.v1.EchoNotification/Said", missed: 7n } });
  assert.deepEqual(lags.at(-1), { path: "fixture.v1.EchoNotification/Said", missed: 7n });
  await listener.stop();
});

test("who starts hears what comes behind the pong, and nothing of before", async () => {
  const told: string[] = [];
  const lags: (bigint | undefined)[] = [];
  const listener = new EchoNotificationListener(
    { onSaid: ({ text }) => void told.push(text) },
    { onLagged: ({ missed }) => void lags.push(missed) },
  );
  const said = (what: string) =>
    carrier.last.say({ case: "notification", value: { path: "fixture.v1.EchoNotification/Said" } }, text(what));
  carrier.script = (line, frame) => {
    if (frame.kind.case === "ping") {
      said("early");
      line.say({ case: "lagged", value: { missed: 3n } });
    }
    obliging(line, frame);
    // In the same turn, as where several frames come at once.
    if (frame.kind.case === "ping") said("in time");
  };
  for (let round = 0; round < 3; round++) {
    await listener.start();
    assert.deepEqual(told.splice(0), ["in time"]);
    await listener.stop();
    said("late");
  }
  assert.deepEqual([told, lags], [[], []]);
});

test("after an interruption nothing is heard before the word that something may have been missed", async () => {
  const told: string[] = [];
  const listener = new EchoNotificationListener(
    { onSaid: ({ text }) => void told.push(text) },
    { onLagged: () => void told.push("lagged") },
  );
  await listener.start();
  const said = (line: FakeLine, what: string) =>
    line.say({ case: "notification", value: { path: "fixture.v1.EchoNotification/Said" } }, text(what));
  said(carrier.last, "1");
  carrier.script = (line, frame) => {
    if (frame.kind.case === "ping") said(line, "3");
    obliging(line, frame);
  };
  carrier.last.lost(unavailable());
  await until(() => told.includes("lagged"));
  said(carrier.last, "4");
  assert.deepEqual(told, ["1", "lagged", "4"]);
  await listener.stop();
});

test("who listens to a key hears on while others come and go that listen to every key", async () => {
  const [one, every] = [
    new EchoNotificationListener({ onChanged() {} }, { key: "a" }),
    new EchoNotificationListener({ onChanged() {} }),
  ];
  await one.start();
  await every.start();
  await every.stop();
  // There is a subscription to the key at every moment.
  assert.deepEqual(carrier.last.kinds.slice(1), [
    ...["subscribe", "ping"],
    ...["subscribe", "unsubscribe", "ping"],
    ...["subscribe", "unsubscribe", "ping"],
  ]);
  await one.stop();
});

test("a core that says that it stops is left at once", async () => {
  const interrupted: string[] = [];
  const listener = new EchoNotificationListener(
    { onSaid() {} },
    { onInterrupted: ({ message }) => void interrupted.push(message) },
  );
  await listener.start();
  const call = assert.rejects(EchoEventSay({}), { code: "UNAVAILABLE" });
  const { line } = await called();
  line.fault(0n, 14, "shutting down");
  await call;
  assert.ok(line.closed);
  assert.deepEqual(interrupted, ["shutting down"]);
  await listener.stop();
});

test("a core that stays away is asked ever more rarely, and not at all once nobody listens", async () => {
  open({ reconnectDelayMs: 1, maxReconnectDelayMs: 4 });
  const listener = new EchoNotificationListener({ onSaid() {} });
  await listener.start();
  carrier.script = (line) => line.lost(unavailable());
  carrier.last.lost(unavailable());
  await until(() => carrier.lines.length > 5);
  await listener.stop();
  const count = carrier.lines.length;
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(carrier.lines.length, count);
});

test("a fault that concerns nobody is reported", async () => {
  const reported = reports();
  const said = EchoEventSay({});
  const { line, id } = await called();
  line.fault(0n, 3, "what was that");
  assert.deepEqual(reported.take(), ["what was that"]);
  line.say({ case: "ok", value: { id } });
  assert.ok((await said).ok);
});
