import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { digestFromBytes, openCatalog, type Catalog } from '@strata/catalog';
import { anImage, anIndex } from '@strata/oci/testing';
import { openPusher } from '@strata/registry-client/testing';
import { follow, type Follower } from './parts/follow.js';
import { startDatabase, type TestDatabase } from './parts/start-database.js';
import { hookUrlOf, startProduct, type Product } from './parts/start-product.js';
import { startRegistry, type TestRegistry } from './parts/start-registry.js';
import { untilListening } from './parts/until-listening.js';
import { until } from './parts/until.js';

const SECRET = 'a-secret-of-the-journey';
const MINUTES = 60_000;
const PUSHES = 120;
/** The tag that is pushed when all others have arrived: the feed has one order, so who hears of it has heard everything. */
const LAST = 'last';

interface Told {
  readonly kind: string;
  readonly reference: string;
  readonly toDigest: string;
}

/** Every third push moves the tag of the one before to an index with one more platform. */
function imageOf(push: number) {
  const own = (platform: string) => anImage({ seed: `change ${push}`, layers: 1, platform });
  return push % 3 === 2 ? anIndex({ entries: [own('linux/amd64'), own('linux/arm64')] }) : own('linux/amd64');
}
const tagOf = (push: number): string => `v${push % 3 === 2 ? push - 1 : push}`;

describe('changes followed at two processes', () => {
  let database: TestDatabase;
  let registry: TestRegistry;
  let products: readonly Product[];
  let catalog: Catalog;
  let followers: readonly Follower<Told>[];

  beforeAll(async () => {
    database = await startDatabase();
    const whole = await startProduct({
      databaseUrl: database.url,
      leaseMs: 2_000,
      sources: async (ports) => {
        registry = await startRegistry({ hookUrl: hookUrlOf(ports, 'local'), secret: SECRET });
        return [{ name: 'local', registryUrl: registry.url, secret: SECRET }];
      },
    });
    const second = await startProduct({ databaseUrl: database.url, apps: ['graphql-api'], sources: () => [] });
    products = [whole, second];
    catalog = openCatalog({ databaseUrl: database.url, onError: () => undefined });
    followers = await Promise.all(
      products.map(({ graphqlUrl }) => follow<Told>(graphqlUrl, 'changes { kind reference toDigest }')),
    );
    await untilListening(catalog, 3);
  }, 2 * MINUTES);

  afterAll(async () => {
    for (const follower of followers) follower.close();
    await catalog.close();
    for (const product of products) await product.stop();
    await registry.remove();
    await database.remove();
  }, 2 * MINUTES);

  /** Until each tag is where its last push has left it. */
  async function untilAt(final: ReadonlyMap<string, string>): Promise<void> {
    await until(
      'every tag is where the last push has left it',
      async () => {
        const { rows } = await catalog.pool.query<{ name: string; digest: Buffer }>(
          'SELECT tag.name, digest FROM tag JOIN manifest ON manifest.id = manifest_id',
        );
        const arrived = rows.filter(({ name, digest }) => final.get(name) === digestFromBytes(digest));
        return arrived.length === final.size ? true : null;
      },
      { limitMs: 2 * MINUTES, everyMs: 200 },
    );
  }

  it(
    'are the same at both, without gaps and repeats, while the database crashes three times during pushes',
    async () => {
      const host = new URL(registry.url).host;
      const pusher = openPusher(new URL(registry.url));
      const pushing = (async () => {
        for (let push = 0; push < PUSHES; push += 1) await pusher.push('team/app', tagOf(push), imageOf(push));
      })();
      for (let crash = 0; crash < 3; crash += 1) {
        await new Promise((resolve) => setTimeout(resolve, 700));
        await database.crash();
      }
      await pushing;
      const final = new Map(Array.from({ length: PUSHES }, (_, push) => [tagOf(push), imageOf(push).digest]));
      await untilAt(final);
      final.set(LAST, imageOf(0).digest);
      await pusher.push('team/app', LAST, imageOf(0));
      await untilAt(final);
      await pusher.close();
      const { rows: written } = await catalog.pool.query<{ kind: string; reference: string }>(
        `SELECT upper(change.kind::text) AS kind, reference FROM change JOIN tag ON tag.id = tag_id
          WHERE change.kind <> 'tag_settled' ORDER BY xid, change.id`,
      );
      const isMove = ({ kind }: Told): boolean => kind.startsWith('TAG_');
      const isLast = ({ reference }: Told): boolean => reference === `${host}/team/app:${LAST}`;
      const all: (readonly Told[])[] = [];
      for (const { heard, ended } of followers) {
        await until('the last change was heard', () => (ended() !== null || heard.some(isLast) ? true : null));
        expect(ended()).toBeNull();
        all.push(heard.slice(0, heard.findIndex(isLast) + 1));
      }
      for (const told of all) {
        expect(told.filter(isMove).map(({ kind, reference }) => ({ kind, reference }))).toEqual(written);
        expect(told).toEqual(all[0]);
      }
      expect(written.filter(({ kind }) => kind === 'TAG_CREATED')).toHaveLength(final.size);
      const last = new Map(all[0]?.map(({ reference, toDigest }) => [reference, toDigest]));
      expect(last).toEqual(new Map([...final].map(([tag, digest]) => [`${host}/team/app:${tag}`, digest])));
    },
    4 * MINUTES,
  );
});
