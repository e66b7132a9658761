import type { Placement } from '../image/place-manifests.js';
import type { Sql } from '../open-catalog.js';
import {
  compareViolations,
  examinePlacements,
  examineTags,
  writeDifferences,
  type Differences,
  type WrittenDifferences,
} from './examine.js';
import { keepExamination, readExaminationPart, type ExaminationWalk } from './examine-everything.js';
import { expandTodo } from './expand-todo.js';
import { endSpread, noteSpreads, readSpread, type Spread } from './finding-spread.js';
import { endFindingTodo, readFindingTodo } from './finding-todo.js';
import type { ExaminationHold } from './hold-examination.js';
import { findPolicies } from '../policy/find-policies.js';
import { findViolations } from '../policy/find-violations.js';
import { isNew } from '../policy/policy.js';
import { forgetVerdicts } from '../policy/record-policies.js';

/** What the steps of an examination are given. */
export interface ExaminationTools {
  readonly hold: ExaminationHold;
  readonly now: () => Date;
}

/** What a step has taken and written; nothing taken means that nothing of its kind waits. */
export interface ExaminedLot extends WrittenDifferences {
  readonly taken: number;
}

/** How many changes a lot takes, and how much may hang on one of them and still be examined with it. */
export interface LotLimits {
  readonly changes: number;
  readonly hanging: number;
}

/** Examines what hangs on the oldest changes that were noted, and tells what has come of it. */
export async function examineTodo(tools: ExaminationTools, limits: LotLimits): Promise<ExaminedLot> {
  const todo = await readFindingTodo(tools.hold.sql, limits.changes);
  if (todo.ids.length === 0) return NOTHING;
  const lot = await expandTodo(tools.hold.sql, todo, limits.hanging);
  const written = await examine(tools, lot, true, async (sql) => {
    await endFindingTodo(sql, todo);
    await noteSpreads(sql, lot.spreads);
  });
  return { ...written, taken: todo.ids.length };
}

/** Examines the next page of what hangs on a tag or manifest, and tells; at the end, forgets it. After `openSpread`. */
export async function examineSpread(tools: ExaminationTools, spread: Spread, limit: number): Promise<ExaminedLot> {
  const page = await readSpread(tools.hold.sql, limit);
  const taken = page.tagIds.length + page.placements.length;
  const written = await examine(tools, page, true, async (sql) => {
    if (taken === 0) await endSpread(sql, spread);
  });
  return { ...written, taken };
}

/**
 * Examines the next part of everything, and tells nobody: that it was so already is no news. Policies that nobody has heard of
 * yet are left out: those are evaluated over all tags afterwards. Returns where it is then.
 */
export async function examinePart(
  tools: ExaminationTools,
  walk: ExaminationWalk,
  limit: number,
): Promise<ExaminedLot & { readonly walk: ExaminationWalk }> {
  const part = await readExaminationPart(tools.hold.sql, walk, limit);
  const written = await examine(tools, part, false, (sql) => keepExamination(sql, part.walk, tools.now()));
  return { ...written, taken: part.tagIds.length + part.placements.length, walk: part.walk };
}

const NOTHING: ExaminedLot = { taken: 0, opened: [], closed: [] };

/**
 * Reads with no transaction open, so that nobody waits for it, then writes in one with `end`. What is read is never older
 * than what called for it, and nobody else writes findings meanwhile; what changes meanwhile has called again. Policies
 * may ask for the other findings, so that these are written first.
 */
async function examine(
  { hold, now }: ExaminationTools,
  { tagIds, placements }: { readonly tagIds: readonly bigint[]; readonly placements: readonly Placement[] },
  tells: boolean,
  end: (sql: Sql) => Promise<void>,
): Promise<WrittenDifferences> {
  hold.examined.note(tagIds);
  const found = joined([await examinePlacements(hold.sql, placements), await examineTags(hold.sql, tagIds)]);
  const at = now();
  const first = isNothing(found) ? [] : [await hold.transaction((sql) => writeDifferences(sql, found, { at, tells }))];
  const verdicts = await askPolicies(hold.sql, tagIds, at, { new: tells });
  const rest = await hold.transaction(async (sql) => {
    await end(sql);
    const written = [];
    for (const { isNews, differences } of verdicts)
      written.push(await writeDifferences(sql, differences, { at, tells: tells && isNews }));
    return written;
  });
  const all = [...first, ...rest];
  return { opened: all.flatMap(({ opened }) => opened), closed: all.flatMap(({ closed }) => closed) };
}

/** Compares the violations among these tags with those that are open; of policies that are new apart, where they are asked. */
async function askPolicies(
  sql: Sql,
  tagIds: readonly bigint[],
  now: Date,
  asking: { readonly new: boolean },
): Promise<readonly { readonly isNews: boolean; readonly differences: Differences }[]> {
  if (tagIds.length === 0) return [];
  const verdicts = [];
  const policies = await findPolicies(sql);
  const leftOut = policies.filter(({ unreadable, evaluated }) => unreadable !== null && evaluated !== null);
  if (leftOut.length > 0)
    await forgetVerdicts(
      sql,
      leftOut.map(({ id }) => id),
    );
  const asked = policies.filter((policy) => policy.unreadable === null && (asking.new || !isNew(policy)));
  for (const [isUnheard, those] of Map.groupBy(asked, isNew)) {
    const violations = await findViolations(sql, { tagIds, policies: those, now });
    const ids = those.map(({ id }) => id);
    const differences = await compareViolations(sql, tagIds, ids, violations);
    if (!isNothing(differences)) verdicts.push({ isNews: !isUnheard, differences });
  }
  return verdicts;
}

function joined(all: readonly Differences[]): Differences {
  return { open: all.flatMap(({ open }) => open), close: all.flatMap(({ close }) => close) };
}

function isNothing({ open, close }: Differences): boolean {
  return open.length + close.length === 0;
}
