// The page that the app of runtime/rust/tests/webview shows: it does what stands behind the # of its address, and reports.
import { Fault } from "bellwire";
import { tauri, type TauriOptions } from "bellwire/tauri";
import { check, eventually, faultOf, same } from "./check.js";
import {
  EchoEventSay,
  EchoEventTick,
  EchoEventWait,
  EchoNotificationListener,
} from "./gen/fixture/v1/echo_bellwire.js";
import { type Control, type Probe, scenarios } from "./scenarios.js";
import { bench } from "./webview-bench.js";
import { fileSource, invoke } from "./webview-invoke.js";

const core: Control = {
  probe: async () => JSON.parse(await invoke<string>("make", { what: "probe" })) as Probe,
  make: async (what) => void (await invoke("make", { what })),
};

async function idle(): Promise<void> {
  await eventually("no handler lives", async () => (await core.probe()).alive === 0);
}

/** A hundred calls that are never answered, a stream and a listener. */
async function occupy(options?: TauriOptions): Promise<void> {
  const transport = tauri(options);
  await new EchoNotificationListener({ onSaid() {} }, { transport }).start();
  for (let call = 0; call < 100; call++) EchoEventWait({ transport }).catch(() => {});
  void EchoEventTick({ transport })[Symbol.asyncIterator]().next();
}

async function run(tests: Readonly<Record<string, () => Promise<void>>>): Promise<boolean> {
  let failed = 0;
  for (const [name, test] of Object.entries(tests)) {
    const fault = await test().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    failed += fault === undefined ? 0 : 1;
    await invoke("report", { line: fault === undefined ? `ok ${name}` : `FAILED ${name}: ${String(fault)}` });
  }
  await invoke("report", { line: `${Object.keys(tests).length - failed} passed, ${failed} failed` });
  return failed === 0;
}

/** The table of scenarios. */
function table(): Promise<boolean> {
  const way = {
    open: (options: TauriOptions = {}) => tauri(options),
    core,
    binary: true,
    largest: 6 << 20,
    // A stream's credit, and as much again that waits in the core.
    unread: 64,
  };
  return run(Object.fromEntries(Object.entries(scenarios).map(([name, scenario]) => [name, () => scenario(way)])));
}

/** What only a window can do to a core. */
const windows = {
  async "a closed window cancels its calls and forgets its subscriptions"() {
    await invoke("open_window", { label: "other-1", task: "occupy" });
    await eventually("its calls run", async () => (await core.probe()).alive === 101);
    same((await core.probe()).subscriptions, 1);
    await invoke("close_window", { label: "other-1" });
    await idle();
    same(await core.probe().then(({ subscriptions, running }) => [subscriptions, running]), [0, 0]);
  },

  async "a window that is reloaded cancels its calls, and none runs again"() {
    await invoke("open_window", { label: "other-2", task: "reload" });
    // It is back, and says so, once it has been reloaded in the middle of its calls.
    await eventually("it is back", async () => (await core.probe()).subscriptions === 2);
    await idle();
    await invoke("close_window", { label: "other-2" });
    await eventually("it is forgotten", async () => (await core.probe()).subscriptions === 0);
  },

  async "windows have sessions of their own"() {
    const [transport, told] = [tauri(), [] as string[]];
    const listener = new EchoNotificationListener({ onSaid: ({ text }) => void told.push(text) }, { transport });
    await listener.start();
    const waiting = EchoEventWait({ transport });
    await invoke("open_window", { label: "other-3", task: "occupy" });
    await eventually("its calls run", async () => (await core.probe()).alive === 102);
    await invoke("close_window", { label: "other-3" });
    await eventually("they end", async () => (await core.probe()).alive === 1);
    await core.make("said/hello");
    await core.make("go");
    check((await waiting).ok, "an error");
    await eventually("it is told", () => told.length === 1);
    await listener.stop();
  },

  async "a window without the permission is told so"() {
    let told = "";
    const listener = new EchoNotificationListener({ onSaid: ({ text }) => void (told = text) }, { transport: tauri() });
    await listener.start();
    await invoke("open_window", { label: "stranger", task: "stranger" });
    await eventually("it has tried", () => told === "refused");
    await invoke("close_window", { label: "stranger" });
    await listener.stop();
  },

  async "a call that is delivered twice runs once"() {
    const { dropped } = await core.probe();
    const seen: string[] = [];
    const transport = tauri({
      invoke: async (command, body, options) => {
        const twice = [invoke(command, body, options)];
        if (command.endsWith("|call")) {
          seen.push(command);
          // As Tauri does where it believes that the first delivery came to nothing.
          twice.push(invoke(command, body, options));
        }
        return await twice.at(-1);
      },
    });
    const waiting = EchoEventWait({ transport });
    await eventually("it runs", async () => (await core.probe()).alive > 0);
    same((await core.probe()).alive, 1);
    await core.make("go");
    const waited = await waiting;
    same(waited.ok && waited.value.text, "done");
    same([(await core.probe()).dropped - dropped, seen.length], [0, 1]);
  },

  async "a call whose request brought no answer back runs once"() {
    const [{ dropped }, { fetch }, asked] = [await core.probe(), globalThis, [] as string[]];
    globalThis.fetch = async (url, options) => {
      const made = fetch(url, options);
      if (!String(url).startsWith(fileSource("", "bellwire"))) return made;
      asked.push(String(url));
      made.catch(() => {});
      throw new TypeError("the webview lost it");
    };
    try {
      const waiting = EchoEventWait({ transport: tauri() });
      await eventually("it runs", async () => (await core.probe()).alive > 0);
      await core.make("go");
      const waited = await waiting;
      same(waited.ok && waited.value.text, "done");
      same([(await core.probe()).dropped - dropped, asked.length], [0, 1]);
    } finally {
      globalThis.fetch = fetch;
    }
  },

  async "who does not know a session's name has no call"() {
    const [session, address] = ["1-2-3-4.1", `1/${EchoEventSay.path}`];
    const asked = fetch(`${fileSource("", "bellwire")}${session}/${address}`, { method: "POST" });
    const response = await asked.catch(() => undefined);
    // The page's policy may have been in the way.
    if (response === undefined && blocked.has("bellwire")) return;
    check(response, "the scheme is not served");
    const answer = new TextDecoder().decode(await response.arrayBuffer());
    check(answer.startsWith("\0") && answer.includes("the session is closed"), answer);
  },
} satisfies Record<string, () => Promise<void>>;

/** The schemes that the page's policy has kept it from. */
const blocked = new Set<string>();
addEventListener("securitypolicyviolation", ({ blockedURI }) => blocked.add(blockedURI.replace(/:.*/, "")));

/** What this page does, by what stands behind the # of its address. */
const tasks: Record<string, () => Promise<void>> = {
  async scenarios() {
    const passed = await run(windows);
    const allPassed = (await table()) && passed;
    await invoke("report", { line: `blocked: ${[...blocked].sort().join(" ") || "nothing"}` });
    await invoke("finish", { passed: allPassed });
  },
  occupy,
  async reload() {
    if (sessionStorage.getItem("reloaded") === null) {
      sessionStorage.setItem("reloaded", "yes");
      await occupy();
      await eventually("the calls run", async () => (await core.probe()).alive === 101);
      location.reload();
      return;
    }
    await idle();
    // Whatever the page before left on its way has had time to arrive.
    await new Promise((resolve) => setTimeout(resolve, 300));
    const transport = tauri();
    const handlers = { onSaid() {}, onLeaving() {} };
    await new EchoNotificationListener(handlers, { transport }).start();
  },
  async stranger() {
    const fault = await faultOf(EchoEventSay({ text: "x" }, { transport: tauri() }), "PERMISSION_DENIED");
    check(fault.message.includes("bellwire:default"), fault.message);
    const listening = new EchoNotificationListener({ onSaid() {} }, { transport: tauri() }).start();
    await faultOf(listening, "PERMISSION_DENIED");
    await core.make("said/refused");
  },
  async bench() {
    await bench();
    await invoke("finish", { passed: true });
  },
};

addEventListener("unhandledrejection", ({ reason }) => {
  void invoke("report", { line: `FAILED unhandled: ${reason instanceof Fault ? reason.code : ""} ${String(reason)}` });
});
await tasks[location.hash.slice(1)]?.();
