import { parseDigest } from '../digest.js';

/**
 * Docker's empty layer, where a step changed no files: the gzip of an empty archive (1,024 zero bytes, uncompressed),
 * always the same bytes, so that everything about it is known.
 */
export const EMPTY_LAYER = {
  digest: parseDigest('sha256:a3ed95caeb02ffe68cdd9fd84406680ae93d633cb16422d00e8a7c22955b46d4'),
  sizeBytes: 32,
  /** Of the uncompressed archive. */
  diffId: parseDigest('sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef'),
};
