import { hash } from 'node:crypto';
import { parseDigest, type Digest } from '../digest.js';

/**
 * The chain up to and including each layer: ChainID(L0…Ln) = sha256(ChainID(L0…Ln-1) + " " + Ln), the first being the
 * layer's own digest (OCI image-spec 1.1, config.md, "Layer ChainID"). Of diff_ids it names a root filesystem; of
 * compressed digests it names a stack of blobs. Two images with an equal chain at some position share everything below.
 */
export function chainIds(digests: readonly Digest[]): readonly Digest[] {
  const chains: Digest[] = [];
  for (const digest of digests) {
    const below = chains.at(-1);
    chains.push(below === undefined ? digest : parseDigest(`sha256:${hash('sha256', `${below} ${digest}`)}`));
  }
  return chains;
}
