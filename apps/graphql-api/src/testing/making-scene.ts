import { createToken, type StoredTokenScope, type TextFilter } from '@strata/catalog';
import { freshDatabase, type FreshDatabase } from '@strata/catalog/testing';
import { anArtifact, anImage, anIndex, blobsOf, manifestsOf, type ManifestFixture } from '@strata/oci/testing';
import { startFakeRegistry, type FakeRegistry, type RecordedRequest } from '@strata/registry-client/testing';
import type { SourceConfig } from '@strata/runtime';
import { rememberedQuestions } from '../persisted/persisted-questions.js';
import { push } from './push.js';
import { minute } from './small-catalog.js';
import { startApi, type Answer, type TestApi } from './start-api.js';

/** The registry that we may write to, under the name of its images. */
export const ONE = 'one.example';
/** The one that we may only read. */
export const TWO = 'two.example';

/** What lies in the registries of the scene. */
export const images = {
  amd64: anImage({ seed: 'making', platform: 'linux/amd64' }),
  arm64: anImage({ seed: 'making', platform: 'linux/arm64' }),
  docker: anImage({ seed: 'making-docker', platform: 'linux/amd64', format: 'docker' }),
  annotated: anImage({ seed: 'annotated', annotations: { team: 'web' } }),
  both: anIndex({ entries: [anImage({ seed: 'b', platform: 'linux/s390x' })], attestations: 'classic' }),
  artifact: anArtifact(),
} as const;

/** Two registries, a catalog that knows what they hold, and an API that may write to the first of them. */
export interface MakingScene {
  readonly db: FreshDatabase;
  readonly writable: FakeRegistry;
  readonly readable: FakeRegistry;
  readonly api: TestApi;
  /** Asks with a token of that name: `assemble`, `read`, `admin`, or `team`, which is for `team/*` alone; null for none. */
  ask(query: string, input: object, as: string | null): Promise<Answer>;
  /** The requests that wrote something, or tried to. */
  writes(registry: FakeRegistry): readonly RecordedRequest[];
  /** The tags of a repository of the first registry. */
  tagsOf(repository: string): readonly string[];
  /** The events, as far as the scene looks at them. */
  inbox(): Promise<readonly Record<string, unknown>[]>;
  /** Removes what was made, and what was remembered of it. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

const HELD: readonly (readonly [string, string, ManifestFixture])[] = [
  [ONE, 'team/amd', images.amd64],
  [TWO, 'lib/arm', images.arm64],
  [ONE, 'team/docker', images.docker],
  [ONE, 'team/annotated', images.annotated],
  [TWO, 'lib/both', images.both],
  [ONE, 'team/chart', images.artifact],
  ['three.example', 'far/away', anImage({ seed: 'far', platform: 'linux/riscv64' })],
];

/** Sets it up: every image is tagged `1`; what is made belongs into `team/made`. */
export async function openMakingScene(): Promise<MakingScene> {
  const db = await freshDatabase();
  const [writable, readable] = [await startFakeRegistry(), await startFakeRegistry()];
  for (const [n, [registry, repository, manifest]] of HELD.entries()) {
    await push(db.catalog, { registry, repository, tag: '1', at: minute(n), manifest });
    if (registry === ONE) fill(writable, repository, manifest);
    if (registry === TWO) fill(readable, repository, manifest);
  }
  const writer = { username: 'writer', password: 'w' };
  const sources = [source('one', ONE, writable, writer), source('two', TWO, readable, null)];
  const api = await startApi(db.catalog, rememberedQuestions(), undefined, { sources });
  const secrets = new Map([
    ['assemble', await token(db, 'assemble', ['assemble'])],
    ['team', await token(db, 'team', ['assemble', 'read'], { glob: 'team/*' })],
    ['read', await token(db, 'read', ['read'])],
    ['admin', await token(db, 'admin', ['admin'])],
  ]);
  return {
    ...{ db, writable, readable, api },
    ask(query, input, as) {
      const authorization = as === null ? {} : { authorization: `Bearer ${secrets.get(as)}` };
      const body = JSON.stringify({ query, variables: { input } });
      return api.post(body, { 'content-type': 'application/json', ...authorization });
    },
    writes: ({ requests }) => requests.filter(({ method }) => !['GET', 'HEAD'].includes(method)),
    tagsOf: (repository) => [...(writable.content.repositories.get(repository)?.tags.keys() ?? [])],
    async inbox() {
      const columns = `work, action, repository, tag, actor, encode(substr(digest, 2), 'hex') AS digest`;
      return (await db.catalog.pool.query<Record<string, unknown>>(`SELECT ${columns} FROM inbox`)).rows;
    },
    async clear() {
      writable.behave();
      writable.content.repositories.delete('team/made');
      writable.forgetRequests();
      readable.forgetRequests();
      await db.catalog.pool.query('TRUNCATE inbox CASCADE');
    },
    async close() {
      await api.stop();
      await writable.close();
      await readable.close();
      await db.drop();
    },
  };
}

function fill(registry: FakeRegistry, repository: string, image: ManifestFixture): void {
  for (const { bytes } of blobsOf(image)) registry.putBlob(repository, bytes);
  for (const each of manifestsOf(image)) {
    const isRoot = each.digest === image.digest;
    registry.put(repository, isRoot ? '1' : null, { mediaType: each.mediaType, bytes: Buffer.from(each.bytes) });
  }
}

function source(
  name: string,
  host: string,
  registry: FakeRegistry,
  writeCredentials: SourceConfig['writeCredentials'],
): SourceConfig {
  return {
    ...{ name, host, writeCredentials, dialect: 'distribution', registry: registry.url, credentials: null },
    ...{ authentication: null, secrets: [], allowPrivateNetwork: true, allowedRealms: [], repositories: [] },
    tls: { insecure: false, ca: null, cert: null, key: null },
    rate: { requestsPerSecond: null, burst: null, concurrency: null },
    crawl: { fullEveryMs: null, sampleEveryMs: null, dirtyEveryMs: null },
  };
}

async function token(
  { catalog }: FreshDatabase,
  name: string,
  scopes: readonly StoredTokenScope[],
  repositories: TextFilter | null = null,
): Promise<string> {
  const now = new Date();
  const expiresAt = new Date(now.getTime() + 3_600_000);
  return (await createToken(catalog.pool, { name, scopes, repositories, createdBy: 'cli', now, expiresAt })).secret;
}
