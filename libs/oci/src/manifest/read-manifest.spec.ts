import { describe, expect, it } from '@jest/globals';
import { MEDIA_TYPES } from '../media-types.js';
import { CONFIG, DIGEST, ENTRY, INDEX, LAYER, OCI, problems, refusal, without } from '../testing/documents.js';

describe('a broken document', () => {
  it.each<[string, unknown, string]>([
    [
      'a digest that is a path',
      { ...OCI, config: { ...CONFIG, digest: 'sha256:../../x' } },
      'BAD_DIGEST $.config.digest',
    ],
    [
      'a digest in upper case',
      { ...OCI, config: { ...CONFIG, digest: `sha256:${'A'.repeat(64)}` } },
      'BAD_DIGEST $.config.digest',
    ],
    [
      'a digest of 63 digits',
      { ...OCI, config: { ...CONFIG, digest: DIGEST.slice(0, -1) } },
      'BAD_DIGEST $.config.digest',
    ],
    [
      'a digest that nobody can verify',
      { ...OCI, config: { ...CONFIG, digest: `md5:${'a'.repeat(32)}` } },
      'BAD_DIGEST $.config.digest',
    ],
    ['no digest', { ...OCI, config: without(CONFIG, 'digest') }, 'BAD_DIGEST $.config.digest'],
    ['a negative size', { ...OCI, layers: [{ ...LAYER, size: -1 }] }, 'BAD_SIZE $.layers[0].size'],
    ['half a byte', { ...OCI, layers: [{ ...LAYER, size: 0.5 }] }, 'BAD_SIZE $.layers[0].size'],
    ['a size as text', { ...OCI, layers: [{ ...LAYER, size: '5' }] }, 'BAD_SIZE $.layers[0].size'],
    ['a size of 2^53', { ...OCI, layers: [{ ...LAYER, size: 2 ** 53 }] }, 'BAD_SIZE $.layers[0].size'],
    [
      'a size that no double holds',
      JSON.stringify(OCI).replace('5678', '9007199254740993'),
      'PRECISION $.layers[0].size',
    ],
    ['no size', { ...OCI, layers: [without(LAYER, 'size')] }, 'BAD_SIZE $.layers[0].size'],
    ['no media type', { ...OCI, layers: [without(LAYER, 'mediaType')] }, 'SHAPE $.layers[0].mediaType'],
    ['a media type with a NUL', { ...OCI, layers: [{ ...LAYER, mediaType: 'a/b\0' }] }, 'SHAPE $.layers[0].mediaType'],
    ['no config', without(OCI, 'config', 'x'), 'SHAPE $.config'],
    ['a config that is text', { ...OCI, config: DIGEST }, 'SHAPE $.config'],
    ['no layers', without(OCI, 'layers'), 'SHAPE $.layers'],
    ['layers that are an object', { ...OCI, layers: { 0: LAYER } }, 'SHAPE $.layers'],
    ['a layer that is null', { ...OCI, layers: [null] }, 'SHAPE $.layers[0]'],
    ['no manifests', without(INDEX, 'manifests'), 'SHAPE $.manifests'],
    [
      'a platform that is text',
      { ...INDEX, manifests: [{ ...ENTRY, platform: 'linux/amd64' }] },
      'SHAPE $.manifests[0].platform',
    ],
    [
      'an architecture that is a number',
      { ...INDEX, manifests: [{ ...ENTRY, platform: { os: 'linux', architecture: 386 } }] },
      "SHAPE $.manifests[0].platform['architecture']",
    ],
    ['an annotation that is a number', { ...OCI, annotations: { a: 1 } }, 'ANNOTATIONS $.annotations.a'],
    ['an annotation that is null', { ...OCI, annotations: { a: null } }, 'ANNOTATIONS $.annotations.a'],
    ['annotations that are an array', { ...OCI, annotations: [] }, 'ANNOTATIONS $.annotations'],
    ['urls that are text', { ...OCI, layers: [{ ...LAYER, urls: 'http://x' }] }, 'SHAPE $.layers[0].urls'],
    [
      'an empty config and no artifactType',
      { ...OCI, config: { ...CONFIG, mediaType: MEDIA_TYPES.ociEmpty } },
      'SHAPE $.artifactType',
    ],
    ['an artifactType that is a number', { ...OCI, artifactType: 7 }, 'SHAPE $.artifactType'],
    ['a subject that is text', { ...OCI, subject: DIGEST }, 'SHAPE $.subject'],
    [
      'depth 65',
      JSON.stringify(OCI).replace('{', `{"x":${'['.repeat(64)}${']'.repeat(64)},`),
      `TOO_DEEP $.x${'[0]'.repeat(63)}`,
    ],
  ])('with %s is refused, and the place is named', (_, document, expected) => {
    expect(problems(document)).toContain(expected);
  });

  it('is reported with everything that is wrong, not the first find', () => {
    const document = {
      ...OCI,
      manifests: [],
      config: { ...CONFIG, size: -1, digest: 'x' },
      layers: [LAYER, { ...LAYER, size: null }, 5],
    };
    expect(problems(document)).toEqual([
      'AMBIGUOUS $.manifests',
      'BAD_DIGEST $.config.digest',
      'BAD_SIZE $.config.size',
      'BAD_SIZE $.layers[1].size',
      'SHAPE $.layers[2]',
    ]);
  });

  it('is reported with what readers disagree about before the place where it ends', () => {
    expect(problems('{"a":1,"a":9007199254740993,')).toEqual(['DUP_KEY $.a', 'PRECISION $.a', 'BAD_JSON $.a']);
  });

  it('lists at most 100 problems and counts the rest', () => {
    const error = refusal({ ...OCI, layers: Array(150).fill(null) });
    expect(error.problems).toHaveLength(101);
    expect(error.problems.at(-1)?.message).toBe('and 50 more problems like these');
  });

  it('is reported in few words, whatever it holds', () => {
    const error = refusal({ ...OCI, mediaType: 'x'.repeat(1_000_000), ['y'.repeat(100_000)]: 1 });
    expect(error.message.length).toBeLessThan(1_000);
  });
});
