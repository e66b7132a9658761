import { describe, expect, it } from '@jest/globals';
import { fixtures } from '../testing/small-catalog.js';
import { askSmallCatalog } from '../testing/ask-small-catalog.js';

const { answer } = askSmallCatalog();

const ONE = 'one.example';
const { base, baseAmd64 } = fixtures;

describe('node', () => {
  it('gives back what an id was taken from, whatever its type', async () => {
    const data = (await answer(
      `query($d: Digest!, $l: Digest!) {
        tag(reference: "${ONE}/library/base:3") { id repository { id registry { id } } }
        manifest(digest: $d) { id }
        layer(digest: $l) { id }
      }`,
      { d: base.digest, l: baseAmd64.layers[0]?.digest },
    )) as {
      tag: { id: string; repository: { id: string; registry: { id: string } } };
      manifest: { id: string };
      layer: { id: string };
    };
    const ids: readonly [string, string][] = [
      ['Tag', data.tag.id],
      ['Repository', data.tag.repository.id],
      ['Registry', data.tag.repository.registry.id],
      ['ImageIndex', data.manifest.id],
      ['Layer', data.layer.id],
    ];
    for (const [type, id] of ids) {
      expect(await answer('query($id: ID!) { node(id: $id) { __typename id } }', { id })).toEqual({
        node: { __typename: type, id },
      });
    }
  });

  it.each([
    '',
    'zzz',
    'VGFnOjk5OTk5',
    'VGFnOi0x',
    Buffer.from('Registry:99999999999').toString('base64url'),
    '\0',
    '💥',
  ])('is null for %j', async (id) => {
    expect(await answer('query($id: ID!) { node(id: $id) { id } }', { id })).toEqual({ node: null });
  });
});
