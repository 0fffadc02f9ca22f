import type { Controller } from '../kube/controller.js';

/** Of all controllers that run, by which they wake each other. */
export class Queues {
  readonly #controllers = new Map<string, Controller>();

  add(...controllers: readonly Controller[]): void {
    for (const controller of controllers) this.#controllers.set(controller.name, controller);
  }

  /** A controller that is switched off hears nothing. */
  wake(controller: string, key: string, afterMs = 0): void {
    const found = this.#controllers.get(controller);
    if (afterMs > 0) found?.enqueueAfter(key, afterMs);
    else found?.enqueue(key);
  }

  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([...this.#controllers.values()].map((each) => each.run(signal)));
  }
}
