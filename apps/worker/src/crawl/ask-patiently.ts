import { setTimeout as sleep } from 'node:timers/promises';
import { RegistryError, type Registry, type RegistryErrorCode } from '@strata/registry-client';
import { backOffMs } from '../job-fate.js';
import { oneAtATime } from '../one-at-a-time.js';

/** What came of a question: an answer, or what the registry said instead, from which nothing is concluded. */
export type Asked<T> =
  { readonly kind: 'answer'; readonly value: T } | { readonly kind: 'refusal'; readonly error: RegistryError };

/** Asks until there is an answer, or it is clear that this one question will not get one. */
export type AskPatiently = <T>(question: () => Promise<T>) => Promise<Asked<T>>;

/** What the patience needs from outside. */
export interface Patience {
  readonly registry: Pick<Registry, 'checkAccess'>;
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** How long the source is to be left alone, whoever said so, in milliseconds. */
  readonly pausedForMs: () => Promise<number>;
  /** Tells everybody that the registry gives no answers. */
  readonly onTrouble: (error: RegistryError) => Promise<void>;
}

/** Whether asking again may bring an answer; the others say no more the second time. */
const PASSES = {
  'not-found': false,
  'too-large': false,
  unauthorized: true,
  'rate-limited': true,
  unsupported: false,
  'invalid-name': false,
  unavailable: true,
  'bad-response': false,
  'digest-mismatch': false,
  'forbidden-address': false,
} satisfies Record<RegistryErrorCode, boolean>;

/** So often a question is asked before it may be its own fault that there is no answer. */
const TRIES = 6;

/**
 * Opens it for one crawl. While the registry is in trouble it is asked one question at a time, after whatever pause it
 * or another worker has called for, for as long as it takes: a crawl waits, and goes on by itself. Only where the
 * registry is well and one question fails again and again is that question given up.
 */
export function openPatience({ registry, random, signal, pausedForMs, onTrouble }: Patience): AskPatiently {
  let isTroubled = false;
  const inLine = oneAtATime();

  const once = async <T>(question: () => Promise<T>): Promise<T> => {
    try {
      const value = await question();
      isTroubled = false;
      return value;
    } catch (error) {
      if (error instanceof RegistryError && PASSES[error.code]) isTroubled = true;
      throw error;
    }
  };
  const afterPause = async <T>(question: () => Promise<T>): Promise<T> => {
    for (let ms = await pausedForMs(); ms > 0; ms = await pausedForMs())
      await sleep(Math.min(ms, 5_000) + 10, undefined, { signal });
    return once(question);
  };
  return async (question) => {
    for (let tries = 1; ; tries += 1) {
      signal.throwIfAborted();
      try {
        const value = await (isTroubled
          ? inLine(() => (isTroubled ? afterPause(question) : once(question)))
          : once(question));
        return { kind: 'answer', value };
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof RegistryError)) throw error;
        if (!PASSES[error.code]) return { kind: 'refusal', error };
        await onTrouble(error);
        if (tries >= TRIES && (await registry.checkAccess(signal)).state === 'ok') return { kind: 'refusal', error };
        await sleep(backOffMs(Math.min(tries, 5), random), undefined, { signal });
      }
    }
  };
}
