import { hash } from 'node:crypto';
import type { Random } from './random.js';
import type { SeedContext } from './seed-context.js';

/** Some content: its address as documents write it, and as the database keeps it. */
export interface Address {
  readonly digest: string;
  readonly stored: Buffer;
}

/** One layer that was written. */
export interface SeedLayer extends Address {
  readonly id: number;
  readonly diffId: Address;
  readonly sizeBytes: number;
}

/** Layers in order, with the chains up to and including each. */
export interface Stack {
  readonly layers: readonly SeedLayer[];
  readonly chain: readonly Address[];
  readonly diffChain: readonly Address[];
}

export const EMPTY_STACK: Stack = { layers: [], chain: [], diffChain: [] };

const SHA256_BYTE = Buffer.from([1]);

/** The address whose hash is these 64 digits. */
export function addressOf(hex: string): Address {
  return { digest: `sha256:${hex}`, stored: Buffer.concat([SHA256_BYTE, Buffer.from(hex, 'hex')]) };
}

/** Makes up a layer and writes its row. Nobody has its bytes: a catalog never does. */
export function writeLayer(
  { sink, ids, dictionaries }: SeedContext,
  random: Random,
  { mediaType, sizeBytes }: { readonly mediaType: string; readonly sizeBytes: number },
): SeedLayer {
  const layer = {
    ...addressOf(random.hex(64)),
    id: ids.layer.next(),
    diffId: addressOf(random.hex(64)),
    sizeBytes,
  };
  sink.row('layer', [layer.id, layer.stored, dictionaries.mediaType(mediaType), sizeBytes]);
  return layer;
}

/** The stack with these layers on top: what `FROM` does. The chains of the stack are not computed again. */
export function stackUp(below: Stack, added: readonly SeedLayer[]): Stack {
  const chain = [...below.chain];
  const diffChain = [...below.diffChain];
  for (const { diffId, ...layer } of added) {
    chain.push(link(chain.at(-1), layer));
    diffChain.push(link(diffChain.at(-1), diffId));
  }
  return { layers: [...below.layers, ...added], chain, diffChain };
}

/** One step of a ChainID (OCI image-spec 1.1, config.md, "Layer ChainID"). */
function link(below: Address | undefined, { digest, stored }: Address): Address {
  return below === undefined ? { digest, stored } : addressOf(hash('sha256', `${below.digest} ${digest}`));
}
