import { describe, expect, it } from '@jest/globals';
import { MEDIA_TYPES } from '../media-types.js';
import { CONFIG, DIGEST, DOCKER, ENTRY, INDEX, LAYER, LIST, OCI, SCHEMA1, problems } from '../testing/documents.js';

describe('an ambiguous document', () => {
  const kinds = { s2: DOCKER, 'OCI manifest': OCI, list: LIST, 'OCI index': INDEX, s1: SCHEMA1 };
  const casings: [string, (field: string) => string][] = [
    ['as they are', (field) => field],
    ['in upper case', (field) => field.toUpperCase()],
    ['with a capital', (field) => `${field[0]?.toUpperCase()}${field.slice(1)}`],
  ];
  const fields = ['config', 'layers', 'manifests', 'fsLayers', 'history', 'blobs'];
  const cases = Object.entries(kinds).flatMap(([kind, document]) =>
    fields.flatMap((field) =>
      casings
        .filter(([, write]) => !(write(field) in document))
        .map(([how, write]) => [kind, field, how, { ...document, [write(field)]: [LAYER] }, write(field)] as const),
    ),
  );

  it("has been tried for each kind, field and casing but a kind's own fields", () => {
    expect(cases).toHaveLength(5 * 6 * 3 - 8);
  });

  it.each(cases)('%s with %s written %s is refused', (_kind, _field, _how, document, key) => {
    expect(problems(document)).toContain(`AMBIGUOUS $.${key}`);
  });

  it.each<[string, unknown, string]>([
    ['an OCI manifest with an empty list of manifests', { ...OCI, manifests: [] }, 'AMBIGUOUS $.manifests'],
    ['a second spelling that is null, which makes Go forget the first', { ...OCI, Layers: null }, 'AMBIGUOUS $.Layers'],
    ['a type in two spellings', { ...OCI, MediaType: MEDIA_TYPES.ociIndex }, 'AMBIGUOUS $.MediaType'],
    ['a spelling with the long s, which Go folds', { ...OCI, layerſ: [] }, "AMBIGUOUS $['layerſ']"],
    ['an undecided document with a field in other letters', { schemaVersion: 2, Layers: [] }, 'AMBIGUOUS $.Layers'],
    [
      'a descriptor with two digests',
      { ...OCI, layers: [{ ...LAYER, Digest: DIGEST }] },
      'AMBIGUOUS $.layers[0].Digest',
    ],
    ['a size in two spellings', { ...OCI, config: { ...CONFIG, SIZE: 1 } }, 'AMBIGUOUS $.config.SIZE'],
    [
      'a platform in two spellings',
      { ...INDEX, manifests: [{ ...ENTRY, Platform: {} }] },
      'AMBIGUOUS $.manifests[0].Platform',
    ],
    [
      'an operating system in two spellings',
      { ...INDEX, manifests: [{ ...ENTRY, platform: { ...ENTRY.platform, OS: 'windows' } }] },
      'AMBIGUOUS $.manifests[0].platform.OS',
    ],
    ['a key twice', JSON.stringify(OCI).replace('"layers"', '"layers":[],"layers"'), 'DUP_KEY $.layers'],
    [
      'a key twice where nobody looks',
      JSON.stringify(OCI).replace('"layers"', '"x":[{"a":1,"a":1}],"layers"'),
      'DUP_KEY $.x[0].a',
    ],
    ["a manifest with an index's own word", { ...OCI, mediaType: MEDIA_TYPES.dockerList }, 'AMBIGUOUS $.layers'],
  ])('is %s', (_, document, expected) => {
    expect(problems(document)).toContain(expected);
  });
});
