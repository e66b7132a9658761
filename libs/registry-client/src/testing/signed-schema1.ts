import { parseDigest } from '@strata/oci';

const PAYLOAD = JSON.stringify(
  {
    schemaVersion: 1,
    name: 'demo/app',
    tag: 'v1',
    architecture: 'amd64',
    fsLayers: [{ blobSum: 'sha256:a3ed95caeb02ffe68cdd9fd84406680ae93d633cb16422d00e8a7c22955b46d4' }],
    history: [
      {
        v1Compatibility: JSON.stringify({ id: '1'.repeat(64), architecture: 'amd64', os: 'linux', throwaway: true }),
      },
    ],
  },
  null,
  3,
);
const HEADER = { formatLength: PAYLOAD.length - 2, formatTail: 'Cn0', time: '2016-01-01T00:00:00Z' };
const SIGNATURE = {
  header: { alg: 'ES256' },
  signature: 'AA',
  protected: Buffer.from(JSON.stringify(HEADER)).toString('base64url'),
};

/** A signed schema 1 manifest as old registries serve one; the signature itself is nobody's. */
export const SIGNED: Buffer = Buffer.from(
  `${PAYLOAD.slice(0, -2)},\n   "signatures": [${JSON.stringify(SIGNATURE)}]\n}`,
);
/** What a registry calls it: the hash of the part that is signed. */
export const SIGNED_PAYLOAD_DIGEST = parseDigest(
  'sha256:7de3ead356821b4f78889e644f5b710c7027366e8f331a2e36a4fb4995119de6',
);
/** Its media type. */
export const SIGNED_TYPE = 'application/vnd.docker.distribution.manifest.v1+prettyjws';
