/**
 * Reaches the core of a Tauri app from its webview, by the plugin of the crate `bellwire` (feature `tauri`).
 *
 * @module
 */
import { type SessionOptions, SessionTransport } from "../session/index.js";
import type { Transport } from "../transport.js";
import { type Invoke, TauriCarrier } from "./carrier.js";
import { Scheme } from "./scheme.js";

export type { Invoke } from "./carrier.js";

/** How the core is reached. Everything has a default. */
export interface TauriOptions extends SessionOptions {
  /**
   * Invokes a command, as `invoke` of `@tauri-apps/api/core` does, for everything. If not given, that of the webview
   * itself is taken, and calls are requests to the plugin's own scheme where the page may make them.
   */
  invoke?: Invoke | undefined;
}

/** Whether this page is shown by a Tauri app. */
export function isTauri(): boolean {
  return internals() !== undefined;
}

/**
 * Makes the transport to the core of this Tauri app.
 *
 * ```ts
 * setDefaultTransport(isTauri() ? tauri() : connect({ baseUrl: location.origin }));
 * ```
 *
 * Nothing is sent before the first call. A transport has a session of its own in the core, which ends with the page.
 */
export function tauri(options: TauriOptions = {}): Transport {
  const { invoke } = options;
  const carrier = invoke ? new TauriCarrier(invoke, undefined) : new TauriCarrier(invokeOfWebview, schemeOfWebview());
  return new SessionTransport(carrier, options);
}

const invokeOfWebview: Invoke = (command, body, options) =>
  internals()?.invoke(command, body, options) ?? Promise.reject(new Error("this page is not shown by a Tauri app"));

function schemeOfWebview(): Scheme | undefined {
  const address = internals()?.convertFileSrc?.("", "bellwire");
  return address === undefined ? undefined : new Scheme(address);
}

/** What a Tauri app puts into its pages, and what it may lack where a test plays the app. */
interface Internals {
  invoke: Invoke;
  convertFileSrc?(path: string, scheme: string): string;
}

function internals(): Internals | undefined {
  return (globalThis as { __TAURI_INTERNALS__?: Internals }).__TAURI_INTERNALS__;
}
