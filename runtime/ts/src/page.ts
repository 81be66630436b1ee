/**
 * Calls back when the page that this code runs in is left, be it for good or into the browser's back/forward cache.
 * Returns a function that takes the wish back. Where there is no page, nothing happens.
 */
export function onPageLeft(callback: () => void): () => void {
  const wish = { callback };
  leaving.add(wish);
  listenOnce();
  return () => void leaving.delete(wish);
}

/** Every call wants to know, so one listener for good serves all of them: a listener costs as much as to encode a message. */
const leaving = new Set<{ readonly callback: () => void }>();

let listenOnce = (): void => {
  listenOnce = () => {};
  listen("pagehide", () => [...leaving].forEach(({ callback }) => callback()));
};

/** Calls back when the page comes out of the back/forward cache, or the machine is online again. */
export function onPageBack(callback: () => void): () => void {
  const forgetOnline = listen("online", callback);
  const forgetShown = listen("pageshow", (event) => {
    // It is also shown after it was loaded, which is no return.
    if ((event as PageTransitionEvent).persisted) {
      callback();
    }
  });
  return () => {
    forgetOnline();
    forgetShown();
  };
}

function listen(event: string, callback: (event: Event) => void): () => void {
  if (typeof globalThis.addEventListener !== "function") {
    return () => {};
  }
  globalThis.addEventListener(event, callback);
  return () => globalThis.removeEventListener(event, callback);
}
