import { parseDigest, type Digest } from '@strata/oci';

const ALGORITHMS = ['sha256', 'sha512'] as const;

/** A digest as the database keeps it: one byte for the algorithm (1 = sha256, 2 = sha512), then the hash. */
export function digestToBytes(digest: Digest): Buffer {
  const [algorithm, hex] = digest.split(':') as [(typeof ALGORITHMS)[number], string]; // the grammar of Digest
  return Buffer.concat([Buffer.from([ALGORITHMS.indexOf(algorithm) + 1]), Buffer.from(hex, 'hex')]);
}

/** The inverse of `digestToBytes`. Throws `DigestError` when the row does not hold a digest. */
export function digestFromBytes(bytes: Uint8Array): Digest {
  const algorithm = ALGORITHMS[(bytes[0] ?? 0) - 1] ?? 'unknown';
  const same = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength); // the same memory, where `subarray` and a copy cost more
  return parseDigest(`${algorithm}:${same.toString('hex', 1)}`);
}
