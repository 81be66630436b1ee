"use client";
import type { Message } from "@bufbuild/protobuf";
import { useCallback, useEffect, useRef, useState } from "react";
import type { CallArguments, Payload, UnaryEvent } from "../event.js";
import { Fault } from "../fault.js";
import type { Result } from "../result.js";
import type { CallOptions } from "../transport.js";

/** Where the latest call of a component stands. */
export interface EventState<O extends Payload, E extends Message> {
  /** A call is under way. */
  readonly pending: boolean;
  /** How the last call ended; it stays while the next one is under way. */
  readonly result: Result<O, E> | undefined;
  /** Why the last call has no result. */
  readonly fault: Fault | undefined;
}

/**
 * Makes a call. The promise is never rejected: it is `undefined` where the call ended in a fault, which is then in the
 * state, or was cancelled because a later call or the end of the component made it pointless.
 */
export type EventCall<I extends Payload, O extends Payload, E extends Message> = (
  ...args: CallArguments<I>
) => Promise<Result<O, E> | undefined>;

/**
 * Calls an event from a component. The newest call counts: it cancels the one before, and the end of the component
 * cancels it.
 *
 * ```tsx
 * const [signIn, { pending, result, fault }] = useEvent(UserEventSignIn);
 * <button disabled={pending} onClick={() => signIn({ email })}>Sign in</button>
 * ```
 *
 * The function stays the same from one rendering to the next, so that an effect may depend on it. A stream event is not
 * for this hook: iterate it in an effect.
 */
export function useEvent<I extends Payload, O extends Payload, E extends Message>(
  event: UnaryEvent<I, O, E>,
): readonly [call: EventCall<I, O, E>, state: EventState<O, E>] {
  const [state, setState] = useState<EventState<O, E>>({ pending: false, result: undefined, fault: undefined });
  const newest = useRef<AbortController>(undefined);

  const call = useCallback<EventCall<I, O, E>>(
    async (...args) => {
      newest.current?.abort();
      const controller = new AbortController();
      newest.current = controller;
      const settle = (outcome: Partial<EventState<O, E>>): void => {
        if (newest.current === controller) {
          setState((before) => ({ ...before, ...outcome, pending: false }));
        }
      };
      setState((before) => ({ ...before, pending: true }));
      try {
        const result = await event(...withSignal(event, args, controller.signal));
        settle({ result, fault: undefined });
        return newest.current === controller ? result : undefined;
      } catch (reason) {
        settle(controller.signal.aborted ? {} : { result: undefined, fault: Fault.from(reason) });
        return undefined;
      }
    },
    [event],
  );

  // What a component no longer asks for is cancelled in the core too.
  useEffect(() => () => newest.current?.abort(), [event]);
  return [call, state];
}

/** Adds a signal to a call's options, which stand behind its input. */
function withSignal<I extends Payload>(
  { input }: { input: unknown },
  args: CallArguments<I>,
  signal: AbortSignal,
): CallArguments<I> {
  const [first, second] = args as readonly unknown[];
  const options = (input ? second : first) as CallOptions | undefined;
  const both = options?.signal ? AbortSignal.any([options.signal, signal]) : signal;
  const added: unknown[] = input ? [first, { ...options, signal: both }] : [{ ...options, signal: both }];
  return added as CallArguments<I>;
}
