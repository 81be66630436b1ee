/**
 * What must happen when something goes wrong at the boundary, over every way to a core: one table.
 *
 * It runs wherever a client does, so it imports nothing of Node. Who runs it brings a core of runtime/rust/tests/fixture
 * that no other run uses, and runs the scenarios in their order.
 */
import { create } from "@bufbuild/protobuf";
import { Listener, setDefaultTransport, stream, type Transport, unary, type Unserved } from "bellwire";
import { all, check, eventually, faultOf, pause, same } from "./check.js";
import { type Problem, ProblemSchema } from "./gen/common/v1/error_pb.js";
import {
  EchoEventCount,
  EchoEventDescribe,
  EchoEventKeep,
  EchoEventNever,
  EchoEventNothing,
  EchoEventPanic,
  EchoEventSay,
  EchoEventTick,
  EchoEventWait,
  EchoNotificationListener,
  EchoNotificationSaid,
} from "./gen/fixture/v1/echo_bellwire.js";
import { type Blob, BlobSchema, type Number, NumberSchema, type Text, TextSchema } from "./gen/fixture/v1/echo_pb.js";

/** One way to a core. */
export interface Way {
  /** Makes a client: a transport that shares nothing with another. */
  open(options?: { onUnserved?: (unserved: Unserved) => void }): Transport;
  core: Control;
  /** Whether it carries messages in binary; JSON's fields have names, and strange ones are ignored. */
  binary: boolean;
  /** The largest input, in bytes, that is to be refused in words. */
  largest: number;
  /** How many small items of a stream the core may make for a reader who took one. */
  unread: number;
}

/** What a test may see of the core, and do to it, past the transport. */
export interface Control {
  probe(): Promise<Probe>;
  /** Makes the core do something: a path of `control.rs`, such as `said/hello`. */
  make(what: string): Promise<void>;
}

export interface Probe {
  /** Handler futures and streams that live. */
  alive: number;
  /** Those that ended because they were dropped. */
  dropped: number;
  /** Calls of any kind that are under way. */
  running: number;
  /** Numbers that `Count` has made so far. */
  counted: number;
  /** Whether a handler blocks its thread. */
  blocked: boolean;
  subscriptions: number;
}

export type Scenario = (way: Way) => Promise<void>;

/** Those of the scenario that runs. */
const listeners: { stop(): Promise<void> }[] = [];

/** The largest input that the core takes, in bytes: the default of `Limits`. */
const LIMIT = 4 << 20;

export const scenarios: Readonly<Record<string, Scenario>> = tidy({
  async "a call without a transport is a fault"() {
    setDefaultTransport(undefined);
    await faultOf(EchoEventNothing(), "FAILED_PRECONDITION");
    await faultOf(all(EchoEventTick()), "FAILED_PRECONDITION");
    await faultOf(new EchoNotificationListener({ onLeaving() {} }).start(), "FAILED_PRECONDITION");
  },

  async "a call ends in its output or in its error"(way) {
    const transport = way.open();
    same(await said("héllo", transport), "héllo");
    same(await EchoEventNothing({ transport }), { ok: true });
    const refused = await EchoEventSay({}, { transport });
    check(!refused.ok, "it did not fail");
    same(refused.error, create(ProblemSchema, { reason: "nothing was said" }));
  },

  async "metadata and deadline reach the handler"(way) {
    const transport = way.open();
    const described = await EchoEventDescribe({ transport, metadata: { "x-who": "ada" }, timeoutMs: 5000 });
    same(described.ok && described.value.text, "fixture.v1.EchoEvent/Describe by ada with a deadline");
    const plain = await EchoEventDescribe({ transport });
    same(plain.ok && plain.value.text, "fixture.v1.EchoEvent/Describe by nobody with no deadline");
  },

  async "bytes that are no message are a fault, and the next call works"(way) {
    if (!way.binary) return;
    const transport = way.open();
    // A number where the core expects a text, and a text that is no UTF-8.
    const { path, fingerprint } = EchoEventSay;
    const say = { path, fingerprint, output: TextSchema, error: ProblemSchema };
    const Numbers = unary<Number, Text, Problem>({ ...say, input: NumberSchema });
    const Bytes = unary<Blob, Text, Problem>({ ...say, input: BlobSchema });
    await faultOf(Numbers({ number: 7n }, { transport }), "INVALID_ARGUMENT");
    await faultOf(Bytes({ bytes: new Uint8Array([0xff, 0xfe]) }, { transport }), "INVALID_ARGUMENT");
    await works(transport);
  },

  async "an event that the core does not have is a fault, and the next call works"(way) {
    const transport = way.open();
    const unknown = { path: "fixture.v1.EchoEvent/Sing", error: ProblemSchema, fingerprint: 1n };
    await faultOf(unary<void, void, Problem>(unknown)({ transport }), "UNIMPLEMENTED");
    const Sung = stream<void, Text, Problem>({ ...unknown, output: TextSchema });
    await faultOf(all(Sung({ transport })), "UNIMPLEMENTED");
    await works(transport);
  },

  async "a panic is a fault with its message, and the next call works"(way) {
    const transport = way.open();
    for (const [text, message] of [
      ["now", "before the first await"],
      ["later", "after the first await: later"],
    ] as const) {
      const fault = await faultOf(EchoEventPanic({ text }, { transport }), "INTERNAL");
      check(fault.message.includes(message), fault.message);
      await works(transport);
    }
  },

  async "the deadline answers for a handler that never does, and drops it"(way) {
    const transport = way.open();
    const late: (() => Promise<unknown>)[] = [
      // The schema's, and the caller's.
      () => EchoEventNever({ transport }),
      () => EchoEventWait({ transport, timeoutMs: 50 }),
      () => all(EchoEventTick({ transport, timeoutMs: 50 })),
      () => EchoEventWait({ transport, signal: AbortSignal.timeout(50) }),
    ];
    for (const call of late) {
      // On a busy machine its time may be up before its handler runs.
      await eventually("a handler that ran is dropped", async () => {
        const { dropped } = await way.core.probe();
        await faultOf(call(), "DEADLINE_EXCEEDED");
        await idle(way);
        return (await way.core.probe()).dropped > dropped;
      });
    }
    await works(transport);
  },

  async "a caller that goes away cancels its calls"(way) {
    const transport = way.open();
    const controller = new AbortController();
    const calls = Array.from({ length: 100 }, () => EchoEventWait({ transport, signal: controller.signal }));
    const ended = Promise.all(calls.map((call) => faultOf(call, "CANCELLED")));
    await eventually("calls run", async () => (await way.core.probe()).alive > 0);
    controller.abort();
    await ended;
    await idle(way);
    await faultOf(EchoEventWait({ transport, signal: AbortSignal.abort() }), "CANCELLED");
    await works(transport);
  },

  async "a call that is not cancelled goes on when others are"(way) {
    const transport = way.open();
    const staying = EchoEventWait({ transport });
    await faultOf(EchoEventWait({ transport, timeoutMs: 50 }), "DEADLINE_EXCEEDED");
    await eventually("one runs", async () => (await way.core.probe()).alive === 1);
    await way.core.make("go");
    const stayed = await staying;
    same(stayed.ok && stayed.value.text, "done");
    await idle(way);
  },

  async "a stream keeps its order and ends once"(way) {
    const transport = way.open();
    const counted = await all(EchoEventCount({ to: 1000n }, { transport }));
    same(
      counted.map((item) => item.ok && item.value.number),
      Array.from({ length: 1000 }, (_, index) => BigInt(index + 1)),
    );
    const failed = await all(EchoEventCount({ to: 2n, fail: true }, { transport }));
    same(
      failed.map((item) => (item.ok ? item.value.number : item.error.reason)),
      [1n, 2n, "cannot count further"],
    );
    const refused = await all(EchoEventCount({}, { transport }));
    same(
      refused.map((item) => item.ok || item.error.reason),
      ["nothing to count"],
    );
  },

  async "a stream that is left or aborted is dropped in the core"(way) {
    const transport = way.open();
    for await (const item of EchoEventTick({ transport })) {
      check(item.ok, "an error");
      if (item.value.number === 3n) break;
    }
    await idle(way);
    const controller = new AbortController();
    const reading = async () => {
      for await (const item of EchoEventTick({ transport, signal: controller.signal })) {
        check(item.ok, "an error");
        if (item.value.number === 3n) setTimeout(() => controller.abort());
      }
    };
    await faultOf(reading(), "CANCELLED");
    await idle(way);
    await works(transport);
  },

  async "a stream that nobody reads is bounded"(way) {
    const transport = way.open();
    const before = (await way.core.probe()).counted;
    const items = EchoEventCount({ to: 100_000_000n }, { transport })[Symbol.asyncIterator]();
    await items.next();
    await pause(200);
    const made = (await way.core.probe()).counted - before;
    check(made <= way.unread, `${made} items were made for one that was read`);
    await items.return?.();
    await eventually("no call runs", async () => (await way.core.probe()).running === 0);
    await works(transport);
  },

  async "what is over stays over"(way) {
    const transport = way.open();
    const controller = new AbortController();
    check((await EchoEventSay({ text: "x" }, { transport, signal: controller.signal })).ok, "an error");
    controller.abort();
    const items = EchoEventCount({ to: 1n }, { transport })[Symbol.asyncIterator]();
    same((await items.next()).done, false);
    for (let round = 0; round < 3; round++) same(await items.next(), { done: true });
    for (let round = 0; round < 3; round++) same(await items.return?.(), { done: true });
    await works(transport);
  },

  async "a thousand calls at once all end"(way) {
    const transport = way.open();
    const texts = Array.from({ length: 1000 }, (_, index) => `${index}!`);
    same(await Promise.all(texts.map((text) => said(text, transport))), texts);
  },

  async "a handler that blocks its thread does not stop the others"(way) {
    const transport = way.open();
    let over = false;
    const blocked = said("block", transport).finally(() => (over = true));
    await eventually("it blocks", async () => (await way.core.probe()).blocked);
    const others = Promise.all(Array.from({ length: 4 }, () => said("other", transport)));
    same(await others, ["other", "other", "other", "other"]);
    check(!over, "the others waited for it");
    await way.core.make("unblock");
    same(await blocked, "block");
  },

  async "payloads of every size work, up to the limit"(way) {
    const transport = way.open();
    for (const length of [0, 1, 127, 128, 65_536, LIMIT - 5]) {
      const bytes = new Uint8Array(length).fill(7);
      const kept = await EchoEventKeep({ bytes }, { transport });
      check(kept.ok, "an error");
      same(kept.value.bytes.length, length);
      check(
        kept.value.bytes.every((byte) => byte === 7),
        "other bytes",
      );
    }
    for (const length of [LIMIT, way.largest]) {
      const bytes = new Uint8Array(length);
      const fault = await faultOf(EchoEventKeep({ bytes }, { transport }), "RESOURCE_EXHAUSTED");
      check(/payload_bytes|limit/.test(fault.message), fault.message);
      await works(transport);
    }
  },

  async "notifications reach two clients, each what it wants"(way) {
    const told: string[] = [];
    const listen = (who: string, transport: Transport, key?: string) =>
      listenerOf(
        {
          onSaid: ({ text }) => void told.push(`${who} said ${text}`),
          onChanged: ({ text }, of) => void told.push(`${who} ${of} ${text}`),
          onLeaving: () => void told.push(`${who} leaving`),
        },
        { transport, key },
      );
    const [one, two] = [way.open(), way.open()];
    const listeners = [listen("one", one, "a"), listen("one", one, "b"), listen("two", two)];
    for (const listener of listeners) await listener.start();
    for (const what of ["changed/a/1", "changed/b/2", "changed/c/3", "said/x", "leaving"]) await way.core.make(what);
    await eventually("all came", () => told.length === 11);
    const toldTo = (who: string) => told.filter((line) => line.startsWith(who));
    same(toldTo("two"), ["two a 1", "two b 2", "two c 3", "two said x", "two leaving"]);
    same(toldTo("one"), ["one a 1", "one b 2", "one said x", "one said x", "one leaving", "one leaving"]);
    await listeners[0]?.stop();
    await way.core.make("changed/a/4");
    await way.core.make("changed/b/5");
    await eventually("the rest came", () => told.length === 14);
    same(told.slice(11).sort(), ["one b 5", "two a 4", "two b 5"]);
    for (const listener of listeners) await listener.stop();
    await quiet(way);
  },

  async "64-bit numbers arrive whole"(way) {
    const numbers: bigint[] = [];
    const onProgress = ({ number }: Number) => void numbers.push(number);
    const listener = listenerOf({ onProgress }, { transport: way.open() });
    await listener.start();
    await way.core.make("progress/a/18446744073709551615");
    await way.core.make("progress/b/9007199254740993");
    await eventually("both came", () => numbers.length === 2);
    same(numbers, [18446744073709551615n, 9007199254740993n]);
    await listener.stop();
  },

  async "what is sent once a listener has started arrives, whole and in order"(way) {
    const transport = way.open();
    for (let round = 0; round < 10; round++) {
      const told: number[] = [];
      const onSaid = ({ text }: Text) => void told.push(parseInt(text));
      const listener = listenerOf({ onSaid }, { transport });
      const starting = listener.start();
      await way.core.make("said/1");
      await starting;
      await way.core.make("said/2");
      await eventually("the second came", () => told.includes(2));
      same(told, told.length === 1 ? [2] : [1, 2]);
      await listener.stop();
      await way.core.make("said/3");
      same(told.includes(3), false);
    }
    await quiet(way);
  },

  async "a listener that stops and starts again at once hears nothing of before, and then all"(way) {
    const transport = way.open();
    const staying = listenerOf({ onChanged() {} }, { transport });
    await staying.start();
    for (let round = 0; round < 10; round++) {
      let told: number[] = [];
      const listener = listenerOf(
        { onSaid: ({ text }) => void told.push(parseInt(text)) },
        // What was lost is no gap.
        { transport, onLagged: () => void (told = []) },
      );
      await listener.start();
      const flood = way.core.make("flood/5000");
      await eventually("it hears", () => told.length > 0);
      const before = told.at(-1) ?? 0;
      const stopped = listener.stop();
      told = [];
      await Promise.all([stopped, listener.start(), flood]);
      await way.core.make("said/5001");
      await eventually("the last came", () => told.at(-1) === 5001);
      same(
        told,
        Array.from({ length: told.length }, (_, index) => 5002 - told.length + index),
      );
      check((told[0] ?? 0) > before, "it hears of before");
      await listener.stop();
    }
    await staying.stop();
    await quiet(way);
  },

  async "who is too slow is told how much was lost"(way) {
    const told: bigint[] = [];
    let missed = 0n;
    const listener = listenerOf(
      { onSaid: ({ text }) => void told.push(BigInt(text)) },
      { transport: way.open(), onLagged: (lag) => void (missed += lag.missed ?? 0n) },
    );
    await listener.start();
    await way.core.make("flood/20000");
    await eventually("all are accounted for", () => BigInt(told.length) + missed === 20_000n);
    check(
      told.every((number, index) => index === 0 || number > (told[index - 1] ?? 0n)),
      "out of order",
    );
    same(told.at(-1), 20_000n);
    await listener.stop();
  },

  async "the newest value of a key arrives, whatever was skipped"(way) {
    const told: bigint[] = [];
    let lagged = false;
    const listener = listenerOf(
      { onProgress: ({ number }) => void told.push(number) },
      { transport: way.open(), onLagged: () => void (lagged = true) },
    );
    await listener.start();
    await way.core.make("rush/20000");
    await eventually("the newest came", () => told.at(-1) === 20_000n);
    check(!lagged, "a value was reported as lost");
    await listener.stop();
  },

  async "starting and stopping leaves nothing behind"(way) {
    const transport = way.open();
    for (let round = 0; round < 50; round++) {
      const listener = listenerOf({ onSaid() {}, onChanged() {} }, { transport, key: `${round}` });
      await listener.start();
      await listener.stop();
    }
    await quiet(way);
  },

  async "a listener that throws is reported, and the others are served"(way) {
    const transport = way.open();
    const reported: string[] = [];
    const told: string[] = [];
    const before = globalThis.reportError;
    globalThis.reportError = (error: Error) => void reported.push(error.message);
    const thrower = listenerOf(
      {
        onSaid: ({ text }) => {
          throw new Error(`no ${text}`);
        },
      },
      { transport },
    );
    const other = listenerOf({ onSaid: ({ text }) => void told.push(text) }, { transport });
    try {
      await thrower.start();
      await other.start();
      await way.core.make("said/x");
      await way.core.make("said/y");
      await eventually("both came", () => told.length === 2);
      same(reported, ["no x", "no y"]);
      await Promise.all([thrower.stop(), other.stop()]);
    } finally {
      globalThis.reportError = before;
    }
  },

  async "what was built from another schema is told, and the rest works"(way) {
    const events: Unserved[] = [];
    const notifications: Unserved[] = [];
    const transport = way.open({ onUnserved: (unserved) => void events.push(unserved) });
    const other = { path: EchoEventNothing.path, error: ProblemSchema, fingerprint: 1n };
    // Plain calls over HTTP go by the name alone, so what this one ends in is another matter.
    await unary<void, void, Problem>(other)({ transport }).catch(() => {});
    const told: string[] = [];
    const strange = { ...EchoNotificationSaid, fingerprint: 1n };
    const unheard = { ...EchoNotificationSaid, path: "fixture.v1.EchoNotification/Unheard" };
    const misfit = new Listener(
      { onStrange: strange, onUnheard: unheard },
      { onStrange() {}, onUnheard() {} },
      { transport, onUnserved: (unserved) => void notifications.push(unserved) },
    );
    listeners.push(misfit);
    const fit = listenerOf({ onChanged: ({ text }) => void told.push(text) }, { transport });
    await Promise.all([misfit.start(), fit.start()]);
    await eventually("all are told", () => events.length === 1 && notifications.length === 2);
    same(events, [{ path: other.path, reason: "different" }]);
    same(notifications.map(({ path, reason }) => `${path} ${reason}`).sort(), [
      "fixture.v1.EchoNotification/Said different",
      "fixture.v1.EchoNotification/Unheard unknown",
    ]);
    await way.core.make("changed/a/1");
    await eventually("it came", () => told.length === 1);
    await Promise.all([misfit.stop(), fit.stop()]);
    await works(transport);
  },

  // The last one: there is no core afterwards.
  async "a core that stops settles everything"(way) {
    const transport = way.open();
    const interrupted: string[] = [];
    const listener = listenerOf(
      { onSaid() {} },
      { transport, onInterrupted: ({ code }) => void interrupted.push(code) },
    );
    await listener.start();
    const call = faultOf(EchoEventWait({ transport }), "UNAVAILABLE");
    const ticking = faultOf(all(EchoEventTick({ transport })), "UNAVAILABLE");
    await eventually("both run", async () => (await way.core.probe()).alive === 2);
    await way.core.make("stop");
    await call;
    await ticking;
    await eventually("the listener is told", () => interrupted.length > 0);
    same(interrupted[0], "UNAVAILABLE");
    await listener.stop();
    await faultOf(EchoEventNothing({ transport }), "UNAVAILABLE");
    await idle(way);
  },
});

/** Scenarios that stop their listeners even where they fail, so that the failure of one is not that of others too. */
function tidy(table: Record<string, Scenario>): Record<string, Scenario> {
  const tidied = Object.entries(table).map(([name, run]): [string, Scenario] => [
    name,
    (way) => run(way).finally(() => Promise.all(listeners.splice(0).map((listener) => listener.stop()))),
  ]);
  return Object.fromEntries(tidied);
}

function listenerOf(...of: ConstructorParameters<typeof EchoNotificationListener>): EchoNotificationListener {
  const listener = new EchoNotificationListener(...of);
  listeners.push(listener);
  return listener;
}

async function said(text: string, transport: Transport): Promise<string> {
  const result = await EchoEventSay({ text }, { transport });
  check(result.ok, `an error for ${text}`);
  return result.value.text;
}

async function works(transport: Transport): Promise<void> {
  same(await said("still here", transport), "still here");
}

/** Waits until no handler lives. */
function idle({ core }: Way): Promise<void> {
  return none("handlers", async () => (await core.probe()).alive);
}

/** Waits until nobody is subscribed to anything. */
function quiet({ core }: Way): Promise<void> {
  return none("subscriptions", async () => (await core.probe()).subscriptions);
}

async function none(things: string, count: () => Promise<number>): Promise<void> {
  let left = 0;
  await eventually(
    () => `no ${things}: ${left} are left`,
    async () => (left = await count()) === 0,
  );
}
