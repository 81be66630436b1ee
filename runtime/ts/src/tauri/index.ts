/**
 * Reaches the core of a Tauri app from its webview, by the plugin of the crate `bellwire` (feature `tauri`).
 *
 * @module
 */
import { type SessionOptions, SessionTransport } from "../session/index.js";
import type { Transport } from "../transport.js";
import { type Invoke, type Internals, TauriCarrier } from "./carrier.js";

export type { Invoke } from "./carrier.js";

/** How the core is reached. Everything has a default. */
export interface TauriOptions extends SessionOptions {
  /** Invokes a command, as `invoke` of `@tauri-apps/api/core` does. That of the webview itself, if not given. */
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
  return new SessionTransport(new TauriCarrier(options.invoke ?? invokeOfWebview), options);
}

const invokeOfWebview: Invoke = (command, body, options) =>
  internals()?.invoke(command, body, options) ?? Promise.reject(new Error("this page is not shown by a Tauri app"));

function internals(): Internals | undefined {
  return (globalThis as { __TAURI_INTERNALS__?: Internals }).__TAURI_INTERNALS__;
}
