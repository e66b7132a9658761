import { claimCrawl, findCrawl, requestCrawl, type CrawlRun, type HeldCrawl } from '@strata/catalog';
import { startSteps, type Steps } from '../../testing/start-steps.js';
import type { Tools } from '../../tools.js';
import { walkOne, type CrawledSource, type CrawlerOptions } from '../crawler.js';

/** A crawl's share of the steps: a fake registry, a real database, and crawls that run when they are told to. */
export interface CrawlScene {
  readonly steps: Steps;
  /** Asks for a crawl and walks it to its end. What it calls for is worked on at the same time. */
  crawl(options?: CrawlOptions): Promise<CrawlRun>;
  /** The live tags of the catalog, and what they point at. */
  tags(): Promise<ReadonlyMap<string, string>>;
  /** The same, as the registry has them. */
  registryTags(): ReadonlyMap<string, string>;
  /** How often the registry was asked for what. */
  asked(): { readonly heads: number; readonly manifests: number; readonly configs: number; readonly lists: number };
  forget(): Promise<void>;
  end(): Promise<void>;
}

/** Which crawl, and by whom. */
export interface CrawlOptions {
  readonly repository?: string;
  readonly sample?: boolean;
  readonly confirmed?: boolean;
  readonly tools?: Partial<Tools>;
  readonly settings?: Partial<CrawledSource>;
  readonly onStep?: CrawlerOptions['onStep'];
}

const SETTINGS: CrawledSource = {
  source: 'one',
  fullEveryMs: null,
  sampleEveryMs: null,
  dirtyEveryMs: null,
  concurrency: 4,
  repositories: [],
  manifestBudget: 100,
};

/** Starts it. */
export async function startCrawlScene(): Promise<CrawlScene> {
  const steps = await startSteps({ leaseMs: 60_000 });
  const { registry, catalog } = steps;
  const walk = async (held: HeldCrawl, { tools, settings, onStep = () => undefined }: CrawlOptions): Promise<void> => {
    const shared = { ...steps.tools, ...tools };
    const options = { tools: shared, sources: [{ ...SETTINGS, ...settings }], onStep };
    let isWalking = true;
    const walking = walkOne(held, options, shared).finally(() => (isWalking = false));
    while (isWalking) {
      await steps.settle();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await walking;
  };
  return {
    steps,
    async crawl(options = {}) {
      const { repository = null, sample = false, confirmed = false } = options;
      const now = steps.tools.now();
      const asked = await requestCrawl(catalog.pool, {
        source: 'one',
        repository,
        sample,
        confirmed,
        trigger: 'request',
        now,
      });
      const held = await claimCrawl(catalog, { sources: ['one'], leaseMs: 60_000, now });
      if (held === null || asked === null) throw new Error('there is no crawl to walk');
      await walk(held, options);
      const run = await findCrawl(catalog.pool, held.id);
      if (run === null) throw new Error('the crawl has gone');
      return run;
    },
    async tags() {
      const rows = await steps.rows<{ name: string; digest: string }>(
        `SELECT repository.name || ':' || tag.name AS name, 'sha256:' || encode(substr(digest, 2), 'hex') AS digest
           FROM tag JOIN repository ON repository.id = repository_id JOIN manifest ON manifest.id = manifest_id`,
      );
      return new Map(rows.map(({ name, digest }) => [name, digest]));
    },
    registryTags: () =>
      new Map(
        [...registry.content.repositories].flatMap(([name, { tags }]) =>
          [...tags].map(([tag, digest]) => [`${name}:${tag}`, digest] as const),
        ),
      ),
    asked() {
      const count = (method: string, path: RegExp) =>
        registry.requests.filter((one) => one.method === method && path.test(one.path)).length;
      return {
        heads: count('HEAD', /\/manifests\//),
        manifests: count('GET', /\/manifests\//),
        configs: count('GET', /\/blobs\//),
        lists: count('GET', /_catalog|tags\/list/),
      };
    },
    async forget() {
      await catalog.pool.query('TRUNCATE crawl_run, crawl_absence');
      await steps.forget();
    },
    end: () => steps.end(),
  };
}
