import { describe, expect, it } from '@jest/globals';
import { parseDigest } from '@strata/oci';
import { factsAskedBy } from './asked-facts.js';

const digest = parseDigest(`sha256:${'a'.repeat(64)}`);

describe('what filters ask', () => {
  it('is gathered from every part of them, each key and layer once', () => {
    const layer = { layer: digest };
    const asked = factsAskedBy([
      { labels: [{ key: 'source' }], not: { or: [{ labels: [{ key: 'title' }, { key: 'source' }] }, layer] } },
      { and: [{ annotations: [{ key: 'licenses', value: { eq: 'MIT' } }] }, layer] },
      { layerMediaType: { contains: 'zstd' }, not: { derivedFrom: 'debian:12' } },
    ]);
    expect(asked).toMatchObject({
      ...{ labelKeys: ['source', 'title'], annotationKeys: ['licenses'], layers: [digest] },
      ...{ layerTypes: [{ contains: 'zstd' }], bases: [{ derivedFrom: 'debian:12' }] },
    });
    expect([...asked.fields].sort()).toEqual(['annotations', 'derivedFrom', 'labels', 'layer', 'layerMediaType']);
  });

  it('has no key that a database cannot hold, since nothing has it', () => {
    expect(factsAskedBy([{ labels: [{ key: 'a\0b' }], annotations: [{ key: '\0' }] }])).toMatchObject({
      ...{ labelKeys: [], annotationKeys: [] },
    });
  });
});
