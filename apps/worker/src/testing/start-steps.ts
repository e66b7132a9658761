import {
  findConfigBytes,
  gather,
  readKnown,
  recordEvents,
  recordSources,
  takeDueEvents,
  type Catalog,
  type HandOverLimits,
} from '@strata/catalog';
import { freshDatabase, type FreshDatabase } from '@strata/catalog/testing';
import { blobsOf, manifestsOf, type ManifestFixture } from '@strata/oci/testing';
import { LIMITS, openRegistry, type Registry } from '@strata/registry-client';
import { startFakeRegistry, type FakeRegistry, type FakeRegistryOptions } from '@strata/registry-client/testing';
import type { RegistryEvent } from '@strata/registry-events';
import { createLogger } from '@strata/runtime';
import { openCommitter } from '../committer.js';
import { handleEvents } from '../handle-events.js';
import { openLeases } from '../leases.js';
import { openMemoryBudget } from '../memory-budget.js';
import { oneAtATime } from '../one-at-a-time.js';
import { openSourceHealth } from '../source-health.js';
import type { Tools } from '../tools.js';

/** The host under which the scene's images are catalogued. */
export const HOST = 'registry.example';

/** The steps of the worker between a real database and a fake registry; nothing runs unless it is called. */
export interface Steps {
  readonly database: FreshDatabase;
  readonly catalog: Catalog;
  readonly registry: FakeRegistry;
  readonly client: Registry;
  readonly tools: Tools;
  /** Another worker on the same database; ends with the scene. */
  anotherWorker(): Tools;
  /** Moves the worker's clock; the database's stays. */
  advance(byMs: number): void;
  /** Puts something with everything that belongs to it into the registry, without an event; `without` is left out. */
  put(repository: string, tag: string | null, manifest: ManifestFixture, without?: readonly ManifestFixture[]): void;
  /** Takes events in, as the hook does. */
  receive(...events: readonly RegistryEvent[]): Promise<void>;
  /** Hands over what is due and works on it; returns how many events that were. */
  round(tools?: Tools, limits?: Partial<HandOverLimits>): Promise<number>;
  /** Works until nothing is left to do, as if every wait were over at once; throws after `rounds`. */
  settle(rounds?: number): Promise<void>;
  rows<Row extends object>(text: string, values?: unknown[]): Promise<readonly Row[]>;
  /** The columns of every row of the inbox, oldest first. */
  inbox(columns: string): Promise<readonly object[]>;
  /** Empties the catalog but for the source. */
  forget(): Promise<void>;
  end(): Promise<void>;
}

/** Starts them. */
export async function startSteps(
  options: FakeRegistryOptions & { readonly idleTimeoutMs?: number; readonly leaseMs?: number } = {},
): Promise<Steps> {
  const database = await freshDatabase();
  const { catalog } = database;
  const registry = await startFakeRegistry({ checkReferences: false, ...options });
  const sources = await recordSources(catalog, [{ name: 'one', dialect: 'distribution', registryHost: HOST }]);
  const sourceId = sources.get('one') ?? 0;
  let aheadMs = 0;
  const nowMs = (): number => Date.now() + aheadMs;
  let pausesOverMs = 0;
  const workers: { readonly tools: Tools; readonly client: Registry }[] = [];
  const startWorker = () => {
    const client = openRegistry(
      { baseUrl: registry.url, credentials: null, allowPrivateNetwork: true },
      { idleTimeoutMs: options.idleTimeoutMs ?? 2_000, now: () => nowMs() + pausesOverMs },
    );
    const worker = { tools: openTools(catalog, client, nowMs, options.leaseMs ?? 60_000), client };
    workers.push(worker);
    return worker;
  };
  const { tools, client } = startWorker();
  const anotherWorker = () => startWorker().tools;

  const round: Steps['round'] = async (by = tools, limits = {}) => {
    const handed = await takeDueEvents(catalog, { queuedPerSource: 1_000, leaseMs: by.leases.leaseMs, ...limits });
    await handleEvents(handed, by);
    return handed.length;
  };
  const rows = async <Row extends object>(text: string, values: unknown[] = []): Promise<readonly Row[]> =>
    (await catalog.pool.query<Row>(text, values)).rows;
  return {
    ...{ database, catalog, registry, client, tools, anotherWorker, round, rows },
    advance: (byMs) => void (aheadMs += byMs),
    put(repository, tag, manifest, without = []) {
      const here = manifestsOf(manifest).filter(({ digest }) => !without.some((absent) => absent.digest === digest));
      for (const blob of here.flatMap(blobsOf)) registry.putBlob(repository, blob.bytes);
      for (const one of here) registry.put(repository, one === manifest ? tag : null, one);
    },
    receive: async (...events) => void (await recordEvents(catalog, { sourceId, events, receivedAt: new Date() })),
    async settle(limit = 40) {
      for (let left = limit; left > 0; left -= 1) {
        pausesOverMs += LIMITS.retryAfterMs;
        await catalog.pool.query(`UPDATE source SET paused_until = NULL`);
        await catalog.pool.query(`UPDATE inbox SET next_at = now() WHERE state = 'new'`);
        if ((await round()) === 0) return;
      }
      throw new Error(`there is still something to do after ${limit} rounds`);
    },
    inbox: (columns) => rows(`SELECT ${columns} FROM inbox ORDER BY id`),
    async forget() {
      registry.behave();
      registry.content.repositories.clear();
      registry.content.blobs.clear();
      registry.forgetRequests();
      await catalog.pool.query(
        `TRUNCATE inbox, tag_interval, tag, repository_manifest, index_entry, image_layer, manifest_document, manifest, image_config, layer`,
      );
      await catalog.pool.query(`UPDATE source SET paused_until = NULL, state = 'healthy', state_reason = NULL`);
    },
    async end() {
      for (const worker of workers) worker.tools.leases.close();
      await Promise.all(workers.map((worker) => worker.client.close()));
      await registry.close();
      await database.drop();
    },
  };
}

function openTools(catalog: Catalog, client: Registry, nowMs: () => number, leaseMs: number): Tools {
  const logger = createLogger({ name: 'test', level: 'silent' });
  const now = (): Date => new Date(nowMs());
  const reads = { atOnce: 2, max: 128 } as const;
  return {
    ...{ catalog, logger, now },
    readKnown: gather((questions) => readKnown(catalog.pool, questions), reads),
    findConfig: gather((digests) => findConfigBytes(catalog.pool, digests), reads),
    registryOf: (name) => (name === 'one' ? client : null),
    health: openSourceHealth(catalog, nowMs),
    committer: openCommitter({ catalog, now }),
    leases: openLeases(catalog, leaseMs, logger),
    memory: openMemoryBudget(),
    suspects: oneAtATime(),
    random: () => 0.5,
    stopping: new AbortController().signal,
  };
}
