import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { err, Fault, ok, setDefaultTransport, type Transport, unwrap, withMetadata } from "bellwire";
import { FakeTransport } from "bellwire/testing";
import {
  UserEventExport,
  UserEventSignIn,
  UserEventSignOut,
  UserNotificationListener,
  UserNotificationProfileChanged,
  UserNotificationSignedIn,
  UserNotificationSignedOut,
} from "./gen/user/v1/user_bellwire.js";
import { never, reports, settled, tick } from "./support.js";

let fake: FakeTransport;

beforeEach(() => {
  fake = new FakeTransport();
  setDefaultTransport(fake);
});

afterEach(() => setDefaultTransport(undefined));

test("a call ends with its output", async () => {
  fake.on(UserEventSignIn, ({ email, password }) => ok({ id: 2n ** 60n, name: `${email} ${password}` }));
  const result = await UserEventSignIn({ email: "ada", password: "x" });
  assert.ok(result.ok);
  assert.equal(result.value.$typeName, "user.v1.UserProfile");
  assert.equal(result.value.name, "ada x");
  assert.equal(result.value.id, 2n ** 60n);
});

test("a call ends with an error of its schema", async () => {
  fake.on(UserEventSignIn, () => err({ message: "no" }));
  const result = await UserEventSignIn({});
  assert.ok(!result.ok);
  assert.equal(result.error.message, "no");
  assert.throws(() => unwrap(result));
});

test("an event that takes and answers nothing", async () => {
  fake.on(UserEventSignOut, (_, { metadata }) => (metadata["why"] === "bored" ? ok() : err({ message: "why?" })));
  const result = await UserEventSignOut({ metadata: { why: "bored" } });
  assert.deepEqual(result, ok(undefined));
  assert.equal((await UserEventSignOut()).ok, false);
});

test("a transport around another adds metadata, and the call stays the caller's", async () => {
  const inner: Transport = fake;
  const transport: Transport = {
    unary: (event, input, call) => inner.unary(event, input, withMetadata(call, { why: "bored" })),
    stream: (event, input, call) => inner.stream(event, input, call),
    subscribe: (subscriptions, sink, signal) => inner.subscribe(subscriptions, sink, signal),
  };
  let seen: unknown;
  let aborted: AbortSignal | undefined;
  fake.on(UserEventSignOut, (_, { metadata, signal }) => {
    seen = metadata;
    aborted = signal;
    return never();
  });
  const controller = new AbortController();
  const call = UserEventSignOut({
    transport,
    metadata: { why: "tired", who: "ada" },
    timeoutMs: 60_000,
    signal: controller.signal,
  });
  await tick();
  assert.deepEqual(seen, { why: "bored", who: "ada" });
  controller.abort();
  await assert.rejects(call, { code: "CANCELLED" });
  assert.equal(aborted?.aborted, true);
});

test("what the schema does not know is thrown", async () => {
  await assert.rejects(UserEventSignIn({}), { name: "Fault", code: "UNIMPLEMENTED" });
  fake.on(UserEventSignIn, () => {
    throw new Error("boom");
  });
  await assert.rejects(UserEventSignIn({}), { code: "INTERNAL", message: "boom" });
  fake.on(UserEventSignIn, () => {
    throw new Fault("RESOURCE_EXHAUSTED", "later");
  });
  await assert.rejects(UserEventSignIn({}), { code: "RESOURCE_EXHAUSTED", message: "later" });
});

test("without a transport a call is a fault", async () => {
  setDefaultTransport(undefined);
  await assert.rejects(UserEventSignIn({}), { code: "FAILED_PRECONDITION" });
  await assert.rejects(settled(UserEventExport({})), { code: "FAILED_PRECONDITION" });
  await assert.rejects(new UserNotificationListener({}).start(), { code: "FAILED_PRECONDITION" });
});

test("a call over a transport of its own", async () => {
  const other = new FakeTransport().on(UserEventSignOut, () => ok());
  assert.ok((await UserEventSignOut({ transport: other })).ok);
});

test("abort and deadline end a call that is never answered", async () => {
  let signal: AbortSignal | undefined;
  fake.on(UserEventSignIn, (_, call) => {
    signal = call.signal;
    return never();
  });
  const controller = new AbortController();
  const call = UserEventSignIn({}, { signal: controller.signal });
  await tick();
  controller.abort();
  await assert.rejects(call, { code: "CANCELLED" });
  assert.ok(signal?.aborted);
  await assert.rejects(UserEventSignIn({}, { timeoutMs: 5 }), { code: "DEADLINE_EXCEEDED" });
  await assert.rejects(UserEventSignIn({}, { timeoutMs: 0 }), { code: "DEADLINE_EXCEEDED" });
  const awake = setInterval(() => {}, 1000); // Node does not stay for an AbortSignal.timeout().
  await assert.rejects(UserEventSignIn({}, { signal: AbortSignal.timeout(5) }), { code: "DEADLINE_EXCEEDED" });
  clearInterval(awake);
  await assert.rejects(UserEventSignIn({}, { signal: AbortSignal.abort() }), { code: "CANCELLED" });
});

test("a schema's timeout is the call's, unless the caller has another", async () => {
  const seen: unknown[] = [];
  fake.on(UserEventExport, async function* (_, call) {
    seen.push(call.timeoutMs);
  });
  await settled(UserEventExport({}));
  await settled(UserEventExport({}, { timeoutMs: 10 }));
  await settled(UserEventExport({}, { timeoutMs: Infinity }));
  assert.deepEqual(seen, [30_000, 10, undefined]);
});

test("an input that cannot be a message is a fault", async () => {
  fake.on(UserEventExport, async function* () {});
  await assert.rejects(settled(UserEventExport({ pieces: -1 })), Fault);
});

test("a stream brings its items, and an error of the schema last", async () => {
  fake.on(UserEventExport, async function* ({ pieces }) {
    for (let piece = 0; piece < pieces; piece++) yield ok({ data: new Uint8Array([piece]) });
    yield err({ message: "out of paper" });
    yield ok({});
  });
  const items = await settled(UserEventExport({ pieces: 2 }));
  assert.deepEqual(
    items.map((item) => (item.ok ? item.value.data[0] : item.error.message)),
    [0, 1, "out of paper"],
  );
});

test("a stream's fault is thrown once, and then it is over", async () => {
  fake.on(UserEventExport, async function* () {
    yield ok({});
    throw new Error("boom");
  });
  const iterator = UserEventExport({})[Symbol.asyncIterator]();
  assert.equal((await iterator.next()).done, false);
  await assert.rejects(iterator.next(), { code: "INTERNAL", message: "boom" });
  assert.equal((await iterator.next()).done, true);
});

test("leaving a stream cancels it", async () => {
  let signal: AbortSignal | undefined;
  let ended = false;
  fake.on(UserEventExport, async function* (_, call) {
    signal = call.signal;
    try {
      for (;;) yield ok({});
    } finally {
      ended = true;
    }
  });
  for await (const item of UserEventExport({})) {
    assert.ok(item.ok);
    break;
  }
  await tick();
  assert.ok(signal?.aborted);
  assert.ok(ended);
});

test("abort and deadline end a stream that is stuck", async () => {
  fake.on(UserEventExport, async function* () {
    yield ok({});
    await never();
  });
  const controller = new AbortController();
  const iterator = UserEventExport({}, { signal: controller.signal })[Symbol.asyncIterator]();
  await iterator.next();
  const [first, second] = [iterator.next(), iterator.next()];
  controller.abort();
  await assert.rejects(first, { code: "CANCELLED" });
  assert.equal((await second).done, true);
  await assert.rejects(settled(UserEventExport({}, { timeoutMs: 5 })), { code: "DEADLINE_EXCEEDED" });
  const left = UserEventExport({})[Symbol.asyncIterator]();
  await left.next();
  const waiting = left.next();
  await left.return?.();
  assert.equal((await waiting).done, true);
});

test("each loop over a stream is a call", async () => {
  let calls = 0;
  fake.on(UserEventExport, async function* () {
    calls += 1;
  });
  const stream = UserEventExport({});
  assert.equal(calls, 0);
  await settled(stream);
  await settled(stream);
  assert.equal(calls, 2);
});

test("a listener is told what it has a handler for, from start to stop", async () => {
  const told: string[] = [];
  const listener = new UserNotificationListener({
    onSignedIn: (profile) => void told.push(`in ${profile.name}`),
    onProfileChanged: (profile, key) => void told.push(`${key}: ${profile.name}`),
  });
  fake.notify(UserNotificationSignedIn, { name: "too early" });
  await listener.start();
  await listener.start();
  assert.equal(fake.listeners, 1);
  fake.notify(UserNotificationSignedIn, { name: "ada" });
  fake.notify(UserNotificationProfileChanged, { name: "Ada" }, "7");
  fake.notify(UserNotificationSignedOut);
  await listener.stop();
  await listener.stop();
  fake.notify(UserNotificationSignedIn, { name: "too late" });
  assert.deepEqual(told, ["in ada", "7: Ada"]);
  assert.equal(fake.listeners, 0);
  await listener.start();
  fake.notify(UserNotificationSignedIn, { name: "again" });
  assert.equal(told.length, 3);
});

test("a key narrows keyed notifications, and only those", async () => {
  const told: string[] = [];
  await using listener = new UserNotificationListener(
    {
      onSignedOut: () => void told.push("out"),
      onProfileChanged: (_, key) => void told.push(key),
    },
    { key: "7" },
  );
  await listener.start();
  fake.notify(UserNotificationProfileChanged, {}, "8");
  fake.notify(UserNotificationProfileChanged, {}, "7");
  fake.notify(UserNotificationSignedOut);
  assert.deepEqual(told, ["7", "out"]);
});

test("a listener that throws is reported, and the others are served", async () => {
  const told: string[] = [];
  const errors = reports();
  const bad = new UserNotificationListener({
    onSignedIn: () => {
      throw new Error("thrown");
    },
    onSignedOut: async () => {
      throw new Error("rejected");
    },
  });
  const good = new UserNotificationListener({ onSignedIn: ({ name }) => void told.push(name) });
  await bad.start();
  await good.start();
  fake.notify(UserNotificationSignedIn, { name: "ada" });
  fake.notify(UserNotificationSignedIn, { name: "bob" });
  fake.notify(UserNotificationSignedOut);
  await tick();
  assert.deepEqual(told, ["ada", "bob"]);
  assert.deepEqual(errors.take(), ["thrown", "thrown", "rejected"]);
});

test("what a listener's functions return is nobody's business, but a promise that fails is reported", async () => {
  const heard: string[] = [];
  await using listener = new UserNotificationListener(
    { onProfileChanged: (profile) => heard.push(profile.name), onSignedOut: () => heard.pop() },
    { onLagged: () => Promise.reject(new Error("too late")) },
  );
  await listener.start();
  fake.notify(UserNotificationProfileChanged, { name: "Ada" }, "7");
  assert.deepEqual(heard, ["Ada"]);
  const errors = reports();
  fake.lag(UserNotificationProfileChanged, 1n);
  await tick();
  assert.deepEqual(errors.take(), ["too late"]);
});

test("using stops a listener", async () => {
  {
    await using listener = new UserNotificationListener({ onSignedOut: () => {} });
    await listener.start();
    assert.equal(fake.listeners, 1);
  }
  assert.equal(fake.listeners, 0);
  {
    using listener = new UserNotificationListener({ onSignedOut: () => {} });
    await listener.start();
    assert.equal(fake.listeners, 1);
  }
  await tick();
  assert.equal(fake.listeners, 0);
});

test("a listener is told what was missed", async () => {
  const missed: (bigint | undefined)[] = [];
  const listener = new UserNotificationListener(
    { onSignedOut: () => {} },
    { onLagged: (lag) => void missed.push(lag.missed) },
  );
  await listener.start();
  fake.lag(UserNotificationSignedOut, 3n);
  fake.lag(UserNotificationSignedIn, 4n);
  assert.deepEqual(missed, [3n]);
});

test("starting ends when the core does not answer, or the listener is stopped", async () => {
  const silent: Transport = {
    unary: () => never(),
    stream: () => ({ [Symbol.asyncIterator]: () => ({ next: () => never() }) }),
    subscribe: () => never(),
  };
  const listener = new UserNotificationListener({ onSignedOut: () => {} }, { transport: silent });
  await assert.rejects(listener.start({ timeoutMs: 5 }), { code: "DEADLINE_EXCEEDED" });
  const starting = listener.start();
  await tick();
  await listener.stop();
  await assert.rejects(starting, { code: "CANCELLED" });
});
