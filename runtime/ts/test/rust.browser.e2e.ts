// Run by runtime/rust/tests/node.rs: the scenarios in Chromium, and what only a page can do to a core.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { launch, missing } from "./chromium.js";
import { startCore } from "./rust-core.js";
import { type Control, scenarios } from "./scenarios.js";

/** How the page asks the core: functions of its script. */
const WAYS = {
  "connect over fetch": "overFetch",
  "connect-web with JSON": "withJson",
};

/** What the page runs: a scenario by its name, with a core that Node looks into. */
const SCRIPT = `
  import { connect, connectrpc } from "bellwire/connect";
  import { createConnectTransport } from "@connectrpc/connect-web";
  import { scenarios } from "./test/scenarios.js";
  import { EchoEventTick, EchoEventWait, EchoNotificationListener } from "./test/gen/fixture/v1/echo_bellwire.js";

  const core = { probe: () => window.probe(), make: (what) => window.make(what) };
  const baseUrl = location.origin;
  window.overFetch = (options) => connect({ baseUrl, fetch: send, ...options });
  window.withJson = (options) => connectrpc(createConnectTransport({ baseUrl }), options);
  window.run = (name, open) => {
    const binary = open === window.overFetch;
    // Writing more JSON takes a client minutes.
    const largest = binary ? 100 << 20 : 6 << 20;
    return scenarios[name]({ open, core, binary, largest, unread: 500_000 });
  };
  // Who debugs a page is sent the bodies of its requests, and cannot take the largest; blobs are not sent.
  const send = (url, init) =>
    fetch(url, init.body.length > 8 << 20 ? { ...init, body: new Blob([init.body]) } : init);
  window.occupy = async (calls) => {
    const transport = connect({ baseUrl });
    await new EchoNotificationListener({ onSaid() {} }, { transport }).start();
    for (let call = 0; call < calls; call++) EchoEventWait({ transport }).catch(() => {});
    EchoEventTick({ transport })[Symbol.asyncIterator]().next();
  };
`;

let browser: Browser;
let script: string;

before(async () => {
  const folder = fileURLToPath(new URL("..", import.meta.url));
  const options = { bundle: true, write: false, format: "esm" } as const;
  const { outputFiles } = await build({ ...options, stdin: { contents: SCRIPT, resolveDir: folder } });
  script = outputFiles[0]?.text ?? "";
  if (!missing) browser = await launch();
});

after(() => browser?.close());

/** Opens a page that comes from where the core is. */
async function open(url: string, control: Control): Promise<Page> {
  const page = await browser.newPage();
  await page.exposeFunction("probe", control.probe);
  await page.exposeFunction("make", control.make);
  await page.route(`${url}/`, (route) =>
    route.fulfill({
      contentType: "text/html",
      body: `<!doctype html><title>A page</title><script type="module">${script}</script>`,
    }),
  );
  await page.goto(`${url}/`);
  return page;
}

for (const [name, way] of Object.entries(WAYS)) {
  describe(`Chromium, ${name}`, { skip: missing }, () => {
    let page: Page;
    before(async () => {
      const { url, control } = await startCore();
      page = await open(url, control);
      // Otherwise every request would go through Node.
      await page.unroute(`${url}/`);
    });
    after(() => page?.close());
    for (const scenario of Object.keys(scenarios)) {
      test(scenario, () => page.evaluate(`window.run(${JSON.stringify(scenario)}, ${way})`));
    }
  });
}

test("a reload in the middle of 100 calls leaves none in the core", { skip: missing }, async () => {
  const { url, control } = await startCore();
  const page = await open(url, control);
  for (let round = 0; round < 3; round++) {
    await page.evaluate("window.occupy(100)");
    while ((await control.probe()).alive < 5) await new Promise((resolve) => setTimeout(resolve, 5));
    await page.reload();
    let probe = await control.probe();
    while (probe.running > 0 || probe.subscriptions > 0) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      probe = await control.probe();
    }
    assert.equal(probe.alive, 0);
  }
  await page.close();
});
