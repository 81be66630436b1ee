/** What a Tauri app puts into its pages. */
declare const __TAURI_INTERNALS__: {
  invoke<T = void>(command: string, input?: unknown, options?: { headers: Record<string, string> }): Promise<T>;
  transformCallback(callback: (message: unknown) => void): number;
};

/** Invokes a command of the app. */
export const invoke: typeof __TAURI_INTERNALS__.invoke = __TAURI_INTERNALS__.invoke;

/** A name by which the app can call a function of the page. */
export const callbackId: typeof __TAURI_INTERNALS__.transformCallback = __TAURI_INTERNALS__.transformCallback;
