import { describe, expect, it } from '@jest/globals';
import { MEDIA_TYPES } from '../media-types.js';
import { CONFIG, DOCKER, INDEX, LIST, OCI, SCHEMA1, parse, problems, refusal, without } from '../testing/documents.js';

describe('the type of a document', () => {
  it.each<[string, object, string | null, string]>([
    ['its own word', INDEX, null, 'oci-index'],
    ['both words, when they agree', OCI, MEDIA_TYPES.ociManifest, 'oci-image'],
    [
      'both words, parameters and letter case aside',
      OCI,
      ' Application/vnd.OCI.image.manifest.v1+json; charset=utf-8',
      'oci-image',
    ],
    ['its own word, when it was served as JSON', LIST, 'application/json; charset=utf-8', 'docker-list'],
    ['its own word, when it was served as text', DOCKER, 'text/plain', 'docker-schema2'],
    ['its own word, when it was served as bytes', DOCKER, 'application/octet-stream', 'docker-schema2'],
    ['its own word, when the Content-Type was empty', DOCKER, '', 'docker-schema2'],
    ['the word of the server alone', without(OCI, 'mediaType'), MEDIA_TYPES.ociManifest, 'oci-image'],
    ['the structure of an OCI manifest', without(OCI, 'mediaType'), null, 'oci-image'],
    [
      'the structure of an artifact',
      { ...without(OCI, 'mediaType'), config: { ...CONFIG, mediaType: 'application/x' } },
      null,
      'oci-image',
    ],
    ['the structure of an index', without(INDEX, 'mediaType'), 'text/plain', 'oci-index'],
    ['the structure of schema 1', SCHEMA1, null, 'docker-schema1'],
    ['the structure of an empty index', { schemaVersion: 2, manifests: [] }, null, 'oci-index'],
  ])('is decided by %s', (_, document, contentType, format) => {
    expect(parse(document, { contentType }).format).toBe(format);
  });

  it.each<[string, unknown, string | null, string[]]>([
    ['the two words differ', OCI, MEDIA_TYPES.ociIndex, ['TYPE_MISMATCH $.mediaType']],
    ['the two words differ in family', DOCKER, MEDIA_TYPES.ociManifest, ['TYPE_MISMATCH $.mediaType']],
    ['it was served as a web page', OCI, 'text/html', ['TYPE_MISMATCH $.mediaType']],
    [
      'it was served as schema 2 and is schema 1',
      SCHEMA1,
      MEDIA_TYPES.dockerManifest,
      ['TYPE_MISMATCH $.schemaVersion'],
    ],
    [
      'it was served as schema 1 and is not',
      without(OCI, 'mediaType'),
      MEDIA_TYPES.dockerSchema1,
      ['TYPE_MISMATCH $.schemaVersion'],
    ],
    [
      'its own word means nothing here',
      { ...OCI, mediaType: 'application/vnd.example+json' },
      null,
      ['UNKNOWN_TYPE $.mediaType'],
    ],
    [
      'its own word is in other letters',
      { ...OCI, mediaType: MEDIA_TYPES.ociManifest.toUpperCase() },
      null,
      ['UNKNOWN_TYPE $.mediaType'],
    ],
    ['its own word is no word', { ...OCI, mediaType: 5 }, null, ['SHAPE $.mediaType']],
    ['the only word means nothing here', { a: 1 }, 'text/html', ['UNKNOWN_TYPE null']],
    [
      'the two words differ, and what else is wrong is told too',
      { ...OCI, layers: 1 },
      MEDIA_TYPES.ociIndex,
      ['TYPE_MISMATCH $.mediaType', 'SHAPE $.layers'],
    ],
    ['nothing decides', { schemaVersion: 2 }, null, ['UNKNOWN_TYPE null']],
    ['there is no version and no word', without(OCI, 'mediaType', 'schemaVersion'), null, ['UNKNOWN_TYPE null']],
    [
      'a registry answered with an error',
      { errors: [{ code: 'MANIFEST_UNKNOWN' }] },
      'application/json',
      ['UNKNOWN_TYPE null'],
    ],
    ['a proxy answered with a login page', '<!DOCTYPE html><html></html>', 'text/html', ['BAD_JSON $']],
    ['nothing came', '', null, ['BAD_JSON $']],
    ['it is an array', [OCI], null, ['SHAPE $']],
    ['it is null', null, MEDIA_TYPES.ociManifest, ['SHAPE $']],
    ['a Docker manifest does not name itself', without(DOCKER, 'mediaType'), null, ['SHAPE $.mediaType']],
    ['a Docker list does not name itself', without(LIST, 'mediaType'), MEDIA_TYPES.dockerList, ['SHAPE $.mediaType']],
    ['the version is missing', without(OCI, 'schemaVersion'), null, ['SHAPE $.schemaVersion']],
    ['the version is another', { ...INDEX, schemaVersion: '2' }, null, ['SHAPE $.schemaVersion']],
  ])('is refused when %s', (_, document, contentType, expected) => {
    expect(problems(document, contentType)).toEqual(expected);
  });

  it.each<[unknown, string | null, object]>([
    [{ ...OCI, layers: 1 }, null, { mediaType: MEDIA_TYPES.ociManifest, format: 'oci-image' }],
    [{ ...SCHEMA1, signatures: [1] }, null, { mediaType: MEDIA_TYPES.dockerSchema1Signed, format: 'docker-schema1' }],
    ['not JSON', MEDIA_TYPES.dockerList, { mediaType: MEDIA_TYPES.dockerList, format: 'docker-list' }],
    [{ mediaType: 'application/x' }, null, { mediaType: 'application/x', format: null }],
    ['', null, { mediaType: null, format: null }],
  ])('is told by the error as far as it is claimed: %#', (document, contentType, claimed) => {
    expect(refusal(document, contentType).claimed).toEqual(claimed);
  });
});
