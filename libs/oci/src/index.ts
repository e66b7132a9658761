export { DigestError, algorithmOf, digestOf, isDigest, parseDigest } from './digest.js';
export type { Digest, DigestAlgorithm } from './digest.js';
