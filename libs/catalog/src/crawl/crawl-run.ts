import type { CrawlKind, CrawlState, CrawlTrigger } from '../stored-words.js';

/** One walk through a registry, or through a part of it. */
export interface CrawlRun {
  readonly id: bigint;
  readonly sourceId: number;
  readonly source: string;
  readonly kind: CrawlKind;
  /** Set for a crawl of one repository. */
  readonly repository: string | null;
  readonly trigger: CrawlTrigger;
  /** Somebody has allowed it to remove as much as it finds gone. */
  readonly confirmed: boolean;
  readonly state: CrawlState;
  /** When it was asked for; once it has begun, when it began. */
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  /** Objects (tags, and manifests asked for by digest) that the registry has answered for. */
  readonly seen: number;
  /** Those of them that the catalog did not have, or had otherwise. */
  readonly repaired: number;
  /** Objects of the catalog that are gone at the registry. */
  readonly removed: number;
  /** How many it will see, as far as is known; null before it has begun. */
  readonly expected: number | null;
  /** What it is waiting for, or what it could not do, for people. */
  readonly error: string | null;
}

/** A crawl that one worker walks. Whatever is written on behalf of it is written only while `generation` still holds. */
export interface HeldCrawl extends CrawlRun {
  readonly generation: number;
  /** Where to go on, as the worker wrote it; null at the beginning. */
  readonly cursor: unknown;
}

/** Says that another worker has taken over: nothing of this one may be written any more. */
export class StaleCrawlError extends Error {
  override readonly name = 'StaleCrawlError';
  constructor({ id, generation }: Pick<HeldCrawl, 'id' | 'generation'>) {
    super(`crawl ${id} is no longer held in generation ${generation}`);
  }
}

/** The columns of a `CrawlRun`, from `crawl_run AS run JOIN source`. */
export const CRAWL_COLUMNS = `
  run.id, run.source_id AS "sourceId", source.name AS source, run.kind, run.repository, run.trigger, run.confirmed,
  run.state, run.started_at AS "startedAt", run.finished_at AS "finishedAt", run.seen, run.repaired, run.removed,
  run.expected, run.error`;

/** Objects put right per thousand seen or gone: how far the events of a source alone can be trusted. 0 for a crawl that met nothing. */
export function driftPerMille({ seen, repaired, removed }: Pick<CrawlRun, 'seen' | 'repaired' | 'removed'>): number {
  const objects = seen + removed;
  return objects === 0 ? 0 : ((repaired + removed) * 1_000) / objects;
}
