import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { digestOf } from '../digest.js';
import { MEDIA_TYPES } from '../media-types.js';
import { anArtifact, anImage, anIndex } from '../testing.js';
import { DIGEST, DOCKER, INDEX, LIST, OCI, WITHDRAWN, parse } from '../testing/documents.js';
import { ManifestError } from './manifest-error.js';
import { parseManifest } from './parse-manifest.js';

describe('whatever the bytes', () => {
  const originals = [
    anImage({ format: 'docker' }),
    anIndex({ entries: [anImage()], attestations: 'classic' }),
    anArtifact({ subject: anImage() }),
  ];

  it('parseManifest throws nothing but ManifestError', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...originals),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }),
        (original, changes) => {
          const bytes = Uint8Array.from(original.bytes);
          for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
          try {
            expect(parseManifest(bytes, { contentType: null }).digest).toBe(digestOf(bytes));
          } catch (error) {
            if (!(error instanceof ManifestError)) throw error;
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });

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
      fc.property(fc.constantFrom(OCI, DOCKER, INDEX, LIST, WITHDRAWN), key, tree, (document, field, value) => {
        try {
          parse({ ...document, [field]: value });
        } catch (error) {
          if (!(error instanceof ManifestError)) throw error;
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
