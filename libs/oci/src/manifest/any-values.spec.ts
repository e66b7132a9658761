import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import { MEDIA_TYPES } from '../media-types.js';
import { DIGEST, DOCKER, INDEX, LIST, OCI, SCHEMA1, WITHDRAWN, parse } from '../testing/documents.js';
import { ManifestError } from './manifest-error.js';

describe('whatever the values', () => {
  it('parseManifest throws nothing but ManifestError for any values in any field', () => {
    const key = fc.constantFrom(
      'schemaVersion',
      'mediaType',
      'config',
      'layers',
      'manifests',
      'annotations',
      'subject',
      'artifactType',
      'digest',
      'size',
      'platform',
      'os',
      'data',
      'fsLayers',
      'blobSum',
      'history',
      'v1Compatibility',
      'signatures',
      'protected',
      'header',
      '__proto__',
    );
    const leaf = fc.constantFrom(null, true, 2, -1, '', DIGEST, 'linux', ...Object.values(MEDIA_TYPES));
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.array(fc.tuple(key, tie('tree')), { maxLength: 6 }).map((pairs) => Object.fromEntries(pairs) as unknown),
      ),
    }));
    fc.assert(
      fc.property(
        fc.constantFrom(OCI, DOCKER, INDEX, LIST, WITHDRAWN, SCHEMA1),
        key,
        tree,
        (document, field, value) => {
          try {
            parse({ ...document, [field]: value });
          } catch (error) {
            if (!(error instanceof ManifestError)) throw error;
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
