import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { freshDatabase, type FreshDatabase } from '@strata/catalog/testing';
import { digestOf } from '@strata/oci';
import { anImage, type ImageFixture } from '@strata/oci/testing';
import { LIMITS, openRegistry, openRegistryWriter } from '@strata/registry-client';
import { ask } from './parts/ask.js';
import { runStrata } from './parts/run-strata.js';
import { skopeoFor, type Pulled, type Skopeo } from './parts/skopeo.js';
import { startCountingProxy, type CountingProxy } from './parts/start-counting-proxy.js';
import { hookUrlOf, startProduct, type Product } from './parts/start-product.js';
import { startRegistry, type TestRegistry } from './parts/start-registry.js';
import { until } from './parts/until.js';

const SECRET = 'a-secret-of-the-journey';
const SECONDS = 1_000;
const READ_ONLY = 'read-only.example';

const amd64 = anImage({ seed: 'making', platform: 'linux/amd64', layers: 3 });
const arm64 = anImage({ seed: 'making', platform: 'linux/arm64/v8' });
const docker = anImage({ seed: 'making-docker', format: 'docker' });

let database: FreshDatabase;
let registry: TestRegistry;
let proxy: CountingProxy;
let product: Product;
let skopeo: Skopeo;
let host: string;
let maker: string;

beforeAll(async () => {
  database = await freshDatabase();
  product = await startProduct({
    databaseUrl: database.url,
    sources: async (ports) => {
      registry = await startRegistry({ hookUrl: hookUrlOf(ports, 'local'), secret: SECRET });
      proxy = await startCountingProxy(registry.url);
      const writeCredentials = { username: 'writer', password: 'may-write' };
      return [
        { name: 'local', registryUrl: proxy.url, secret: SECRET, writeCredentials },
        { name: 'other', registryUrl: proxy.url, secret: SECRET, host: READ_ONLY },
      ];
    },
  });
  skopeo = skopeoFor(registry.url);
  host = new URL(proxy.url).host;
  await skopeo.push('team/app', 'amd', amd64);
  await skopeo.push('team/app', 'arm', arm64);
  await skopeo.push('lib/docker', '1', docker);
  for (const reference of ['team/app:amd', 'team/app:arm', 'lib/docker:1']) await catalogued(reference, 1);
  maker = await token('maker', '--scope', 'assemble');
}, 120 * SECONDS);

afterEach(() => proxy.failOn(null));

afterAll(async () => {
  await product.stop();
  await proxy.close();
  await registry.remove();
  await database.drop();
}, 60 * SECONDS);

/** The secret of a token that the command line makes. */
async function token(...args: readonly string[]): Promise<string> {
  const { status, output } = await runStrata(['token', 'create', ...args], { DATABASE_URL: database.url });
  if (status !== 0) throw new Error(output);
  return /strata_\S+/.exec(output)?.[0] ?? '';
}

const strata = (args: readonly string[], as: string) =>
  runStrata([...args, '--url', product.graphqlUrl], { DATABASE_URL: database.url, STRATA_TOKEN: as });

/** The tag as the catalog has it, once it has that many platforms. */
async function catalogued(reference: string, platforms: number) {
  const query = 'query ($reference: String!) { tag(reference: $reference) { digest platforms { name } } }';
  interface Answer {
    tag: { digest: string; platforms: { name: string }[] } | null;
  }
  return until(`${reference} is catalogued\n${product.output()}`, async () => {
    const { tag } = await ask<Answer>(product.graphqlUrl, query, { reference: `${host}/${reference}` });
    return tag !== null && tag.platforms.length === platforms ? tag : null;
  });
}

function contentOf({ config, layers }: ImageFixture): Pick<Pulled, 'config' | 'layers'> {
  return { config: config.digest, layers: layers.map(({ digest }) => digest) };
}

const ASSEMBLE = `mutation ($input: AssembleIndexInput!) { assembleIndex(input: $input) { digest pushed } }`;

function assemble(reference: string, as: string | undefined, push = true) {
  const members = ['amd', 'arm'].map((tag) => ({ reference: `${host}/team/app:${tag}` }));
  return ask<{ assembleIndex: { digest: string } }>(
    product.graphqlUrl,
    ASSEMBLE,
    { input: { reference, members, push } },
    as,
  );
}

/** The tags that the registry itself has. */
async function tagsOf(repository: string): Promise<readonly string[]> {
  const { tags } = (await (await fetch(`${registry.url}/v2/${repository}/tags/list`)).json()) as { tags?: string[] };
  return tags ?? [];
}

describe('an index of two images that were pushed one by one', () => {
  it(
    'is pulled by clients of both architectures with the right content, and is a tag of the catalog with both',
    async () => {
      const { digest } = (await assemble(`${host}/made/app:1`, maker)).assembleIndex;
      expect(await skopeo.pull('made/app', '1', 'amd64')).toMatchObject(contentOf(amd64));
      expect(await skopeo.pull('made/app', '1', 'arm64')).toMatchObject(contentOf(arm64));
      const tag = await catalogued('made/app:1', 2);
      expect(tag).toEqual({ digest, platforms: [{ name: 'linux/amd64' }, { name: 'linux/arm64' }] });
    },
    60 * SECONDS,
  );

  it(
    'is told by the hook and by an event of our own, which says who made it; both end well',
    async () => {
      const query = `{ events(where: { repository: { eq: "made/app" } }, first: 100) {
        nodes { action tag actor state } } }`;
      interface Answer {
        events: { nodes: { action: string; tag: string | null; actor: string | null; state: string }[] };
      }
      await until('both events are done', async () => {
        const { nodes } = (await ask<Answer>(product.graphqlUrl, query)).events;
        const done = nodes.filter(({ tag, state }) => tag === '1' && state === 'DONE');
        const own = done.find(({ action }) => action === 'assemble');
        return own?.actor === 'maker' && done.some(({ action }) => action === 'push') ? true : null;
      });
    },
    60 * SECONDS,
  );

  it(
    'is shown and pushed by the command line as well',
    async () => {
      const args = ['assemble', `${host}/made/cli:1`, `${host}/team/app:amd`, `${host}/team/app:arm`];
      const shown = await strata(args, maker);
      expect(shown).toMatchObject({ status: 0, output: expect.stringContaining(arm64.digest) });
      expect(await tagsOf('made/cli')).toEqual([]);
      expect(await strata([...args, '--push'], maker)).toMatchObject({
        status: 0,
        output: expect.stringContaining(`${host}/made/cli:1@sha256:`),
      });
      expect(await skopeo.pull('made/cli', '1', 'arm64')).toMatchObject(contentOf(arm64));
    },
    60 * SECONDS,
  );
});

describe('a converted image', () => {
  it.each([
    ['from Docker to OCI', 'lib/docker:1', 'oci', docker, 'application/vnd.oci.image.manifest.v1+json'],
    ['from OCI to Docker', 'team/app:amd', 'docker', amd64, 'application/vnd.docker.distribution.manifest.v2+json'],
  ] as const)(
    '%s is taken by the registry and pulled',
    async (_, reference, to, image, mediaType) => {
      const target = `${host}/made/converted:${to}`;
      const args = ['convert', `${host}/${reference}`, '--to', to, '--push', target];
      expect(await strata(args, maker)).toMatchObject({ status: 0, output: expect.stringContaining(target) });
      expect(await skopeo.pull('made/converted', to, 'amd64')).toEqual({ ...contentOf(image), mediaType });
      await catalogued(`made/converted:${to}`, 1);
    },
    60 * SECONDS,
  );
});

it(
  'a blob of several chunks goes from one repository to another through us, whole',
  async () => {
    const access = { baseUrl: new URL(registry.url), credentials: null, allowPrivateNetwork: true };
    const [reader, writer] = [openRegistry(access), openRegistryWriter(access)];
    const bytes = Buffer.alloc(LIMITS.chunkBytes * 2 + 12_345, 'layers of rock ');
    const blob = { digest: digestOf(bytes), sizeBytes: bytes.byteLength };
    await writer.uploadBlob('large/one', { ...blob, open: async () => Readable.from([bytes]) });
    await writer.uploadBlob('large/two', { ...blob, open: (signal) => reader.streamBlob('large/one', blob, signal) });
    expect(await writer.mountBlob('large/three', blob.digest, 'large/two')).toBe(true);
    for (const repository of ['large/one', 'large/two', 'large/three']) {
      expect(await reader.fetchBlobSize(repository, blob.digest)).toBe(blob.sizeBytes);
    }
    await Promise.all([reader.close(), writer.close()]);
  },
  60 * SECONDS,
);

describe('nothing is written', () => {
  it.each<[string, () => Promise<string | undefined>, () => string, string]>([
    ['for nobody in particular', async () => undefined, () => `${host}/never/app:1`, 'FORBIDDEN'],
    ['without the scope', () => token('reader', '--scope', 'read'), () => `${host}/never/app:1`, 'FORBIDDEN'],
    [
      'with a token for other repositories',
      () => token('team', '--scope', 'assemble', '--repositories', 'team/*'),
      () => `${host}/never/app:1`,
      'FORBIDDEN',
    ],
    ['without write credentials', async () => maker, () => `${READ_ONLY}/never/app:1`, 'NO_WRITE_CREDENTIALS'],
    ['with a token that is wrong', async () => 'strata_x', () => `${host}/never/app:1`, 'TOKEN_INVALID'],
  ])(
    '%s',
    async (_, as, reference, code) => {
      const secret = await as();
      proxy.forget();
      await expect(assemble(reference(), secret)).rejects.toThrow(code);
      expect(proxy.asked().writes).toBe(0);
      expect(await tagsOf('never/app')).toEqual([]);
    },
    60 * SECONDS,
  );
});

describe('a registry that fails in the middle', () => {
  it.each([
    ['while blobs come', /^POST .*uploads/],
    ['with the first image', /^PUT .*manifests\/sha256/],
    ['with the tag', /^PUT .*manifests\/1$/],
  ])(
    '%s has no tag, and has it after the next try',
    async (where, pattern) => {
      const repository = `broken/${where.replaceAll(' ', '-')}`;
      proxy.failOn(pattern);
      await expect(assemble(`${host}/${repository}:1`, maker)).rejects.toThrow('NOT_PUSHED');
      expect(await tagsOf(repository)).toEqual([]);
      proxy.failOn(null);
      await assemble(`${host}/${repository}:1`, maker);
      expect(await skopeo.pull(repository, '1', 'arm64')).toMatchObject(contentOf(arm64));
    },
    60 * SECONDS,
  );
});
