import { describe, expect, it } from '@jest/globals';
import { fixtures } from '../testing/small-catalog.js';
import { askSmallCatalog } from '../testing/ask-small-catalog.js';

const { answer } = askSmallCatalog();

const ONE = 'one.example';
const { baseAmd64, webAmd64, missing } = fixtures;

describe('which images share a layer', () => {
  it('is answered by digest, with tags and counts', async () => {
    const data = await answer(
      `query($d: Digest!) {
        layer(digest: $d) {
          digest mediaType sizeBytes imageCount repositoryCount
          images { totalCount nodes { digest platform { name } } }
          tags { nodes { reference } }
        }
      }`,
      { d: baseAmd64.layers[0]?.digest },
    );
    expect(data).toEqual({
      layer: {
        digest: baseAmd64.layers[0]?.digest,
        mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
        sizeBytes: baseAmd64.layers[0]?.bytes.length,
        imageCount: 2,
        repositoryCount: 4,
        images: {
          totalCount: 2,
          nodes: [
            { digest: webAmd64.digest, platform: { name: 'linux/amd64' } },
            { digest: baseAmd64.digest, platform: { name: 'linux/amd64' } },
          ],
        },
        tags: {
          nodes: [
            { reference: `${ONE}/library/base:3` },
            { reference: `${ONE}/library/base:edge` },
            { reference: `${ONE}/team/nested:1` },
            { reference: `${ONE}/team/web:stable` },
            { reference: 'two.example/library/base:3' },
          ],
        },
      },
    });
  });

  it('is null for a layer that nobody has', async () => {
    expect(await answer('query($d: Digest!) { layer(digest: $d) { id } }', { d: missing.digest })).toEqual({
      layer: null,
    });
  });
});
