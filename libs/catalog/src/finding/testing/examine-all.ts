import { beginExamination } from '../examine-everything.js';
import {
  examinePart,
  examineSpread,
  examineTodo,
  type ExaminationTools,
  type ExaminedLot,
  type LotLimits,
} from '../examine-lot.js';
import { findSpread, openSpread } from '../finding-spread.js';

/** Examines until nothing waits any more, a few at a time. */
export async function examineAll(
  tools: ExaminationTools,
  limits: LotLimits = { changes: 3, hanging: 100 },
): Promise<void> {
  for (;;) {
    if ((await examineTodo(tools, limits)).taken > 0) continue;
    const spread = await findSpread(tools.hold.sql);
    if (spread === null) return;
    await openSpread(tools.hold.sql, spread);
    while ((await examineSpread(tools, spread, limits.changes)).taken > 0);
  }
}

/** Examines everything from nothing, and says what that has changed. */
export async function examineFromNothing(tools: ExaminationTools, limit = 7): Promise<Omit<ExaminedLot, 'taken'>> {
  await beginExamination(tools.hold.sql, tools.now());
  let part = { walk: { afterTagId: null, afterPlacement: null, isFinished: false } } as Pick<
    Awaited<ReturnType<typeof examinePart>>,
    'walk'
  >;
  const opened = [];
  const closed = [];
  while (!part.walk.isFinished) {
    const next = await examinePart(tools, part.walk, limit);
    opened.push(...next.opened);
    closed.push(...next.closed);
    part = next;
  }
  return { opened, closed };
}
