import type { AttemptEnd, ReceiverHealth } from '@strata/catalog';
import type { PostAnswer } from '@strata/registry-client';

/** What came back: an answer, or why there is none. */
export type AttemptAnswer = PostAnswer | { readonly error: string };

/** What follows from it. */
export interface Judgement {
  readonly end: AttemptEnd;
  readonly health: ReceiverHealth;
  /** The receiver says that it is gone for good (Standard Webhooks, "Status codes": 410). */
  readonly isGone: boolean;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** How long after each attempt in vain the next one is made: ten attempts in about three days (Standard Webhooks, "Retries"). */
const DELAYS_MS: readonly number[] = [
  5_000,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];

/** Delays differ by a tenth either way, so that messages which failed together do not come back together. */
const JITTER = 0.1;

/** After so many troubles in a row, a receiver is asked with one message at a time, more and more seldom. */
export const MAX_TROUBLES = 3;

const LONGEST_PAUSE_MS = MINUTE_MS;

/**
 * Decides what becomes of a message after one more attempt, `attempts` having been made before, and of its receiver.
 * `random`: from 0 up to, not including, 1.
 */
export function judgeAttempt(
  answer: AttemptAnswer,
  before: { readonly attempts: number; readonly troubles: number },
  { now, random }: { readonly now: Date; readonly random: () => number },
): Judgement {
  const status = 'status' in answer ? answer.status : null;
  if (status !== null && status >= 200 && status <= 299) {
    const end = { at: now, status, error: null, nextAt: null };
    return { end, health: { troubles: 0, pausedUntil: null }, isGone: false };
  }
  const askedMs = 'status' in answer && (status === 429 || status === 503) ? answer.retryAfterMs : null;
  const troubles = isTrouble(status) ? before.troubles + 1 : 0;
  const pauseMs = Math.max(askedMs ?? 0, troubles < MAX_TROUBLES ? 0 : pauseAfter(troubles));
  const delayMs = DELAYS_MS[before.attempts];
  const isGone = status === 410;
  const nextMs = Math.max(askedMs ?? 0, (delayMs ?? 0) * (1 - JITTER + 2 * JITTER * random()));
  return {
    end: {
      at: now,
      status,
      error: 'error' in answer ? answer.error : `answered ${status}`,
      nextAt: isGone || delayMs === undefined ? null : after(now, nextMs),
    },
    health: { troubles, pausedUntil: pauseMs === 0 ? null : after(now, pauseMs) },
    isGone,
  };
}

/** Whether any other message would have fared the same. */
function isTrouble(status: number | null): boolean {
  return status === null || status >= 500 || status === 429 || status === 408;
}

function pauseAfter(troubles: number): number {
  return Math.min(1_000 * 2 ** Math.min(troubles - MAX_TROUBLES, 20), LONGEST_PAUSE_MS);
}

function after(now: Date, delayMs: number): Date {
  return new Date(now.getTime() + Math.round(delayMs));
}
