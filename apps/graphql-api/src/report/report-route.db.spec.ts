import { describe, expect, it } from '@jest/globals';
import { takeSnapshot, type SnapshotPlan } from '@strata/catalog';
import { digestOf } from '@strata/oci';
import { generateSigningKeys, verifySignature } from '@strata/report';
import { askSmallCatalog } from '../testing/ask-small-catalog.js';

const { api, db } = askSmallCatalog();

const LATER = new Date('2027-01-01T00:00:00Z');

describe('reports over HTTP', () => {
  const get = (path: string) => fetch(`${api().url}/reports/${path}`);

  it.each(['json', 'csv', 'html'])('a report has its type, its digest and its revision as %s', async (format) => {
    const response = await get(`coverage.${format}`);
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect([response.status, response.headers.get('x-strata-digest')]).toEqual([200, digestOf(bytes)]);
    expect(response.headers.get('x-strata-revision')).toMatch(/^\d+-\d+\.[0-9a-f]{32}$/);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it.each([
    ['coverage.xml', 404, 'NOT_FOUND', undefined],
    ['nothing.json', 404, 'NOT_FOUND', undefined],
    ['coverage.json?where={', 400, 'BAD_USER_INPUT', 'where'],
    ['coverage.json?where={"nme":{}}', 400, 'BAD_USER_INPUT', 'where'],
    ['coverage.json?policy=nothing', 400, 'BAD_USER_INPUT', 'policy'],
    ['coverage.json?mediaType=a', 400, 'BAD_USER_INPUT', 'mediaType'],
    ['coverage.json?limit=1000000', 400, 'BAD_USER_INPUT', 'limit'],
    ['coverage.json?asOf=2999-01-01T00:00:00Z', 400, 'BAD_USER_INPUT', 'asOf'],
    ['coverage.json?colour=red', 400, 'BAD_USER_INPUT', 'colour'],
    ['coverage.csv?table=nothing', 400, 'BAD_USER_INPUT', 'table'],
    ['storage.json?where={"name":{"eq":"1"}}', 400, 'BAD_USER_INPUT', 'where'],
    ['snapshots/nothing', 404, 'NOT_FOUND', undefined],
  ])('%s is refused with a code and its place', async (path, status, code, argument) => {
    const response = await get(path);
    const { errors } = (await response.json()) as { errors: readonly { extensions: object }[] }; // our own shape
    expect([response.status, errors[0]?.extensions]).toEqual([
      status,
      argument === undefined ? { code } : { code, argument },
    ]);
  });

  it('a snapshot is given as it was kept, by digest and by revision, with a signature of just its bytes', async () => {
    const { privatePem, publicPem } = generateSigningKeys();
    const plan: SnapshotPlan = {
      ...{ name: 'daily', format: 'csv', interval: { everyMs: 86_400_000 }, atMs: 0, keep: 2, signingKey: privatePem },
      request: () => ({ name: 'retirement', where: null, policy: null, mediaTypes: null, asOf: null, limit: 100 }),
    };
    expect(await takeSnapshot(db().catalog, plan, LATER)).toBe(true);
    const { snapshots } = (await (await get('snapshots?name=daily')).json()) as {
      snapshots: { digest: string; revision: string }[];
    }; // our own shape
    const [kept] = snapshots;
    for (const id of [kept?.digest ?? '', kept?.revision ?? '']) {
      const bytes = new Uint8Array(await (await get(`snapshots/${id}`)).arrayBuffer());
      const signature = new Uint8Array(await (await get(`snapshots/${id}.sig`)).arrayBuffer());
      expect([digestOf(bytes), verifySignature(bytes, signature, publicPem)]).toEqual([kept?.digest, true]);
      expect(Buffer.from(bytes).toString()).toContain('one.example/library/legacy:1');
    }
  });
});
