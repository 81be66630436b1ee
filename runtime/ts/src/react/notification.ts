"use client";
import { useCallback, useEffect, useRef, useState } from "react";
import { Fault } from "../fault.js";
import type { Listener, ListenerOptions } from "../listener.js";

/** The generated class of a notification group's listeners. */
export type ListenerClass<Handlers extends object> = new (
  handlers: Handlers,
  options?: ListenerOptions,
) => Listener<Handlers>;

/** Whether a component is listening. */
export interface NotificationState {
  /** The core has acknowledged it: what is sent from now on arrives. */
  readonly listening: boolean;
  /** Why the core could not be asked. */
  readonly fault: Fault | undefined;
  /** Asks again, after a fault. A connection that is lost later is reopened without that. */
  readonly retry: () => void;
}

type AnyHandler = (...args: unknown[]) => unknown;

const STARTING = { listening: false, fault: undefined };

/**
 * Listens to notifications for as long as a component is there.
 *
 * ```tsx
 * useNotification(UserNotificationListener, { onProfileChanged: (profile) => setProfile(profile) }, { key: id });
 * ```
 *
 * Handlers may be new ones at every rendering, the latest are called. Only another key, another transport, or
 * another choice of handlers starts to listen anew.
 */
export function useNotification<Handlers extends object>(
  listenerClass: ListenerClass<Handlers>,
  handlers: NoInfer<Handlers>,
  options: ListenerOptions = {},
): NotificationState {
  const latest = useRef({ handlers, options });
  useEffect(() => {
    latest.current = { handlers, options };
  });

  const [state, setState] = useState<Omit<NotificationState, "retry">>(STARTING);
  const [attempt, setAttempt] = useState(0);
  const retry = useCallback(() => setAttempt((before) => before + 1), []);

  const { key, transport } = options;
  const names = namesOf(handlers);
  const tellsUnserved = options.onUnserved !== undefined;
  useEffect(() => {
    const handle = (name: string): AnyHandler => {
      return (...args) => (latest.current.handlers as Record<string, AnyHandler | undefined>)[name]?.(...args);
    };
    const handlers = Object.fromEntries(names.split(" ").map((name) => [name, handle(name)]));
    const listener = new listenerClass(handlers as Handlers, {
      key,
      transport,
      onLagged: (lag) => latest.current.options.onLagged?.(lag),
      onInterrupted: (fault) => latest.current.options.onInterrupted?.(fault),
      onUnserved: tellsUnserved ? (unserved) => latest.current.options.onUnserved?.(unserved) : undefined,
    });
    let mounted = true;
    const settle = (outcome: Omit<NotificationState, "retry">): void => {
      if (mounted) {
        setState(outcome);
      }
    };
    listener.start().then(
      () => settle({ listening: true, fault: undefined }),
      (reason: unknown) => settle({ listening: false, fault: Fault.from(reason) }),
    );
    return () => {
      mounted = false;
      void listener.stop();
      setState(STARTING);
    };
  }, [listenerClass, names, key, transport, tellsUnserved, attempt]);
  return { ...state, retry };
}

/** Which notifications there are handlers for, as one text that effects can compare. */
function namesOf(handlers: object): string {
  const given = Object.entries(handlers).filter(([, handler]) => typeof handler === "function");
  return given
    .map(([name]) => name)
    .sort()
    .join(" ");
}
