import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { findPolicies, findViolations, policyWords, recordPolicies, type WrittenPolicy } from '@strata/catalog';
import { anArtifact, anImage, anIndex, type ImageOptions, type ManifestFixture } from '@strata/oci/testing';
import { checkConfigFile, policiesSection } from '@strata/runtime';
import { pushOf } from '../testing/some-events.js';
import { startSteps, type Steps } from '../testing/start-steps.js';

/** What is pushed, in order; a tag of null is a push by digest. */
type Pushed = readonly [repository: string, tag: string | null, manifest: ManifestFixture];

const amd64 = anImage({ seed: 'a', platform: 'linux/amd64' });
const arm64 = anImage({ seed: 'b', platform: 'linux/arm64/v8' });
const windows = anImage({ seed: 'c', platform: 'windows/amd64:10.0.1' });
const both = anIndex({ entries: [amd64, arm64] });
const attested = anIndex({ entries: [amd64], attestations: 'classic' });
const chart = anArtifact({ artifactType: 'application/vnd.cncf.helm.config.v1+json' });
const cosigned = anArtifact({
  ...{ seed: 'signature', artifactType: null },
  config: { mediaType: 'application/vnd.oci.image.config.v1+json' },
  layers: [{ mediaType: 'application/vnd.dev.cosign.simplesigning.v1+json' }],
});
const SBOM = 'application/spdx+json';
const NOTATION = 'application/vnd.cncf.notary.signature';
const SOURCE = 'org.opencontainers.image.source';
const app = (manifest: ManifestFixture, tag = '1'): Pushed => ['team/app', tag, manifest];
const refersTo = (subject: ManifestFixture, artifactType: string): Pushed => [
  'team/app',
  null,
  anArtifact({ seed: artifactType, subject, artifactType }),
];
const companion = (repository: string, { digest }: ManifestFixture, suffix: string): Pushed => [
  repository,
  `${digest.replace(':', '-')}.${suffix}`,
  cosigned,
];
const image = (options: ImageOptions): ManifestFixture => anImage({ seed: JSON.stringify(options), ...options });
const bases = [1, 2, 3, 4].map((build) => anImage({ seed: `base ${build}` }));
const onBase = (build: number): ManifestFixture =>
  anImage({ seed: 'on it', layers: 1, base: bases[build - 1] ?? amd64 });
const builds = bases.map((base): Pushed => ['library/base', '12', base]);

/** What each policy catches and what it lets pass: is asked of `team/app`, of the tag `1` or `latest`. */
const CASES: Readonly<Record<string, { readonly fails: readonly Pushed[][]; readonly passes: readonly Pushed[][] }>> = {
  'multi-architecture': {
    fails: [[app(amd64)], [app(anIndex({ entries: [arm64, windows] }))]],
    passes: [[app(both)], [app(windows)], [app(chart)]],
  },
  'oci-only': {
    fails: [[app(anImage({ format: 'docker' }))], [app(anIndex({ entries: [amd64], format: 'docker' }))]],
    passes: [[app(both)], [app(amd64)], [app(chart)]],
  },
  signed: {
    fails: [[app(both)], [app(both), refersTo(both, SBOM)], [app(both), companion('team/other', both, 'sig')]],
    passes: [
      [app(both), refersTo(both, NOTATION)],
      [app(both), companion('team/app', both, 'sig')],
      [app(both), companion('team/app', arm64, 'sig')],
      [app(chart)],
    ],
  },
  'has-sbom': {
    fails: [[app(both)], [app(both), refersTo(both, NOTATION)]],
    passes: [[app(attested)], [app(both), refersTo(amd64, SBOM)], [app(both), companion('team/app', both, 'sbom')]],
  },
  'has-provenance': { fails: [[app(both)], [app(both), refersTo(both, SBOM)]], passes: [[app(attested)]] },
  'source-label': {
    fails: [[app(amd64)], [app(image({ labels: { [SOURCE]: '' } }))]],
    passes: [
      [app(image({ labels: { [SOURCE]: 'https://git.example/app' } }))],
      [app(image({ annotations: { [SOURCE]: 'https://git.example/app' } }))],
    ],
  },
  'not-root': {
    fails: [[app(amd64)], ...['root', '0', '0:0', 'root:staff'].map((user) => [app(image({ user }))])],
    passes: [[app(image({ user: '1000:1000' }))], [app(image({ user: 'nobody' }))], [app(windows)]],
  },
  'no-foreign-layers': {
    fails: [
      [app(image({ layerMediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip', format: 'docker' }))],
      [app(image({ layerMediaType: 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip' }))],
    ],
    passes: [[app(amd64)]],
  },
  'fresh-base': {
    fails: [
      [...builds, app(onBase(1))],
      [...builds, app(anIndex({ entries: [onBase(1)] }))],
    ],
    passes: [[...builds, app(onBase(2))], [...builds, app(onBase(4))], [app(onBase(1))]],
  },
};

let steps: Steps;
let folder: string;
let policies: readonly WrittenPolicy[];

beforeAll(async () => {
  steps = await startSteps();
  folder = mkdtempSync(join(tmpdir(), 'strata-policies-'));
  const file = join(folder, 'strata.yaml');
  writeFileSync(file, `policies: [${resolve('policies')}]\n`);
  const checked = checkConfigFile({ policies: policiesSection(policyWords) }, { STRATA_CONFIG: file });
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  ({ policies } = checked.value);
  await recordPolicies(steps.catalog, policies, new Date());
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await steps.end();
});
beforeEach(() => steps.forget());

async function push(pushes: readonly Pushed[]): Promise<void> {
  for (const [repository, tag, manifest] of pushes) {
    steps.put(repository, tag, manifest);
    await steps.receive(pushOf(repository, tag, manifest));
    await steps.settle();
  }
}

/** Whether the tag of `team/app` fails a policy. */
async function fails(name: string, now = new Date()): Promise<boolean> {
  const [tag] = await steps.rows<{ id: bigint }>(`SELECT id FROM tag WHERE reference ~ 'team/app:(1|latest)$'`);
  const asked = (await findPolicies(steps.catalog.pool)).filter((policy) => policy.name === name);
  if (tag === undefined || asked.length !== 1) throw new Error('there is nothing to ask about');
  return (await findViolations(steps.catalog.pool, { tagIds: [tag.id], policies: asked, now })).length > 0;
}

it('each file of the folder is one policy of its name, with a sentence', () => {
  const files = readdirSync('policies').map((file) => file.replace(/\.yaml$/, ''));
  expect(policies.map(({ name }) => name)).toEqual(files.sort());
  expect(policies.filter(({ description }) => description === null)).toEqual([]);
});

describe.each(Object.entries(CASES))('the policy %s', (name, cases) => {
  it.each(cases.fails.map((pushes, index) => [index, pushes] as const))('catches case %i', async (_, pushes) => {
    await push(pushes);
    expect(await fails(name)).toBe(true);
  });

  it.each(cases.passes.map((pushes, index) => [index, pushes] as const))('lets case %i pass', async (_, pushes) => {
    await push(pushes);
    expect(await fails(name)).toBe(false);
  });
});

describe('the policies of format, size and age', () => {
  it('no-schema1 catches just that', async () => {
    await push([app(amd64)]);
    expect(await fails('no-schema1')).toBe(false);
    await steps.rows(`UPDATE tag SET format = 'docker_schema1'`);
    expect(await fails('no-schema1')).toBe(true);
  });

  it.each([
    [2_000_000_000n, false],
    [2_000_000_001n, true],
  ])('size looks at all that is behind the tag: %s bytes', async (bytes, expected) => {
    await push([app(amd64)]);
    await steps.rows('UPDATE tag SET total_bytes = $1', [bytes]);
    expect(await fails('size')).toBe(expected);
  });

  it('age catches a moving tag after 90 days, and no version', async () => {
    const inDays = (days: number): Date => new Date(Date.now() + days * 86_400_000);
    await push([app(amd64, 'latest')]);
    expect(await Promise.all([fails('age', inDays(89)), fails('age', inDays(91))])).toEqual([false, true]);
    await steps.forget();
    await push([app(amd64, '1')]);
    expect(await fails('age', inDays(900))).toBe(false);
  });
});
