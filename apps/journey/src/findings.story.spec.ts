import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { digestOf } from '@strata/oci';
import { aLayer, anImage, anIndex, type ManifestFixture } from '@strata/oci/testing';
import { openPusher, type Pusher } from '@strata/registry-client/testing';
import { ask } from './parts/ask.js';
import { startDatabase, type TestDatabase } from './parts/start-database.js';
import { hookUrlOf, startProduct, type Product } from './parts/start-product.js';
import { startRegistry, type TestRegistry } from './parts/start-registry.js';
import { until } from './parts/until.js';

const run = promisify(execFile);
const SECRET = 'a-secret-of-the-journey';
const MINUTES = 60_000;

const FINDINGS = `query ($kind: FindingKind!) {
  findings(where: {kind: [$kind]}, orderBy: OPENED_DESC) {
    nodes { id reference subject message openedAt closedAt waiver { until reason } }
  }
}`;
const WAIVED = '{ findings(where: {kind: [PLATFORM_LOST], open: true, waived: true}) { totalCount } }';
const WAIVE = `mutation ($id: ID!, $until: DateTime!) {
  waive(finding: $id, until: $until, reason: "the next release has it again") { waiver { until } }
}`;

interface Finding {
  readonly id: string;
  readonly reference: string;
  readonly subject: string;
  readonly message: string;
  readonly openedAt: string;
  readonly closedAt: string | null;
}

const image = (seed: string, platform = 'linux/amd64'): ManifestFixture => anImage({ seed, platform, layers: 1 });
const both = (seed: string) => anIndex({ entries: [image(`${seed} amd`), image(`${seed} arm`, 'linux/arm64')] });

/** What Go takes and we do not: which of the two is meant, readers disagree about. */
function ambiguous(): ManifestFixture {
  const whole = anImage({ seed: 'ambiguous', layers: 1 });
  const bytes = Buffer.from(Buffer.from(whole.bytes).toString().replace('{', '{"schemaVersion":2,'));
  return { ...whole, bytes, digest: digestOf(bytes), sizeBytes: bytes.length };
}

const base = (build: string) => anImage({ seed: `base ${build}`, layers: [aLayer(`base ${build}`)] });
const app = (build: string) => anImage({ seed: `app on ${build}`, base: base(build), layers: 1 });
const lying = anIndex({ entries: [{ manifest: image('lie'), platform: 'linux/arm64' }] });
const breaking = both('breaking');
const child = breaking.children[1] ?? breaking;
const refused = ambiguous();

describe('a finding', () => {
  let database: TestDatabase;
  let registry: TestRegistry;
  let product: Product;
  let pusher: Pusher;
  let host: string;

  beforeAll(async () => {
    database = await startDatabase();
    product = await startProduct({
      databaseUrl: database.url,
      env: { STRATA_API_ANONYMOUS: 'operate' },
      sources: async (ports) => {
        registry = await startRegistry({ hookUrl: hookUrlOf(ports, 'local'), secret: SECRET });
        return [{ name: 'local', registryUrl: registry.url, secret: SECRET }];
      },
    });
    pusher = openPusher(new URL(registry.url));
    host = new URL(registry.url).host;
  }, 2 * MINUTES);

  afterAll(async () => {
    await pusher.close();
    await product.stop();
    await registry.remove();
    await database.remove();
  }, 2 * MINUTES);

  async function found(kind: string, reference: string, isOpen: boolean): Promise<Finding> {
    return until(
      `a finding ${kind} about ${reference} that is ${isOpen ? 'open' : 'closed'}\n${product.output()}`,
      async () => {
        const { findings } = await ask<{ findings: { nodes: readonly Finding[] } }>(product.graphqlUrl, FINDINGS, {
          kind,
        });
        const [last] = findings.nodes.filter((finding) => finding.reference === `${host}/${reference}`);
        return last !== undefined && (last.closedAt === null) === isOpen ? last : null;
      },
    );
  }
  /** The catalog knows where the tag is now, so that the next push is another move. */
  async function settled(repository: string, tag: string, { digest }: ManifestFixture): Promise<void> {
    const reference = `${host}/${repository}:${tag}`;
    await until(`${reference} is at ${digest}`, async () => {
      const { tag: seen } = await ask<{ tag: { digest: string } | null }>(
        product.graphqlUrl,
        'query ($reference: String!) { tag(reference: $reference) { digest } }',
        { reference },
      );
      return seen?.digest === digest ? true : null;
    });
  }
  async function push(repository: string, tag: string, ...images: readonly ManifestFixture[]): Promise<void> {
    for (const each of images) {
      await pusher.push(repository, tag, each);
      await settled(repository, tag, each);
    }
  }

  it.each<{
    readonly kind: string;
    readonly reference: string;
    readonly subject?: string;
    readonly opens: () => Promise<void>;
    readonly closes: () => Promise<void>;
  }>([
    {
      kind: 'PLATFORM_LOST',
      reference: 'lost/app:1',
      subject: 'linux/arm64',
      opens: () => push('lost/app', '1', both('one'), image('two')),
      closes: () => push('lost/app', '1', both('three')),
    },
    {
      kind: 'TAG_ROLLED_BACK',
      reference: 'back/app:1',
      opens: () => push('back/app', '1', image('old'), image('new'), image('old')),
      closes: () => push('back/app', '1', image('newer')),
    },
    {
      kind: 'STALE_BASE',
      reference: 'stale/app:1',
      opens: async () => {
        await push('base/image', '3', base('monday'));
        await push('stale/app', '1', app('monday'));
        await push('base/image', '3', base('tuesday'));
      },
      closes: () => push('stale/app', '1', app('tuesday')),
    },
    {
      kind: 'LEGACY_FORMAT',
      reference: 'legacy/app:1',
      opens: async () => {
        await push('legacy/app', 'new', anImage({ seed: 'legacy', format: 'docker' }));
        const [from, to] = ['new', '1'].map((tag) => `docker://${host}/legacy/app:${tag}`);
        const flags = ['--src-tls-verify=false', '--dest-tls-verify=false', '--format', 'v2s1'];
        await run('skopeo', ['--insecure-policy', 'copy', '--quiet', ...flags, from ?? '', to ?? '']);
      },
      closes: () => push('legacy/app', '1', anImage({ seed: 'legacy', format: 'docker' })),
    },
    {
      kind: 'PLATFORM_MISMATCH',
      reference: `lying/app@${lying.digest}`,
      subject: lying.children[0]?.digest ?? '',
      opens: () => push('lying/app', '1', lying),
      closes: () => pusher.delete('lying/app', lying.digest),
    },
    {
      kind: 'BROKEN_INDEX',
      reference: `broken/app@${breaking.digest}`,
      subject: child.digest,
      opens: async () => {
        await push('broken/app', '1', breaking);
        await pusher.delete('broken/app', child.digest);
      },
      closes: async () => {
        const again = openPusher(new URL(registry.url)); // the other one knows that it has pushed it already
        await again.push('broken/app', 'child', child);
        await again.close();
      },
    },
    {
      kind: 'INVALID_MANIFEST',
      reference: `refused/app@${refused.digest}`,
      opens: () => push('refused/app', '1', refused),
      closes: () => pusher.delete('refused/app', refused.digest),
    },
  ])(
    '$kind is opened by one push and closed by another',
    async ({ kind, reference, subject = '', opens, closes }) => {
      await opens();
      const open = await found(kind, reference, true);
      expect(open).toEqual(expect.objectContaining({ subject, waiver: null }));
      expect(open.message).toContain(`${host}/${reference}`);
      await closes();
      expect(await found(kind, reference, false)).toEqual(expect.objectContaining({ id: open.id }));
    },
    2 * MINUTES,
  );

  it(
    'is silenced by a waiver, until that is over',
    async () => {
      const waived = async () => {
        const answer = await ask<{ findings: { totalCount: number } }>(product.graphqlUrl, WAIVED);
        return answer.findings.totalCount;
      };
      await push('waived/app', '1', both('waived'), image('waived, too'));
      const { id } = await found('PLATFORM_LOST', 'waived/app:1', true);
      expect(await waived()).toBe(0);
      await ask(product.graphqlUrl, WAIVE, { id, until: new Date(Date.now() + MINUTES).toISOString() });
      expect(await waived()).toBe(1);
      await ask(product.graphqlUrl, WAIVE, { id, until: new Date(Date.now() + 5_000).toISOString() }); // the last one counts
      await until('the waiver is over', async () => ((await waived()) === 0 ? true : null));
      expect(await found('PLATFORM_LOST', 'waived/app:1', true)).toEqual(expect.objectContaining({ id }));
    },
    2 * MINUTES,
  );
});
