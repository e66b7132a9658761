import { driftPerMille, type CrawlRun } from '@strata/catalog';
import type { Tools } from './command.js';

/** Shows how far a crawl is: a bar that is drawn over for a person, a line now and then for a file. */
export interface CrawlProgress {
  /** `nowMs` is in milliseconds since 1970. */
  show(run: CrawlRun, nowMs: number): void;
}

/** Between two lines where no person looks. */
const LINE_EVERY_MS = 5_000;

const BAR_WIDTH = 24;

/** What is measured of the rate: not only since the last look, which is too short to be steady. */
interface Measured {
  readonly seen: number;
  readonly atMs: number;
}

/** Opens it. */
export function openCrawlProgress({ write, isTerminal }: Pick<Tools, 'write' | 'isTerminal'>): CrawlProgress {
  let begun: Measured | null = null;
  let saidAtMs = Number.NEGATIVE_INFINITY;
  let lastState: string | null = null;
  return {
    show(run, nowMs) {
      if (run.state !== 'waiting') begun ??= { seen: run.seen, atMs: nowMs };
      if (run.finishedAt !== null) return write(`${isTerminal ? '\r\u001b[K' : ''}${summaryOf(run)}\n`);
      const line = lineOf(run, begun, nowMs);
      if (isTerminal) return write(`\r\u001b[K${barOf(run)} ${line}`);
      const state = `${run.state} ${run.error ?? ''}`;
      if (state === lastState && nowMs - saidAtMs < LINE_EVERY_MS) return;
      lastState = state;
      saidAtMs = nowMs;
      write(`${line}\n`);
    },
  };
}

function barOf({ seen, expected }: CrawlRun): string {
  const share = expected === null || expected === 0 ? 0 : Math.min(1, seen / expected);
  const full = Math.floor(share * BAR_WIDTH);
  return `[${'#'.repeat(full)}${'.'.repeat(BAR_WIDTH - full)}]`;
}

function lineOf(run: CrawlRun, begun: Measured | null, nowMs: number): string {
  if (run.state === 'waiting' || begun === null) return `${run.source}: waiting for a worker`;
  const { seen, repaired, expected, error } = run;
  const perSecond = nowMs > begun.atMs ? ((seen - begun.seen) * 1_000) / (nowMs - begun.atMs) : 0;
  const left = expected === null ? 0 : Math.max(0, expected - seen);
  const remaining = perSecond > 0 && left > 0 ? `${timeOf(left / perSecond)} left` : null;
  const parts = [
    `${run.source}: ${seen} of ${Math.max(seen, expected ?? 0)}`,
    `${repaired} repaired`,
    `${perSecond.toFixed(perSecond < 10 ? 1 : 0)}/s`,
    remaining,
    error === null ? null : `waiting: ${error}`,
  ];
  return parts.filter((part) => part !== null).join(', ');
}

function summaryOf(run: CrawlRun): string {
  const drift = driftPerMille(run).toFixed(1);
  const counts = `${run.seen} seen, ${run.repaired} repaired, ${run.removed} removed, drift ${drift} per thousand`;
  const words = { complete: 'complete', incomplete: 'not complete', asking: 'asks' };
  const word = run.state === 'waiting' || run.state === 'running' ? run.state : words[run.state];
  return `${run.source}: ${word}: ${counts}${run.error === null ? '' : `\n${run.error}`}`;
}

function timeOf(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  if (seconds < 5_400) return `${Math.ceil(seconds / 60)} min`;
  return `${(seconds / 3_600).toFixed(1)} h`;
}
