import { setTimeout as sleep } from 'node:timers/promises';
import {
  advanceCrawl,
  countOpenCrawlWork,
  countScopedTags,
  findKnownRepositories,
  findSampledTags,
  findUnseenTags,
  finishCrawl,
  inTransaction,
  markDirty,
  type HeldCrawl,
  type ScopedTag,
} from '@strata/catalog';
import { crawlManifests } from './crawl-manifests.js';
import { compareTags, writeCompared } from './crawl-tags.js';
import type { Walk } from './crawl-tools.js';
import { Cursor, FIRST_LISTING, cursorAt, type ListingPlace, type Place } from './cursor.js';
import { questionOf, removeAbsences } from './judge-absences.js';
import { LOT_SIZE, lotsOf, type Lot } from './list-lots.js';
import { writeBehind } from './write-behind.js';

/** A place in the walk through tags that the catalog has. */
type OwnTags = Extract<Place, { readonly phase: 'unseen' | 'sample' }>;

/** How a crawl ended. */
export interface CrawlEnd {
  readonly state: 'complete' | 'incomplete' | 'asking';
  /** For people; null where all went well. */
  readonly error: string | null;
}

/** What the catalog calls a repository at most this often is walked in one page, where the registry lists none. */
const REPOSITORIES_PER_PAGE = 500;

/** A crawl is over without the rest when so long nothing of the work that it called for has been done. */
const SETTLE_LIMIT_MS = 30 * 60_000;

const SETTLE_TICK_MS = 200;

/**
 * Walks a crawl from where it stands to its end: the lists, then what we have and they did not show, then manifests
 * that nothing lists; at last it is decided whether what was found gone may be removed. Throws `StaleCrawlError`
 * when another worker has it, and the reason of an abort; the row says where to go on.
 */
export async function walkCrawl(walk: Walk): Promise<CrawlEnd> {
  let cursor = await startOf(walk);
  for (;;) {
    const { at } = cursor;
    switch (at.phase) {
      case 'listing':
        cursor = await walkLists(walk, cursor, at);
        break;
      case 'unseen':
      case 'sample':
        cursor = await walkOwnTags(walk, cursor, at);
        break;
      case 'manifests':
        cursor = await walkManifests(walk, cursor, at.asked);
        break;
      case 'judging': {
        const question = await questionOf(walk, cursor);
        if (question !== null) return ask(walk, question);
        cursor = await moveTo(walk, { ...cursor, at: { phase: 'removing' } });
        break;
      }
      case 'removing':
        while (await removeAbsences(walk, cursor));
        cursor = await moveTo(walk, { ...cursor, at: { phase: 'settling' } });
        break;
      case 'settling':
        return endOf(cursor, await settle(walk));
    }
  }
}

/** Ends the crawl in its row. */
export async function endCrawl({ crawl, tools }: Walk, end: CrawlEnd): Promise<void> {
  await inTransaction(tools.catalog, (sql) => finishCrawl(sql, crawl, { ...end, now: tools.now() }));
}

async function startOf(walk: Walk): Promise<Cursor> {
  const { crawl, tools } = walk;
  if (crawl.cursor !== null) return Cursor.parse(crawl.cursor);
  const tags = await countScopedTags(tools.catalog.pool, crawl);
  if (crawl.kind !== 'sample') return moveTo(walk, cursorAt(FIRST_LISTING), tags);
  const oneIn = sampleRate(tags);
  const lot = Math.floor(tools.random() * oneIn);
  return moveTo(
    walk,
    { ...cursorAt({ phase: 'sample', after: null, lot }), sampleOneIn: oneIn },
    Math.ceil(tags / oneIn),
  );
}

const SMALLEST_SAMPLE = 10;
const LARGEST_SAMPLE = 10_000;

/** One in a hundred, but neither so few that it says nothing nor so many that it is a crawl of its own. */
function sampleRate(tags: number): number {
  return Math.max(1, Math.min(100, Math.floor(tags / SMALLEST_SAMPLE)), Math.ceil(tags / LARGEST_SAMPLE));
}

async function moveTo({ crawl, tools }: Walk, cursor: Cursor, expected = 0): Promise<Cursor> {
  await advanceCrawl(tools.catalog.pool, crawl, { cursor, seen: 0, repaired: 0, removed: 0, expected });
  return cursor;
}

async function walkLists(walk: Walk, from: Cursor, at: ListingPlace): Promise<Cursor> {
  const { crawl, tools, registry, ask, repositories } = walk;
  const findKnown = (after: string) =>
    findKnownRepositories(tools.catalog.pool, crawl.sourceId, {
      ...{ besides: repositories, after, limit: REPOSITORIES_PER_PAGE },
    });
  const lists = {
    registry,
    ask,
    signal: tools.stopping,
    repository: crawl.repository,
    configured: repositories,
    findKnown,
  };
  let cursor = from;
  const nextOf = (lot: Lot, unanswered: number): Cursor => ({
    ...cursor,
    at: lot.next ?? { phase: 'unseen', after: null },
    unlisted: [...cursor.unlisted, ...lot.unlisted.map(({ repository }) => repository)],
    remark: lot.listsNothing === null ? cursor.remark : remarkOn(lot.listsNothing.message),
    unanswered: cursor.unanswered + unanswered,
  });
  await writeBehind(
    lotsOf(lists, at),
    (lot) => compareTags(walk, lot.tags),
    (lot, compared) =>
      writeCompared(walk, compared, { ahead: lot.ahead, next: (more) => (cursor = nextOf(lot, more)) }),
  );
  return cursor;
}

function remarkOn(message: string): string {
  return `the registry does not list its repositories (${message}): those that are configured or known were walked`;
}

/** Tags of ours: those that the lists did not show, or a sample of them. */
async function walkOwnTags(walk: Walk, from: Cursor, at: OwnTags): Promise<Cursor> {
  let cursor = from;
  await writeBehind(
    lotsOfOwn(walk, from, at),
    ({ tags }) => compareTags(walk, tags),
    ({ next }, compared) =>
      writeCompared(walk, compared, {
        ahead: 0,
        next: (more) => (cursor = { ...cursor, at: next, unanswered: cursor.unanswered + more }),
      }),
  );
  return moveTo(walk, {
    ...cursor,
    at: at.phase === 'sample' ? { phase: 'judging' } : { phase: 'manifests', asked: 0 },
  });
}

async function* lotsOfOwn(
  walk: Walk,
  cursor: Cursor,
  from: OwnTags,
): AsyncGenerator<{ readonly tags: readonly ScopedTag[]; readonly next: OwnTags }> {
  for (let at = from; ;) {
    const tags = await nextOwnTags(walk, cursor, at);
    const last = tags.at(-1);
    if (last === undefined) return;
    at = { ...at, after: { repositoryId: String(last.repositoryId), tag: last.tag } };
    yield { tags, next: at };
  }
}

function nextOwnTags(
  { crawl, tools }: Walk,
  { unlisted, sampleOneIn }: Cursor,
  at: OwnTags,
): Promise<readonly ScopedTag[]> {
  const after = at.after === null ? null : { repositoryId: BigInt(at.after.repositoryId), tag: at.after.tag };
  const page = { after, limit: LOT_SIZE };
  return at.phase === 'unseen'
    ? findUnseenTags(tools.catalog.pool, crawl, { ...page, besides: unlisted })
    : findSampledTags(tools.catalog.pool, crawl, { ...page, lot: at.lot, oneIn: sampleOneIn ?? 1 });
}

async function walkManifests(walk: Walk, from: Cursor, askedBefore: number): Promise<Cursor> {
  let cursor = from;
  for (let asked = askedBefore; asked < walk.manifestBudget;) {
    const now = await crawlManifests(walk, {
      limit: walk.manifestBudget - asked,
      besides: cursor.unlisted,
      cursor: (more, unanswered) =>
        (cursor = {
          ...cursor,
          at: { phase: 'manifests', asked: asked + more },
          unanswered: cursor.unanswered + unanswered,
        }),
    });
    if (now === 0) break;
    asked += now;
  }
  return moveTo(walk, { ...cursor, at: { phase: 'judging' } });
}

/** A sample does not ask people: it calls for a crawl of everything, which will. */
async function ask({ crawl, tools }: Walk, question: string): Promise<CrawlEnd> {
  if (crawl.kind !== 'sample') return { state: 'asking', error: question };
  await markDirty(tools.catalog.pool, crawl.sourceId, tools.now());
  return { state: 'incomplete', error: question };
}

/** Waits for the work that the crawl called for; returns how much of it is left when nothing moves any more. */
async function settle({ crawl, tools }: Walk): Promise<number> {
  let left = await countOpenCrawlWork(tools.catalog.pool, crawl.id);
  let movedAt = tools.now().getTime();
  while (left > 0 && tools.now().getTime() - movedAt < SETTLE_LIMIT_MS) {
    await sleep(SETTLE_TICK_MS, undefined, { signal: tools.stopping });
    const still = await countOpenCrawlWork(tools.catalog.pool, crawl.id);
    if (still !== left) movedAt = tools.now().getTime();
    left = still;
  }
  return left;
}

function endOf({ unlisted, unanswered, remark }: Cursor, left: number): CrawlEnd {
  const gaps = [
    unlisted.length === 0
      ? null
      : `the tags of ${unlisted.length} repositories could not be listed (${unlisted.slice(0, 3).join(', ')})`,
    unanswered === 0 ? null : `${unanswered} questions about tags and manifests had no answer`,
    left === 0 ? null : `${left} repairs are still under way`,
  ].filter((gap) => gap !== null);
  if (gaps.length > 0)
    return { state: 'incomplete', error: [...gaps, remark].filter((gap) => gap !== null).join('; ') };
  return { state: 'complete', error: remark };
}

/** Where the crawl stands, for the log. */
export function describeCrawl({ id, source, kind, repository, trigger }: HeldCrawl) {
  return { crawl: String(id), source, kind, trigger, ...(repository === null ? {} : { repository }) };
}
