import { describe, expect, it } from '@jest/globals';
import { fixtures } from '../testing/small-catalog.js';
import { askSmallCatalog } from '../testing/ask-small-catalog.js';

const { answer, api } = askSmallCatalog();

const ONE = 'one.example';
const { webAmd64, web1, web2, nested, s390x } = fixtures;

describe('one tag', () => {
  it('is found by its reference, with what it reaches', async () => {
    const data = await answer(`{
      tag(reference: "${ONE}/team/nested:1") {
        name reference digest totalBytes pushedAt
        repository { name registry { host } }
        images { digest platform { name os architecture variant osVersion osFeatures } }
        manifest { __typename ... on ImageIndex { platforms { name } entries { position kind digest manifest { __typename digest } } } }
      }
    }`);
    const layerBytes = [...webAmd64.layers, ...s390x.layers].reduce((sum, { bytes }) => sum + bytes.length, 0);
    const inner = nested.children[0]?.digest;
    const unset = { variant: null, osVersion: null, osFeatures: [] };
    expect(data).toEqual({
      tag: {
        name: '1',
        reference: `${ONE}/team/nested:1`,
        digest: nested.digest,
        totalBytes: layerBytes,
        pushedAt: '2026-11-21T09:09:00.000Z',
        repository: { name: 'team/nested', registry: { host: ONE } },
        images: [
          { digest: webAmd64.digest, platform: { name: 'linux/amd64', os: 'linux', architecture: 'amd64', ...unset } },
          { digest: s390x.digest, platform: { name: 'linux/s390x', os: 'linux', architecture: 's390x', ...unset } },
        ],
        manifest: {
          __typename: 'ImageIndex',
          platforms: [{ name: 'linux/amd64' }, { name: 'linux/s390x' }],
          entries: [
            { position: 0, kind: 'INDEX', digest: inner, manifest: { __typename: 'ImageIndex', digest: inner } },
            {
              position: 1,
              kind: 'PLATFORM',
              digest: s390x.digest,
              manifest: { __typename: 'Image', digest: s390x.digest },
            },
          ],
        },
      },
    });
  });

  it.each([
    ['without its registry, where only one has it', 'team/web:stable', `${ONE}/team/web:stable`],
    ['by a single name, for library', 'legacy:1', `${ONE}/library/legacy:1`],
  ])('is found %s', async (_, reference, expected) => {
    expect(await answer('query($r: String!) { tag(reference: $r) { reference } }', { r: reference })).toEqual({
      tag: { reference: expected },
    });
  });

  it.each([
    ['that was deleted', `${ONE}/team/web:gone`],
    ['of another registry', 'two.example/team/web:stable'],
    ['nobody has', 'nowhere/at:all'],
  ])('%s is null', async (_, reference) => {
    expect(await answer('query($r: String!) { tag(reference: $r) { reference } }', { r: reference })).toEqual({
      tag: null,
    });
  });

  it.each([
    ['2026-11-21T09:05:00Z', web1.digest],
    ['2026-11-21T09:06:59.999Z', web1.digest],
    ['2026-11-21T09:07:00Z', web2.digest],
  ])('is what it pointed at, at %s', async (asOf, digest) => {
    const question = 'query($r: String!, $at: DateTime) { tag(reference: $r, asOf: $at) { digest } }';
    expect(await answer(question, { r: `${ONE}/team/web:stable`, at: asOf })).toEqual({ tag: { digest } });
  });

  it('is null before it was there', async () => {
    const question = `{ tag(reference: "${ONE}/team/web:stable", asOf: "2026-11-21T09:04:00Z") { digest } }`;
    expect(await answer(question)).toEqual({ tag: null });
  });

  it('that several registries have is refused with their references', async () => {
    const { data, errors } = await api().ask('{ tag(reference: "library/base:3") { id } }');
    expect(data).toEqual({ tag: null });
    expect(errors).toMatchObject([{ extensions: { code: 'AMBIGUOUS', argument: 'reference' } }]);
    expect(errors[0]?.message).toContain(`${ONE}/library/base:3, two.example/library/base:3`);
  });

  it('keeps its history, with the platforms that each move added and lost', async () => {
    const data = await answer(`{
      tag(reference: "${ONE}/team/web:stable") {
        history { totalCount nodes { digest from to actor via platformsAdded { name } platformsLost { name } manifest { digest } } }
      }
    }`);
    const names = (...words: string[]): object[] => words.map((name) => ({ name }));
    expect(data).toEqual({
      tag: {
        history: {
          totalCount: 2,
          nodes: [
            {
              digest: web2.digest,
              from: '2026-11-21T09:07:00.000Z',
              to: null,
              actor: 'ben',
              via: 'EVENT',
              platformsAdded: names('linux/arm/v7'),
              platformsLost: names('linux/arm64'),
              manifest: { digest: web2.digest },
            },
            {
              digest: web1.digest,
              from: '2026-11-21T09:05:00.000Z',
              to: '2026-11-21T09:07:00.000Z',
              actor: 'ann',
              via: 'EVENT',
              platformsAdded: names('linux/amd64', 'linux/arm64'),
              platformsLost: [],
              manifest: { digest: web1.digest },
            },
          ],
        },
      },
    });
  });
});
