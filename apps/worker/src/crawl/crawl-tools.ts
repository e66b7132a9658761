import type { HeldCrawl } from '@strata/catalog';
import type { Registry } from '@strata/registry-client';
import type { Tools } from '../tools.js';
import type { AskPatiently } from './ask-patiently.js';

/** What the operator decides about the crawls of one source. */
export interface CrawlSettings {
  /** Questions of a crawl under way at once. */
  readonly concurrency: number;
  /** Repositories to walk where the registry does not list them. */
  readonly repositories: readonly string[];
  /** How many manifests without a tag a full crawl asks for at most. */
  readonly manifestBudget: number;
}

/** What one step of a crawl has brought. */
export interface Tally {
  readonly seen: number;
  readonly repaired: number;
  readonly removed: number;
}

/** One crawl while a worker walks it. */
export interface Walk extends CrawlSettings {
  readonly crawl: HeldCrawl;
  readonly tools: Tools;
  readonly registry: Registry;
  readonly ask: AskPatiently;
  /** What it has brought so far, whoever walked it. */
  readonly tally: () => Tally;
  /** Adds what a step has brought, once that is committed. */
  readonly count: (step: Tally) => void;
}
