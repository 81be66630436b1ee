/** What a Tauri app puts into its pages. */
declare const __TAURI_INTERNALS__: {
  invoke<T = void>(command: string, input?: unknown, options?: { headers: Record<string, string> }): Promise<T>;
  transformCallback(callback: (message: unknown) => void): number;
  convertFileSrc(path: string, scheme: string): string;
};

/** Invokes a command of the app. */
export const invoke: typeof __TAURI_INTERNALS__.invoke = __TAURI_INTERNALS__.invoke;

/** A name by which the app can call a function of the page. */
export const callbackId: typeof __TAURI_INTERNALS__.transformCallback = __TAURI_INTERNALS__.transformCallback;

/** Where a scheme's requests go. */
export const fileSource: typeof __TAURI_INTERNALS__.convertFileSrc = __TAURI_INTERNALS__.convertFileSrc;
