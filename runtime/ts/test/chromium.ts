import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

/** Why there is no browser; `false` where there is one. */
export const missing: string | false = existsSync(CHROMIUM) ? false : `there is no ${CHROMIUM}`;
if (missing) {
  console.log(`SKIPPED: ${missing}`);
  assert.notEqual(process.env["CI"], "true", missing);
}

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"],
    // The cache is what a page comes back from.
    ignoreDefaultArgs: ["--disable-back-forward-cache"],
  });
}
