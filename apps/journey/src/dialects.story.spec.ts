import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freshDatabase, type FreshDatabase } from '@strata/catalog/testing';
import { anImage, anIndex } from '@strata/oci/testing';
import { pushImage, startFakeRegistry, type FakeRegistry } from '@strata/registry-client/testing';
import { dialectNames, dialectOf, type DialectName } from '@strata/registry-events';
import { ask } from './parts/ask.js';
import { tellers, type ToldImage } from './parts/deliveries.js';
import { startIssuer, type Issuer } from './parts/start-issuer.js';
import { startProduct, type Product } from './parts/start-product.js';
import { deliveryOf, toldSource } from './parts/tell-hook.js';
import { until } from './parts/until.js';

const SECONDS = 1_000;
const REPOSITORY = 'team/app';
const base = anImage({ seed: 'base', layers: 2 });
const index = anIndex({
  entries: [
    anImage({ seed: 'told', base, layers: 1, platform: 'linux/amd64' }),
    anImage({ seed: 'told', layers: 1, platform: 'linux/arm64/v8' }),
  ],
});

let database: FreshDatabase;
let registry: FakeRegistry;
let issuer: Issuer;
let product: Product;

const hostOf = (dialect: DialectName): string => `${dialect}.example`;
const servedAs = (dialect: DialectName): string => tellers[dialect].servedAs?.(REPOSITORY) ?? REPOSITORY;

beforeAll(async () => {
  database = await freshDatabase();
  registry = await startFakeRegistry({ record: false });
  issuer = await startIssuer();
  for (const repository of new Set(dialectNames.map(servedAs))) {
    await pushImage(registry.url, repository, '1.4.2', index);
  }
  product = await startProduct({
    databaseUrl: database.url,
    sources: () =>
      dialectNames.map((dialect) => ({
        ...toldSource(dialect, issuer.url),
        name: dialect,
        dialect,
        host: hostOf(dialect),
        registryUrl: registry.url.origin,
      })),
  });
}, 60 * SECONDS);
afterAll(async () => {
  await product.stop();
  await issuer.stop();
  await registry.close();
  await database.drop();
}, 60 * SECONDS);

const image = (id: string, changes: Partial<ToldImage> = {}): ToldImage => ({
  ...{ id, repository: REPOSITORY, tag: '1.4.2' },
  ...{ digest: index.digest, mediaType: index.mediaType, bytes: index.bytes },
  ...changes,
});

async function tell(dialect: DialectName, told: ToldImage): Promise<number> {
  const { url, headers, body } = deliveryOf(dialect, told, product.hookUrl(dialect), issuer);
  const answer = await fetch(url, { method: 'POST', headers, body, redirect: 'manual' });
  await answer.arrayBuffer();
  return answer.status;
}

const QUESTION = `query ($reference: String!) {
  tag(reference: $reference) { name digest totalBytes platforms { name } images { digest platform { name } } } }`;

/** What the catalog says of a tag, without the name of its registry. */
async function graphOf(reference: string): Promise<{ digest: string; images: unknown[] } | null> {
  const { tag } = await ask<{ tag: { digest: string; images: unknown[] } | null }>(product.graphqlUrl, QUESTION, {
    reference,
  });
  return tag;
}

describe.each(dialectNames)('a push that %s tells of', (dialect) => {
  it(
    'is answered as this sender needs it, and ends in the same graph as every other',
    async () => {
      expect(await tell(dialect, image(`push-${dialect}`))).toBe(dialectOf(dialect).sender.acceptedStatus);
      const reference = `${hostOf(dialect)}/${servedAs(dialect)}:1.4.2`;
      const graph = await until(`${reference} is catalogued`, async () => {
        const found = await graphOf(reference);
        return found?.images.length === 2 ? found : null;
      });
      expect(graph).toEqual({
        name: '1.4.2',
        digest: index.digest,
        totalBytes: expect.any(Number),
        platforms: [{ name: 'linux/amd64' }, { name: 'linux/arm64' }],
        images: index.children.map(({ digest }) => expect.objectContaining({ digest })),
      });
    },
    60 * SECONDS,
  );

  it(
    'is not believed: what the registry does not hold is nowhere in the graph',
    async () => {
      const invented = anImage({ seed: `invented by ${dialect}` });
      const { digest, mediaType, bytes } = invented;
      await tell(dialect, image(`forged-${dialect}`, { tag: 'forged', digest, mediaType, bytes }));
      await until('the event was looked at', async () => {
        const { rows } = await database.catalog.pool.query(
          `SELECT FROM inbox JOIN source ON source.id = source_id
            WHERE source.name = $1 AND tag = 'forged' AND root_id IS NULL AND (looks > 0 OR inbox.state = 'done')`,
          [dialect],
        );
        return rows.length > 0 ? true : null;
      });
      expect(await graphOf(`${hostOf(dialect)}/${servedAs(dialect)}:forged`)).toBeNull();
    },
    60 * SECONDS,
  );
});

it('all of them left one and the same graph behind', async () => {
  const graphs = await Promise.all(
    dialectNames.map((dialect) => graphOf(`${hostOf(dialect)}/${servedAs(dialect)}:1.4.2`)),
  );
  for (const graph of graphs) expect(graph).toEqual(graphs[0]);
});
