import { setTimeout as pause } from 'node:timers/promises';
import {
  beginExamination,
  examinePart,
  examineSpread,
  examineTodo,
  findSpread,
  holdExamination,
  listenChanges,
  openSpread,
  type Catalog,
  type ExaminationHold,
  type ExaminationTools,
  type ExaminedLot,
  type StoredFindingKind,
} from '@strata/catalog';
import type { Logger } from '@strata/runtime';
import {
  openEvaluations,
  NOTHING_EXAMINED,
  type Evaluations,
  type EvaluationsOptions,
  type Examined,
} from './evaluations.js';
import { tellUnreadableTo } from './tell-unreadable.js';

/** Changes that are examined together, and what may hang on one of them without waiting for its own pages. */
const LOT = { changes: 200, hanging: 100 } as const;

/** Tags, or manifests, of a page of what hangs on one, and of a part of everything. */
const PAGE = 500;

/** How long a change may lie that nobody was told of. */
const LOOK_EVERY_MS = 500;

/** How soon after the examiner of another process has ended this one takes over. */
const TAKE_OVER_MS = 1_000;

/** Opens and closes findings as the catalog moves, until it is closed. */
export interface Examiner {
  /** Resolves when the lot under way is written. */
  close(): Promise<void>;
}

/** What an examiner works with; `onLot` hears what each lot has written, and how long it took. */
export interface ExaminerOptions {
  readonly catalog: Catalog;
  readonly now: () => Date;
  readonly logger: Pick<Logger, 'warn' | 'error'>;
  readonly onLot: (lot: Examined, seconds: number) => void;
}

/**
 * Examines what has changed, beside the cataloguing: of all processes one at a time, the others wait for its end. What was
 * just pushed comes first; pages of what hangs on a base, and the walk over a catalog that was never examined, go on in
 * between. Whatever fails is done again, because what is noted stays noted until its findings are written.
 */
export function openExaminer(options: ExaminerOptions): Examiner {
  const { catalog, logger } = options;
  const closing = new AbortController();
  const news = openNews(closing.signal);
  const listener = listenChanges(catalog, {
    onNews: news.wake,
    onError: (error) => logger.warn({ err: error }, 'changes are not heard of; they are looked for'),
  });
  const held = { ...options, tellUnreadable: tellUnreadableTo(logger) };
  const run = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      try {
        const hold = await holdExamination(catalog);
        if (hold === null) {
          await news.wait(TAKE_OVER_MS, { evenWhenWoken: true });
          continue;
        }
        await examineWhileHeld(hold, held, news, closing.signal).finally(() => hold.release());
      } catch (error) {
        logger.warn({ err: error }, 'nothing was examined; it is the next time');
        await news.wait(TAKE_OVER_MS, { evenWhenWoken: true });
      }
    }
  };
  const running = run();
  return {
    async close() {
      closing.abort();
      await listener.close();
      await running;
    },
  };
}

async function examineWhileHeld(
  hold: ExaminationHold,
  { now, onLot, ...evaluating }: ExaminerOptions & EvaluationsOptions,
  news: News,
  closing: AbortSignal,
): Promise<void> {
  const tools: ExaminationTools = { hold, now };
  const evaluations = openEvaluations(tools, evaluating);
  const steps = [
    async () => counted(await examineTodo(tools, LOT)),
    spreadPages(tools),
    everything(tools, evaluations),
  ];
  try {
    while (!closing.aborted) {
      let taken = 0;
      for (const step of steps) {
        const startedMs = performance.now();
        const lot = await step();
        taken += lot.taken;
        if (lot.taken > 0) onLot(lot, (performance.now() - startedMs) / 1_000);
      }
      if (taken === 0) await news.wait(LOOK_EVERY_MS);
    }
  } finally {
    await evaluations.close();
  }
}

type Step = () => Promise<Examined>;

/** One page of what hangs on a tag or manifest at each call. */
function spreadPages(tools: ExaminationTools): Step {
  let spread: Awaited<ReturnType<typeof findSpread>> = null;
  return async () => {
    if (spread === null) {
      spread = await findSpread(tools.hold.sql);
      if (spread === null) return NOTHING_EXAMINED;
      await openSpread(tools.hold.sql, spread);
    }
    const lot = await examineSpread(tools, spread, PAGE);
    if (lot.taken > 0) return counted(lot);
    spread = null;
    return { ...NOTHING_EXAMINED, taken: 1 }; // the next one may wait
  };
}

/**
 * One part at each call of what looks at all tags: the walk over a catalog that was never examined, and when that has
 * ended (policies may ask for other findings) the evaluation of policies that are new, changed, removed or due.
 */
function everything(tools: ExaminationTools, evaluations: Evaluations): Step {
  let walk: Awaited<ReturnType<typeof beginExamination>> | null = null;
  return async () => {
    walk ??= await beginExamination(tools.hold.sql, tools.now());
    if (walk.isFinished) return evaluations.step();
    const part = await examinePart(tools, walk, PAGE);
    walk = part.walk;
    return { ...counted(part), taken: Math.max(part.taken, 1) };
  };
}

function counted({ taken, opened, closed }: ExaminedLot): Examined {
  return { taken, opened: countKinds(opened), closed: countKinds(closed) };
}

function countKinds(written: ExaminedLot['opened']): ReadonlyMap<StoredFindingKind, number> {
  const byKind = Map.groupBy(written, ({ kind }) => kind);
  return new Map([...byKind].map(([kind, those]) => [kind, those.length]));
}

interface News {
  readonly wake: () => void;
  /** Waits for news, for so long at most; `evenWhenWoken` waits all of the time, unless it is closing. */
  wait(ms: number, options?: { readonly evenWhenWoken: boolean }): Promise<void>;
}

function openNews(closing: AbortSignal): News {
  let heard = new AbortController();
  return {
    wake: () => heard.abort(),
    async wait(ms, { evenWhenWoken } = { evenWhenWoken: false }) {
      const signal = evenWhenWoken ? closing : AbortSignal.any([closing, heard.signal]);
      await pause(ms, undefined, { signal }).catch(() => undefined);
      if (heard.signal.aborted) heard = new AbortController();
    },
  };
}
