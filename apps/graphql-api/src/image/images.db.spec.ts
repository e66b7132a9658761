import { describe, expect, it } from '@jest/globals';
import { fixtures } from '../testing/small-catalog.js';
import { askSmallCatalog } from '../testing/ask-small-catalog.js';

const { answer } = askSmallCatalog();
const { baseAmd64, webAmd64, legacy, s390x } = fixtures;

describe('images', () => {
  it.each<[string, object, readonly string[]]>([
    ['a platform', { platform: ['windows/amd64'] }, [fixtures.windows.digest]],
    ['a layer', { layer: legacy.layers[0]?.digest }, [legacy.digest]],
    ['a format', { format: ['DOCKER_SCHEMA2'] }, [legacy.digest]],
    ['a registry', { registry: { eq: 'two.example' } }, [baseAmd64.digest]],
    ['a repository', { repository: { eq: 'team/nested' } }, [s390x.digest, webAmd64.digest]],
    ['no tag', { tagged: false }, [fixtures.webArm64.digest]],
    [
      'a size',
      {
        size: { min: 1, max: legacy.layers.reduce((sum, { bytes }) => sum + bytes.length, 0) },
        format: ['DOCKER_SCHEMA2'],
      },
      [legacy.digest],
    ],
  ])('are found by %s', async (_, where, expected) => {
    const data = await answer('query($where: ImageFilter) { images(where: $where) { totalCount nodes { digest } } }', {
      where,
    });
    expect(data).toEqual({ images: { totalCount: expected.length, nodes: expected.map((digest) => ({ digest })) } });
  });
});
