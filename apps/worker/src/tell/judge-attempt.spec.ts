import { describe, expect, it } from '@jest/globals';
import { judgeAttempt, type AttemptAnswer } from './judge-attempt.js';

const now = new Date('2026-11-21T09:00:00.000Z');
const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;

const judge = (answer: AttemptAnswer, attempts = 0, troubles = 0, random = 0.5) => {
  const { end, health, isGone } = judgeAttempt(answer, { attempts, troubles }, { now, random: () => random });
  const inMs = (moment: Date | null): number | null => (moment === null ? null : moment.getTime() - now.getTime());
  return { ...end, ...health, isGone, nextMs: inMs(end.nextAt), pauseMs: inMs(health.pausedUntil) };
};
const answered = (status: number, retryAfterMs: number | null = null): AttemptAnswer => ({ status, retryAfterMs });

describe('an attempt', () => {
  it.each([200, 202, 204, 299])('that is answered %d has delivered the message, and the receiver is well', (status) => {
    const judged = judge(answered(status), 4, 7);
    expect(judged).toMatchObject({ error: null, nextAt: null, troubles: 0, pausedUntil: null, isGone: false });
  });

  it.each([100, 301, 307, 400, 404, 500])('that is answered %d is made again', (status) => {
    expect(judge(answered(status))).toMatchObject({ error: `answered ${status}`, nextMs: 5 * SECOND_MS });
  });

  it('in vain is made again ten times within about three days, later and later, and then never', () => {
    const delays = Array.from({ length: 10 }, (_, attempts) => judge(answered(500), attempts).nextMs);
    expect(delays.map((delay) => (delay === null ? null : delay / SECOND_MS))).toEqual([
      ...[5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400],
      null,
    ]);
    const total = delays.reduce<number>((sum, delay) => sum + (delay ?? 0), 0);
    expect(total / HOUR_MS).toBeGreaterThan(72);
    expect(total / HOUR_MS).toBeLessThan(4 * 24 * 0.9);
  });

  it('is made again a little sooner or later than others that failed with it', () => {
    expect(judge(answered(500), 1, 0, 0).nextMs).toBe(270 * SECOND_MS);
    expect(judge(answered(500), 1, 0, 1).nextMs).toBe(330 * SECOND_MS);
  });

  it.each([429, 503])('that is answered %d with Retry-After is not made before, nor is any other', (status) => {
    expect(judge(answered(status, HOUR_MS))).toMatchObject({ nextMs: HOUR_MS, pauseMs: HOUR_MS });
    expect(judge(answered(status, 1))).toMatchObject({ nextMs: 5 * SECOND_MS, pauseMs: 1 });
  });

  it('that is answered 410 is the last one of all', () => {
    expect(judge(answered(410))).toMatchObject({ isGone: true, nextAt: null, error: 'answered 410' });
  });

  it('that others would have fared like makes the receiver be asked more and more seldom, at least once a minute', () => {
    const pauses = [0, 1, 2, 3, 4, 8, 40].map((troubles) => judge({ error: 'nobody listens' }, 0, troubles).pauseMs);
    expect(pauses).toEqual([null, null, 1_000, 2_000, 4_000, 60_000, 60_000]);
    expect(judge(answered(400), 0, 8)).toMatchObject({ troubles: 0, pausedUntil: null });
  });
});
