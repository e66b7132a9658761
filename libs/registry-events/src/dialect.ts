import type { Delivery, RegistryEvent } from './registry-event.js';

/** How one kind of registry proves who it is and says what happened. Adding one is a folder and a line in `dialects`. */
export interface Dialect {
  /**
   * Decides from the headers alone, before the body is read, whether the sender holds one of the secrets.
   * Constant time in the secret; every active secret is tried.
   */
  readonly authenticate: (headers: ReadonlyMap<string, string>, secrets: readonly string[]) => boolean;
  /** Turns an authenticated delivery into events. Total: whatever the bytes, it returns at least one event and never throws. */
  readonly readEvents: (delivery: Delivery) => readonly RegistryEvent[];
}
