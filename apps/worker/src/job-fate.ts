import type { RegistryErrorCode } from '@strata/registry-client';

/** What becomes of an event when its registry gives no usable answer. */
export type Fate =
  /** Try this event again, later each time. */
  | 'retry'
  /** Leave the whole source alone for a while; the event waits without counting it as an attempt. */
  | 'pause'
  /** Set the event aside with the reason; an operator can replay it. */
  | 'give-up'
  /** The steps themselves know what it means; one that lets it through has a bug. */
  | 'expected';

/** One line for each thing that can come of asking a registry. */
export const fateOf = {
  'not-found': 'expected',
  'too-large': 'expected',
  unauthorized: 'pause',
  'rate-limited': 'pause',
  unavailable: 'retry',
  'bad-response': 'give-up',
  unsupported: 'give-up',
  'invalid-name': 'give-up',
  'digest-mismatch': 'give-up',
  'forbidden-address': 'give-up',
} satisfies Record<RegistryErrorCode, Fate>;

const BASE_MS = 1_000;
const CAP_MS = 900_000;

/** Full jitter: anywhere between nothing and 2^attempts seconds, at most 15 minutes. */
export function backOffMs(attempts: number, random: () => number): number {
  return Math.round(random() * Math.min(BASE_MS * 2 ** Math.min(attempts, 20), CAP_MS));
}
