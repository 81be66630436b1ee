// What page.test.ts checks, where the page is one.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { launch, missing } from "./chromium.js";
import { TestCore } from "./core.js";

/** Calls an event that is never answered and a stream that does not end, listens, and notes what becomes of them. */
const SCRIPT = `
  import { setDefaultTransport } from "bellwire";
  import { connect } from "bellwire/connect";
  import { UserEventExport, UserEventSignIn, UserNotificationListener } from "./test/gen/user/v1/user_bellwire.js";

  // A reconnection that is not made at once is not made at all.
  const patient = { reconnectDelayMs: 600_000, maxReconnectDelayMs: 600_000 };
  setDefaultTransport(connect({ baseUrl: location.origin, ...patient }));
  window.seen = [];
  const note = (what) => (reason) => window.seen.push(what + " " + (reason?.code ?? ""));
  window.leave = async () => {
    UserEventSignIn({ email: "slow@example.com" }).then(note("answer"), note("call"));
    const iterator = UserEventExport({ pieces: 10 })[Symbol.asyncIterator]();
    for (let piece = 0; piece < 3; piece++) await iterator.next();
    iterator.next().then(note("item"), note("stream"));
  };
  window.listen = () => {
    const options = { onLagged: note("lagged"), onInterrupted: note("interrupted") };
    return new UserNotificationListener({ onProfileChanged() {} }, options).start();
  };
`;

let browser: Browser;
let core: TestCore;
let page: Page;
let script: string;

before(async () => {
  const folder = fileURLToPath(new URL("..", import.meta.url));
  const options = { bundle: true, write: false, format: "esm" } as const;
  const { outputFiles } = await build({ ...options, stdin: { contents: SCRIPT, resolveDir: folder } });
  script = outputFiles[0]?.text ?? "";
  if (!missing) {
    browser = await launch();
  }
});

after(() => browser?.close());

beforeEach(async () => {
  core = await TestCore.start();
  core.script = script;
  page = await browser?.newPage();
});

afterEach(async () => {
  await page?.close();
  await core.stop();
});

/** Waits until the page has noted so much, and returns it. */
async function seen(count: number): Promise<string[]> {
  await page.waitForFunction(`window.seen.length >= ${count}`);
  return (await page.evaluate("window.seen")) as string[];
}

test(
  "a page that is left settles its calls, and its notifications are back when it is",
  { skip: missing },
  async () => {
    await page.goto(`${core.url}/first`);
    await page.evaluate("window.listen()");
    await page.evaluate("window.leave()");
    await core.saw("slow");
    await page.goto(`${core.url}/second`);
    await Promise.all(["dropped", "export ended", "closed stream-1"].map((line) => core.saw(line)));
    // What comes out of the cache is not loaded again.
    await page.goBack({ waitUntil: "commit" });
    const all = await seen(4);
    assert.deepEqual(all.slice(0, 3).sort(), ["call CANCELLED", "interrupted CANCELLED", "stream CANCELLED"]);
    assert.equal(all[3], "lagged ");
    assert.equal(core.hellos.length, 2);
  },
);

test("a machine that is online again reconnects at once", { skip: missing }, async () => {
  await page.goto(core.url);
  await page.evaluate("window.listen()");
  await page.context().setOffline(true);
  await page.context().setOffline(false);
  assert.deepEqual(await seen(2), ["interrupted UNAVAILABLE", "lagged "]);
  assert.equal(core.hellos.length, 2);
});
