import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  countUses,
  findPolicies,
  inTransaction,
  openCatalog,
  openFindings,
  recordPolicies,
  waive,
  type Catalog,
} from '@strata/catalog';
import { schemaText } from '@strata/graphql';
import { freshDatabase, type FreshDatabase } from '@strata/catalog/testing';
import { anArtifact, anImage, anIndex } from '@strata/oci/testing';
import { buildSchema, getNamedType, isInterfaceType, isObjectType } from 'graphql';
import { countStatements } from './testing/count-statements.js';
import { push } from './testing/push.js';
import { minute } from './testing/small-catalog.js';
import { startApi, type TestApi } from './testing/start-api.js';

let db: FreshDatabase;
let reading: Catalog;
let api: TestApi;
let statements: () => number;

/** Of everything that can be listed. */
const MANY = 20;

beforeAll(async () => {
  db = await freshDatabase();
  const base = anImage({ seed: 'base' });
  const fill = async (n: number): Promise<void> => {
    const where = { registry: `r${n}.example`, repository: `team/app${n}`, at: minute(n) };
    const images = ['linux/amd64', 'linux/arm64'].map((platform) =>
      anImage({ seed: `app${n}`, platform, base, layers: 1 }),
    );
    await push(db.catalog, { ...where, tag: 'latest', manifest: anIndex({ entries: [images[0] ?? base] }) });
    await push(db.catalog, { ...where, tag: 'latest', manifest: anIndex({ entries: images }) });
    await push(db.catalog, {
      ...where,
      tag: 'sbom',
      manifest: anArtifact({ seed: `sbom${n}`, subject: images[0] ?? base }),
    });
    await db.catalog.pool.query(
      `INSERT INTO inbox (source_id, dedupe_key, content_hash, work, action, raw, state)
       SELECT id, '\\x01', '\\x01', 'none', 'push', '{}', 'new' FROM source WHERE name = $1`,
      [`source-of-r${n}.example`],
    );
  };
  await push(db.catalog, { registry: 'base.example', repository: 'base', tag: 'base', at: minute(0), manifest: base });
  await Promise.all(Array.from({ length: MANY }, (_, n) => fill(n)));
  await findSomething(db.catalog);
  reading = openCatalog({ databaseUrl: db.url }); // what the writers above send later is not counted
  api = await startApi(reading);
  await learn();
  await api.ask('{ tags(first: 100) { nodes { platforms { name } } } }'); // sets of platforms are read once and kept
  statements = countStatements(reading);
}, 60_000);

afterAll(async () => {
  await api.stop();
  await reading.close();
  await db.drop();
});

/** A policy that each tag which is called latest breaks, and all of that is accepted. */
async function findSomething(catalog: Catalog): Promise<void> {
  const { rows } = await catalog.pool.query<{ tagId: bigint; repositoryId: bigint; manifestId: bigint }>(
    `SELECT id AS "tagId", repository_id AS "repositoryId", manifest_id AS "manifestId" FROM tag WHERE name = 'latest'`,
  );
  const written = {
    name: 'p',
    severity: 'low',
    description: null,
    owner: null,
    where: { size: { min: 1 } },
    require: {},
  };
  await recordPolicies(catalog, [{ ...written, severity: 'low' as const }], minute(1));
  const [policy] = await findPolicies(catalog.pool);
  const facts = { kind: 'policy', severity: 'low', policyId: policy?.id ?? 0, subject: '', detail: null } as const;
  const desired = rows.map((tag) => ({ ...facts, ...tag, since: minute(1) }));
  const opened = await inTransaction(catalog, (sql) => openFindings(sql, desired, { at: minute(1), tells: false }));
  const waiver = { until: minute(2), reason: 'known', by: 'ann', now: minute(1) };
  for (const { id } of opened) await waive(catalog, { findingId: id, ...waiver });
}

/** Where each type can be met many times, as `[before, after]` of what is asked of it; `FIRST` is the page size. */
const PLACES: Readonly<Record<string, readonly [string, string]>> = {
  Repository: ['{ repositories(first: FIRST) { nodes {', '} } }'],
  Registry: ['{ repositories(first: FIRST) { nodes { registry {', '} } } }'],
  Tag: ['{ tags(first: FIRST, where: {name: {eq: "latest"}}) { nodes {', '} } }'],
  TagMove: ['{ tags(first: FIRST, where: {name: {eq: "latest"}}) { nodes { history(first: 2) { nodes {', '} } } } }'],
  Image: ['{ images(first: FIRST, orderBy: PUSHED_ASC, where: {platform: ["amd64"]}) { nodes {', '} } }'],
  ImageLayer: ['{ images(first: FIRST, where: {platform: ["amd64"]}) { nodes { layers {', '} } } }'],
  BaseImage: [
    '{ images(first: FIRST, where: {platform: ["amd64"]}) { nodes { baseImages(first: 1) { nodes {',
    '} } } } }',
  ],
  Layer: ['{ images(first: FIRST, where: {platform: ["amd64"]}) { nodes { layers { layer {', '} } } } }'],
  ImageConfig: ['{ images(first: FIRST, where: {platform: ["amd64"]}) { nodes { config {', '} } } }'],
  ImageIndex: [
    '{ tags(first: FIRST, where: {name: {eq: "latest"}}) { nodes { manifest { ... on ImageIndex {',
    '} } } } }',
  ],
  IndexEntry: [
    '{ tags(first: FIRST, where: {name: {eq: "latest"}}) { nodes { manifest { ... on ImageIndex { entries {',
    '} } } } } }',
  ],
  Placement: [
    '{ images(first: FIRST, where: {platform: ["amd64"]}) { nodes { placements(first: 1) { nodes {',
    '} } } } }',
  ],
  Artifact: ['{ tags(first: FIRST, where: {name: {eq: "sbom"}}) { nodes { manifest { ... on Artifact {', '} } } } }'],
  Event: ['{ events(first: FIRST) { nodes {', '} } }'],
  Finding: ['{ findings(first: FIRST) { nodes {', '} } }'],
  Policy: ['{ findings(first: FIRST) { nodes { policy {', '} } } }'],
  Waiver: ['{ findings(first: FIRST) { nodes { waiver {', '} } } }'],
};

/** Types whose fields lie in the row itself, or that only one question reaches and that read one statement. */
const PLAIN = [
  'AssembledIndex',
  'PushedConversion',
  'Platform',
  'KeyValue',
  'Problem',
  'Descriptor',
  'HistoryEntry',
  'CoverageGroup',
  'PageInfo',
  'PolicyEvaluation',
  'PolicyResult',
  'Report',
  'Storage',
  'Comparison',
  'PlatformComparison',
  'FieldChange',
  'Resolution',
  'InspectedManifest',
  'Conversion',
  'ConversionLoss',
  'RegistryCompatibility',
  'Source',
  'CrawlRun',
  'CreatedToken',
  'Query',
  'Subscription',
  'Change', // each is an answer of its own
  'Mutation',
];

const schema = buildSchema(schemaText);
const types = Object.values(schema.getTypeMap()).filter(
  (type) => isObjectType(type) && !/^__|Connection$|Edge$/.test(type.name) && !PLAIN.includes(type.name),
);

/** Everything that a field may need behind it: a page and its count, or the plain fields of a thing. */
function selectionOf(typeName: string): string {
  if (typeName.endsWith('Connection')) return '(first: 2) { totalCount nodes { __typename } pageInfo { hasNextPage } }';
  const type = schema.getType(typeName);
  return isObjectType(type) || isInterfaceType(type) ? ' { __typename }' : '';
}

/** Makes the process read what it then knows: registries, platforms and sets of them. */
async function learn(): Promise<void> {
  await api.ask(
    '{ repositories { nodes { registry { host } } } tags { nodes { platforms { name } } } images { nodes { platform { name } } } }',
  );
}

describe('no field reads once per row', () => {
  it('and every type is looked at', () => {
    expect(types.map(({ name }) => name).sort()).toEqual(Object.keys(PLACES).sort());
  });

  const fields = types.flatMap((type) =>
    isObjectType(type)
      ? Object.values(type.getFields()).map((field) => [type.name, field.name, getNamedType(field.type).name] as const)
      : [],
  );
  it.each(fields)('%s.%s', async (type, field, of) => {
    const [before, after] = PLACES[type] ?? ['', ''];
    const counts: number[] = [];
    for (const first of [1, MANY]) {
      const start = statements();
      const { errors } = await api.ask(`${before} ${field}${selectionOf(of)} ${after}`.replace('FIRST', String(first)));
      expect(errors).toEqual([]);
      counts.push(statements() - start);
    }
    expect(counts[1]).toBe(counts[0]);
  });
});

describe('a question about a reference reads as often for one platform as for many', () => {
  const PLATFORMS = ['amd64', 'arm64', '386', 's390x', 'ppc64le', 'riscv64', 'mips64le', 'loong64'].map(
    (architecture) => `linux/${architecture}`,
  );
  const built = (seed: string, platforms: readonly string[]) =>
    anIndex({ entries: platforms.map((platform) => anImage({ seed, platform, layers: 2 })) });
  const digests = { one: ['', ''], many: ['', ''] };

  beforeAll(async () => {
    for (const [size, platforms] of [
      ['one', PLATFORMS.slice(0, 1)],
      ['many', PLATFORMS],
    ] as const) {
      const indexes = [built('old', platforms), built('new', platforms)];
      digests[size] = indexes.map(({ digest }) => digest);
      const where = { registry: 'r1.example', repository: 'team/built', tag: null, at: minute(1) };
      for (const manifest of indexes) await push(db.catalog, { ...where, manifest });
    }
    await learn();
  });

  const layers = '{ position layer { digest } }';
  it.each<[string, (left: string, right: string) => string]>([
    [
      'compare',
      (left, right) => `{ compare(left: "${left}", right: "${right}") { left { digest } platforms { platform { name }
        left { digest platform { name } } sharedLayers ${layers} onlyLeft ${layers} configChanges { field } } } }`,
    ],
    [
      'resolve',
      (left) => `{ resolve(reference: "${left}", platform: "linux/amd64") { image { digest } entry { digest } } }`,
    ],
    ['inspect', (left) => `{ inspect(reference: "${left}") { ref platform { name } document } }`],
    ['convert', (left) => `{ convert(reference: "${left}", to: DOCKER) { digest children { digest } } }`],
    ['compatibility', (left) => `{ compatibility(reference: "${left}") { registry accepted } }`],
  ])('%s', async (_, query) => {
    const counts: number[] = [];
    for (const [left = '', right = ''] of [digests.one, digests.many]) {
      const start = statements();
      expect((await api.ask(query(left, right))).errors).toEqual([]);
      counts.push(statements() - start);
    }
    expect(counts[1]).toBe(counts[0]);
  });
});

describe('the questions of the mission', () => {
  beforeAll(() => countUses(db.catalog));

  it.each<[string, string, number]>([
    ['which tags lack arm64', '{ tags(where: {platforms: {lacks: ["arm64"]}}) { nodes { reference } } }', 2],
    [
      'the same with platforms, digests and a count',
      '{ tags(where: {platforms: {lacks: ["arm64"]}}) { totalCount nodes { reference digest platforms { name } } } }',
      4,
    ],
    ['every source with its registry', '{ sources { name waiting registry { host } } }', 1],
    ['and its last crawl', '{ sources { name driftPerMille lastCrawl { seen repaired } } }', 3],
    ['one tag by its reference', '{ tag(reference: "r1.example/team/app1:latest") { digest platforms { name } } }', 1],
    ['how far layers are shared', '{ layers { nodes { digest imageCount repositoryCount } } }', 1],
    [
      'the history of a tag',
      '{ tag(reference: "r1.example/team/app1:latest") { history { nodes { digest platformsLost { name } } } } }',
      2,
    ],
  ])('%s: reads in few statements', async (_, query, most) => {
    const start = statements();
    await api.ask(query);
    expect(statements() - start).toBeLessThanOrEqual(most);
  });

  it('reads no page for a count alone, and counts nothing for a page alone', async () => {
    for (const part of ['totalCount', 'nodes { name }']) {
      const start = statements();
      await api.ask(`{ tags { ${part} } }`);
      expect(statements() - start).toBe(1);
    }
  });
});
