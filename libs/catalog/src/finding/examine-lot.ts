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
import type { DesiredFinding, WritingFindings } from './write-findings.js';

/** What the policies say of some tags: all their violations among these, and of which policies these are all. */
export interface Violations {
  readonly policyIds: readonly number[];
  readonly violations: readonly DesiredFinding[];
}

/** Asks the policies; reads only. */
export type AskPolicies = (sql: Sql, tagIds: readonly bigint[]) => Promise<Violations>;

/** What the steps of an examination are given. */
export interface ExaminationTools {
  readonly hold: ExaminationHold;
  readonly askPolicies: AskPolicies;
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

/** Examines the next part of everything, and tells nobody: that it was so already is no news. Returns where it is then. */
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
  { hold, askPolicies, now }: ExaminationTools,
  { tagIds, placements }: { readonly tagIds: readonly bigint[]; readonly placements: readonly Placement[] },
  tells: boolean,
  end: (sql: Sql) => Promise<void>,
): Promise<WrittenDifferences> {
  const found = joined([await examinePlacements(hold.sql, placements), await examineTags(hold.sql, tagIds)]);
  const writing: WritingFindings = { at: now(), tells };
  const first = isNothing(found) ? NOTHING : await hold.transaction((sql) => writeDifferences(sql, found, writing));
  const { policyIds, violations } = await askPolicies(hold.sql, tagIds);
  const broken = await compareViolations(hold.sql, tagIds, policyIds, violations);
  const second = await hold.transaction(async (sql) => {
    await end(sql);
    return writeDifferences(sql, broken, writing);
  });
  return { opened: [...first.opened, ...second.opened], closed: [...first.closed, ...second.closed] };
}

function joined(all: readonly Differences[]): Differences {
  return { open: all.flatMap(({ open }) => open), close: all.flatMap(({ close }) => close) };
}

function isNothing({ open, close }: Differences): boolean {
  return open.length + close.length === 0;
}
