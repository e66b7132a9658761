import type { Authentication, AuthenticationScheme } from './authentication/authentication.js';
import type { Delivery, RegistryEvent } from './registry-event.js';

/**
 * How one kind of registry proves who it is, says what happened and wants to be answered. Adding one is a folder and a
 * line in `dialects`, a page in `docs/sources`, and a line in the table of the journey.
 */
export interface Dialect {
  /** The sender's name, for people. */
  readonly title: string;
  /** Turns an authenticated delivery into events. Total: whatever the bytes, it returns at least one event and never throws. */
  readonly readEvents: (delivery: Delivery) => readonly RegistryEvent[];
  readonly authentication: SenderAuthentication;
  readonly sender: SenderHabits;
  /**
   * What a request wants to hear besides "taken", such as the answer to a challenge; null for an ordinary delivery. Asked
   * for POSTs, which are proven and recorded like any other, and for OPTIONS, which carry no body and leave no row.
   */
  readonly answer?: (request: HookRequest) => HookAnswer | null;
  /** What to paste at the sender: settings, commands or a file, with the real address and a placeholder for the secret. */
  readonly snippet: (setUp: SourceSetUp) => string;
}

/** How this sender can prove who it is. */
export interface SenderAuthentication {
  /** What counts where `strata.yaml` says nothing. Null: the operator has to say, as no default can be right. */
  readonly usual: Authentication | null;
  /** Everything the sender can do. `path` and `query` are in the URL, so every sender can do those. */
  readonly schemes: readonly AuthenticationScheme[];
}

/** How this sender takes answers. */
export interface SenderHabits {
  /** What is answered for "committed"; 202 unless the sender is known, or not known, to want another. */
  readonly acceptedStatus: 200 | 202 | 204;
  /** How long it waits for an answer before it calls the delivery failed; null where that is not published. */
  readonly timeoutMs: number | null;
  /**
   * Whether a delivery that was refused with 429 or 503 surely comes again, without harm. Only then is a sender above
   * its rate refused: what would not come again is taken.
   */
  readonly retries: boolean;
}

/** A request at the hook that may be a challenge rather than a delivery. */
export interface HookRequest {
  readonly method: 'POST' | 'OPTIONS';
  /** Lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
}

/** An answer that a sender waits for. */
export interface HookAnswer {
  readonly status: 200;
  readonly headers: Readonly<Record<string, string>>;
  /** Written as JSON; null for none. */
  readonly body: Readonly<Record<string, string>> | null;
}

/** One configured source, as far as setting up its sender needs it. */
export interface SourceSetUp {
  /** The name of the source. */
  readonly name: string;
  /** The address of the hook as the sender has to call it; a secret in it is the placeholder. */
  readonly hookUrl: string;
  readonly authentication: Authentication;
  /** What stands for the secret: `<SECRET>`. */
  readonly secret: string;
  /** The host under which images of this registry are pulled. */
  readonly host: string;
}
