import type { Fault } from "./fault.js";
import type { NotificationInfo } from "./notification.js";
import type { Lag, NotificationSink, Subscription, Unserved } from "./transport.js";

/**
 * The listeners of one transport: who wants what, and who gets what came. For transports.
 *
 * One that is added hears nothing until its subscription has begun: what still comes was sent before.
 */
export class Subscribers {
  readonly #members = new Set<Subscriber>();

  add(subscriber: Subscriber): void {
    this.#members.add(subscriber);
  }

  remove(subscriber: Subscriber): void {
    this.#members.delete(subscriber);
  }

  get size(): number {
    return this.#members.size;
  }

  /**
   * What the core has to be asked for, by an identity of its own: without repetition, and without a key that a
   * subscription to every key covers.
   */
  wanted(): Map<string, Subscription> {
    const all = [...this.#members].flatMap((member) => member.subscriptions);
    const everyKey = new Set(all.filter(({ key }) => key === undefined).map(({ notification }) => notification.path));
    const needed = all.filter(({ notification, key }) => key === undefined || !everyKey.has(notification.path));
    return new Map(needed.map((one) => [identity(one), one]));
  }

  /** Those whose subscriptions have not begun. */
  get joining(): Subscriber[] {
    return [...this.#members].filter((member) => !member.hears);
  }

  /** The notifications that anybody subscribes to. */
  notifications(): NotificationInfo[] {
    return [...this.#members].flatMap((member) => member.subscriptions.map(({ notification }) => notification));
  }

  notify(path: string, key: string | undefined, payload: Uint8Array): void {
    for (const { sink } of this.#matching((one) => one.notification.path === path && matches(one, key))) {
      sink.notify(path, key, payload);
    }
  }

  /** Tells all whom it may concern; without a path, that is everybody. */
  lagged(lag: Lag): void {
    for (const { sink } of this.#matching((one) => lag.path === undefined || one.notification.path === lag.path)) {
      sink.lagged(lag);
    }
  }

  unserved(unserved: Unserved): void {
    for (const { sink } of this.#matching((one) => one.notification.path === unserved.path)) {
      sink.unserved(unserved);
    }
  }

  interrupted(fault: Fault): void {
    for (const { sink } of [...this.#members]) {
      sink.interrupted(fault);
    }
  }

  /** A copy, so that a handler may start and stop listeners. */
  #matching(concerns: (subscription: Subscription) => boolean): Subscriber[] {
    return [...this.#members].filter((member) => member.hears && member.subscriptions.some(concerns));
  }
}

/** One sink and what it wants. */
export interface Subscriber {
  readonly subscriptions: readonly Subscription[];
  readonly sink: NotificationSink;
  /** Whether its subscription has begun. */
  hears: boolean;
}

/** Lets subscriptions begin: what comes from now on is for them. */
export function begin(joining: readonly Subscriber[]): void {
  for (const subscriber of joining) {
    subscriber.hears = true;
  }
}

function matches(subscription: Subscription, key: string | undefined): boolean {
  return subscription.key === undefined || subscription.key === key;
}

function identity({ notification, key }: Subscription): string {
  return key === undefined ? notification.path : `${notification.path}\n${key}`;
}
