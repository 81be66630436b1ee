// What becomes of calls and listeners when the page is left and shown again. Node stands in for the page.
import assert from "node:assert/strict";
import { afterEach, before, beforeEach, test } from "node:test";
import { ok, setDefaultTransport } from "bellwire";
import { connect } from "bellwire/connect";
import { FakeTransport } from "bellwire/testing";
import { TestCore } from "./core.js";
import { UserEventExport, UserEventSignIn, UserNotificationListener } from "./gen/user/v1/user_bellwire.js";
import { never, until } from "./support.js";

/** What `addEventListener` of a page belongs to. */
const page = new EventTarget();

before(() => {
  for (const name of ["addEventListener", "removeEventListener"] as const) {
    Object.defineProperty(globalThis, name, { value: page[name].bind(page), configurable: true });
  }
});

function happens(name: string, details: object = {}): void {
  page.dispatchEvent(Object.assign(new Event(name), details));
}

beforeEach(() => setDefaultTransport(undefined));

test("leaving the page settles every call, and a page that comes back can call", async () => {
  const signals: AbortSignal[] = [];
  const fake = new FakeTransport();
  setDefaultTransport(fake);
  fake.on(UserEventSignIn, ({ email }, { signal }) => {
    signals.push(signal);
    return email ? ok({ name: email }) : never();
  });
  fake.on(UserEventExport, async function* (_, { signal }) {
    signals.push(signal);
    yield ok({});
    await never();
  });
  fake.subscribe = never;
  const iterator = UserEventExport({})[Symbol.asyncIterator]();
  await iterator.next();
  const left = [UserEventSignIn({}), iterator.next(), new UserNotificationListener({ onSignedOut() {} }).start()];
  const settled = Promise.all(left.map((one) => assert.rejects(one, { code: "CANCELLED", message: /page/ })));
  await until(() => signals.length === 2);
  happens("pagehide");
  await settled;
  assert.ok(signals.every(({ aborted }) => aborted));
  assert.ok((await UserEventSignIn({ email: "ada" })).ok);
  happens("pagehide");
});

test("what is over no longer listens to the page", async (context) => {
  const listening = new Set<unknown>();
  context.mock.method(globalThis, "addEventListener", (_: string, callback: unknown) => listening.add(callback));
  context.mock.method(globalThis, "removeEventListener", (_: string, callback: unknown) => listening.delete(callback));
  const core = await TestCore.start();
  setDefaultTransport(connect({ baseUrl: core.url }));
  const listener = new UserNotificationListener({ onSignedOut() {} });
  await listener.start();
  assert.ok(listening.size > 0);
  assert.ok((await UserEventSignIn({ email: "ada" })).ok);
  await assert.rejects(UserEventSignIn({}, { timeoutMs: 0 }));
  await assert.rejects(UserEventSignIn({}, { signal: AbortSignal.abort() }));
  for await (const item of UserEventExport({ pieces: 10 })) if (item.ok) break;
  await listener.stop();
  await core.stop();
  assert.equal(listening.size, 0);
});

/** Only what is done at once is done before a test is over. */
const PATIENT = { reconnectDelayMs: 600_000, maxReconnectDelayMs: 600_000 };

let core: TestCore;
let lags: unknown[];
let faults: unknown[];
let listener: UserNotificationListener;

async function listening(): Promise<void> {
  core = await TestCore.start();
  [lags, faults] = [[], []];
  listener = new UserNotificationListener(
    { onProfileChanged() {} },
    {
      transport: connect({ baseUrl: core.url, ...PATIENT }),
      onLagged: (lag) => void lags.push(lag),
      onInterrupted: ({ code }) => void faults.push(code),
    },
  );
  await listener.start();
}

afterEach(async () => {
  await listener?.stop();
  await core?.stop();
});

test("a page that is left closes its notifications, and reopens them when it is back", async () => {
  await listening();
  happens("pageshow", { persisted: false });
  happens("pagehide");
  await core.saw("closed stream-1");
  assert.deepEqual(faults, ["CANCELLED"]);
  happens("pageshow", { persisted: true });
  await until(() => lags.length === 1);
  assert.equal(core.hellos.length, 2);
  assert.equal(core.streams.size, 1);
});

test("a machine that is online again reconnects at once", async () => {
  await listening();
  await core.stop();
  await until(() => faults.length === 1);
  await core.listen();
  happens("online");
  await until(() => lags.length === 1);
  // The connection that stands may be as dead as the network was.
  happens("online");
  await until(() => lags.length === 2);
  assert.deepEqual(faults, ["UNAVAILABLE", "UNAVAILABLE"]);
  assert.equal(core.hellos.length, 3);
});

test("being online where the core is away costs one attempt each time", async () => {
  await listening();
  await core.stop();
  await until(() => faults.length === 1);
  happens("online");
  await new Promise((resolve) => setTimeout(resolve, 50));
  await core.listen();
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(core.hellos.length, 1);
  happens("online");
  await until(() => lags.length === 1);
});
