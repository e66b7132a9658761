import { randomBytes, randomUUID } from 'node:crypto';
import { inTransaction, readKnown, recordWebhooks, writeTags, type Catalog } from '@strata/catalog';
import { aScene, freshDatabase, waitForChanges } from '@strata/catalog/testing';
import { anImage, anIndex, type ManifestFixture } from '@strata/oci/testing';
import { createLogger } from '@strata/runtime';
import type { AttemptOutcome, TellTools, ToldWebhook } from '../tell-tools.js';
import { openReceiver, openTeller, openTelling } from '../teller.js';
import { startReceiver, type TestReceiver } from './start-receiver.js';

/** What tags of a scene point at. */
export const IMAGES = { amd64: anImage({ seed: 'a' }), arm64: anImage({ seed: 'b', platform: 'linux/arm64' }) };

/** Runs on both of them. */
export const BOTH = anIndex({ entries: [IMAGES.amd64, IMAGES.arm64] });

/** The database and a clock, for telling receivers of changes; nothing is told unless it is called. */
export interface TellScene {
  readonly catalog: Catalog;
  readonly secret: string;
  /** Outcomes of attempts, in their order. */
  readonly outcomes: readonly string[];
  receiver(): Promise<TestReceiver>;
  /** A webhook with loopback allowed. */
  webhook(receiver: TestReceiver, settings?: Partial<ToldWebhook>): ToldWebhook;
  /** Another process that tells these webhooks, round by round: each call is a round for each of them. */
  process(...webhooks: readonly ToldWebhook[]): Promise<() => Promise<void>>;
  /** Another process that tells by itself. */
  teller(...webhooks: readonly ToldWebhook[]): Promise<void>;
  /** Points tags elsewhere in one transaction; null deletes them. Resolves when it may be told. */
  tag(names: readonly string[], target: ManifestFixture | null, actor?: string): Promise<void>;
  advance(byMs: number): void;
  rows<Row extends object>(text: string): Promise<readonly Row[]>;
  forget(): Promise<void>;
  end(): Promise<void>;
}

/** Starts it. */
export async function startTellScene(): Promise<TellScene> {
  const database = await freshDatabase();
  const { catalog } = database;
  const scene = await aScene(catalog);
  const repositoryId = await scene.repository('team/app');
  for (const manifest of [IMAGES.amd64, IMAGES.arm64, BOTH]) await scene.write(repositoryId, manifest);
  const outcomes: string[] = [];
  const closers: (() => Promise<unknown>)[] = [];
  const stopping = new AbortController();
  let aheadMs = 0;
  const now = (): Date => new Date(Date.now() + aheadMs);
  const tools: TellTools = {
    ...{ catalog, now, random: () => 0.5, logger: createLogger({ name: 'test', level: 'silent' }) },
    ...{ closing: stopping.signal, stopping: stopping.signal },
    onAttempt: (webhook: string, outcome: AttemptOutcome) => void outcomes.push(`${webhook} ${outcome}`),
  };
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  const record = (webhooks: readonly ToldWebhook[]): Promise<ReadonlyMap<string, number>> =>
    recordWebhooks(
      catalog,
      webhooks.map(({ name, url }) => ({ name, target: url.origin, addressHash: Buffer.from(url.href) })),
      now(),
    );
  return {
    ...{ catalog, secret, outcomes },
    async receiver() {
      const receiver = await startReceiver();
      closers.push(() => receiver.close());
      return receiver;
    },
    webhook: ({ url }, settings = {}) => ({
      ...{ name: 'ops', url, format: 'standard', secrets: [secret], kinds: null, where: null, minimumSeverity: 'low' },
      ...{ allowPrivateNetwork: true, headers: {}, timeoutMs: 2_000 },
      rate: { requestsPerSecond: null, concurrency: 4 },
      ...settings,
    }),
    async process(...webhooks) {
      const ids = await record(webhooks);
      const holder = randomUUID();
      const receivers = webhooks.map((webhook) => openReceiver(webhook, ids.get(webhook.name) ?? -1));
      closers.push(
        ...receivers.map(
          ({ poster }) =>
            () =>
              poster.close(),
        ),
      );
      const steps = receivers.map((receiver) => openTelling(receiver, holder, tools));
      return async () => void (await Promise.all(steps.map((step) => step())));
    },
    async teller(...webhooks) {
      const ending = new AbortController();
      const teller = await openTeller(webhooks, { ...tools, stopping: ending.signal });
      closers.push(() => {
        ending.abort();
        return teller.close();
      });
    },
    async tag(names, target, actor) {
      const known = await readKnown(
        catalog.pool,
        names.map((tag) => ({ repositoryId, tag, digests: target === null ? [] : [target.digest] })),
      );
      const { rows } = await catalog.pool.query<{ id: bigint; digest: string }>(
        `SELECT id, 'sha256:' || encode(substr(digest, 2), 'hex') AS digest FROM manifest`,
      );
      const manifestId = rows.find(({ digest }) => digest === target?.digest)?.id ?? null;
      const about = { repositoryId, registryHost: 'one.example', repository: 'team/app', manifestId, pushedAt: null };
      const seen = { observedAt: now(), actor: actor ?? null, via: 'event' } as const;
      await inTransaction(catalog, (sql) =>
        writeTags(
          sql,
          names.map((tag, index) => ({ ...about, ...seen, tag, version: known[index]?.tagVersion ?? 0 })),
        ),
      );
      await waitForChanges(catalog.pool);
    },
    advance: (byMs) => void (aheadMs += byMs),
    rows: async <Row extends object>(text: string) => (await catalog.pool.query<Row>(text)).rows,
    async forget() {
      outcomes.length = 0;
      aheadMs = 0;
      for (const close of closers.splice(0).reverse()) await close();
      await catalog.pool.query('TRUNCATE delivery, webhook, change, tag_interval, tag');
    },
    async end() {
      for (const close of closers.splice(0).reverse()) await close();
      await database.drop();
    },
  };
}
