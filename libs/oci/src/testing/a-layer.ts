import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { digestOf } from '../digest.js';
import { MEDIA_TYPES } from '../media-types.js';
import type { LayerFixture } from './fixture.js';

const TAR_BLOCK_BYTES = 512;
const STORED_BLOCK_BYTES = 0xffff;
const GZIP_HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);

/**
 * Makes a layer from a seed: the same bytes on every machine, because nothing is compressed and no clock is asked.
 * Holds one file of `contentBytes`, or of up to 2 KiB as the seed has it.
 */
export function aLayer(seed: string, options: { readonly contentBytes?: number } = {}): LayerFixture {
  const content = Buffer.from(textFrom(seed, options.contentBytes));
  const archive = tar(`layers/${createHash('sha256').update(seed).digest('hex').slice(0, 12)}.txt`, content);
  const bytes = storedGzip(archive);
  return { mediaType: MEDIA_TYPES.ociLayerGzip, digest: digestOf(bytes), bytes, diffId: digestOf(archive) };
}

/** Text that looks random and depends on nothing but the seed. */
export function textFrom(seed: string, sizeBytes?: number): string {
  const first = createHash('sha256').update(seed).digest();
  const wanted = sizeBytes ?? 64 + (first.readUInt16BE(0) % 1_984);
  let text = '';
  for (let part = 0; text.length < wanted; part += 1)
    text += createHash('sha256').update(`${seed}/${part}`).digest('hex');
  return text.slice(0, wanted);
}

/** One file in the ustar format (POSIX.1-1988), with the two empty blocks that end an archive. */
function tar(name: string, content: Buffer): Buffer {
  const header = Buffer.alloc(TAR_BLOCK_BYTES);
  header.write(name, 0);
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write(`${'0'.repeat(11)}\0`, 136);
  header.write(' '.repeat(8), 148);
  header.write('0', 156);
  header.write('ustar\x0000', 257);
  const checksum = header.reduce((sum, byte) => sum + byte, 0);
  header.write(`${checksum.toString(8).padStart(6, '0')}\0 `, 148);
  const padding = Buffer.alloc((TAR_BLOCK_BYTES - (content.length % TAR_BLOCK_BYTES)) % TAR_BLOCK_BYTES);
  return Buffer.concat([header, content, padding, Buffer.alloc(2 * TAR_BLOCK_BYTES)]);
}

/** Gzip (RFC 1952) around stored blocks (RFC 1951 section 3.2.4): compressors differ between versions, this does not. */
function storedGzip(content: Buffer): Buffer {
  const blocks: Buffer[] = [];
  for (let start = 0; start < content.length; start += STORED_BLOCK_BYTES) {
    const block = content.subarray(start, start + STORED_BLOCK_BYTES);
    const head = Buffer.alloc(5);
    head.writeUInt8(start + block.length === content.length ? 1 : 0, 0);
    head.writeUInt16LE(block.length, 1);
    head.writeUInt16LE(0xffff - block.length, 3);
    blocks.push(head, block);
  }
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(content), 0);
  trailer.writeUInt32LE(content.length, 4);
  return Buffer.concat([GZIP_HEADER, ...blocks, trailer]);
}
