/** Wakes one sleeper. A wake-up that finds nobody asleep is kept for the next, until it is forgotten. */
export class Wake {
  #pending = false;
  #wakeUp: (() => void) | undefined;

  wake(): void {
    this.#pending = true;
    this.#wakeUp?.();
  }

  /** Forgets the wake-ups so far. */
  forget(): void {
    this.#pending = false;
  }

  /** Sleeps until woken, or for so many milliseconds at most. */
  async sleep(ms?: number): Promise<void> {
    if (!this.#pending) {
      await new Promise<void>((resolve) => {
        const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
        this.#wakeUp = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wakeUp = undefined;
    }
    this.#pending = false;
  }
}
