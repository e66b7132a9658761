import { describe, expect, it } from '@jest/globals';
import { digestOf } from '@strata/oci';
import { LIMITS } from '../limits.js';
import { refusalOf, REPOSITORY } from '../testing/scene.js';
import { blobOf, SMALL, writingScene } from '../testing/writing-scene.js';

const large = (sizeBytes: number): Buffer => Buffer.alloc(sizeBytes, 'strata ');

describe('a blob', () => {
  it.each<[string, number, number]>([
    ['nothing', 0, 0],
    ['a chunk', LIMITS.chunkBytes, 0],
    ['a byte more than a chunk', LIMITS.chunkBytes + 1, 2],
    ['two chunks and a half', LIMITS.chunkBytes * 2.5, 3],
  ])('of %s is uploaded whole, in as few requests as its size needs', async (_, sizeBytes, patches) => {
    const { fake, writer, writes } = await writingScene();
    const bytes = large(sizeBytes);
    await writer.uploadBlob('team/new', blobOf(bytes));
    expect(fake.content.blobs.get(digestOf(bytes))?.byteLength).toBe(sizeBytes);
    const methods = writes().map((line) => line.split(' ')[0]);
    expect(methods).toEqual(['POST', ...Array.from({ length: patches }, () => 'PATCH'), 'PUT']);
    expect(fake.content.uploads.size).toBe(0);
    expect(await writer.holdsBlob('team/new', digestOf(bytes))).toBe(true);
    expect(await writer.holdsBlob('team/other', digestOf(bytes))).toBe(false);
  });

  it('goes from one registry to another as it comes in', async () => {
    const { registry, fake } = await writingScene();
    const there = await writingScene();
    const bytes = large(LIMITS.chunkBytes + 12_345);
    const digest = fake.putBlob(REPOSITORY, bytes);
    const blob = { digest, sizeBytes: bytes.byteLength };
    const open = (signal: AbortSignal) => registry.streamBlob(REPOSITORY, blob, signal);
    await there.writer.uploadBlob('team/copy', { ...blob, open });
    expect(digestOf(there.fake.content.blobs.get(digest) ?? new Uint8Array())).toBe(digest);
  });

  it.each<[string, (bytes: Buffer) => Buffer]>([
    ['other bytes', (bytes) => Buffer.from(bytes.toString().replace('strata', 'sTrata'))],
    ['too few bytes', (bytes) => bytes.subarray(1)],
    ['too many bytes', (bytes) => Buffer.concat([bytes, bytes])],
  ])('of which the registry serves %s is not finished, and taken back', async (_, change) => {
    const { registry, fake } = await writingScene();
    const there = await writingScene();
    const bytes = large(LIMITS.chunkBytes + 10);
    const blob = { digest: fake.putBlob(REPOSITORY, bytes), sizeBytes: bytes.byteLength };
    fake.content.blobs.set(blob.digest, change(bytes));
    const open = (signal: AbortSignal) => registry.streamBlob(REPOSITORY, blob, signal);
    const error = await refusalOf(there.writer.uploadBlob('team/copy', { ...blob, open }));
    expect(error.code).toBe('digest-mismatch');
    expect(there.fake.content.blobs.has(blob.digest)).toBe(false);
    expect(there.fake.content.uploads.size).toBe(0);
    expect(there.writes().some((line) => line.startsWith('PUT'))).toBe(false);
  });

  it('is mounted where the registry has it, and not where it begins an upload instead', async () => {
    const { fake, writer, writes } = await writingScene();
    const digest = fake.putBlob(REPOSITORY, SMALL);
    expect(await writer.mountBlob('team/other', digest, REPOSITORY)).toBe(true);
    expect(await writer.holdsBlob('team/other', digest)).toBe(true);
    expect(await writer.mountBlob('team/other', digestOf(Buffer.from('absent')), REPOSITORY)).toBe(false);
    expect(writes().at(-1)).toMatch(/^DELETE .*uploads/);
    expect(fake.content.uploads.size).toBe(0);
  });

  it('is not sent to a registry that insists on larger chunks than we would hold', async () => {
    const { fake, writer } = await writingScene();
    const answer = (least: number) =>
      ({
        kind: 'answer',
        status: 202,
        headers: { location: '/v2/team/new/blobs/uploads/x', 'oci-chunk-min-length': String(least) },
      }) as const;
    fake.misbehave({ method: 'POST', path: '/uploads/' }, answer(LIMITS.largestChunkBytes + 1));
    expect(await refusalOf(writer.uploadBlob('team/new', blobOf(SMALL)))).toMatchObject({ code: 'unsupported' });
  });

  it('never waits in memory for more than a chunk of it, however large it is', async () => {
    const { fake, writer } = await writingScene();
    const part = Buffer.alloc(1 << 20, 1);
    const whole = Buffer.concat(Array.from({ length: 40 }, () => part));
    const received = () =>
      [...fake.content.uploads.values()]
        .flatMap(({ chunks }) => chunks)
        .reduce((sum, { byteLength }) => sum + byteLength, 0);
    let most = 0;
    async function* counted(): AsyncGenerator<Uint8Array> {
      for (let sent = 0; sent < whole.byteLength; sent += part.byteLength) {
        yield part;
        most = Math.max(most, sent + part.byteLength - received());
      }
    }
    await writer.uploadBlob('team/new', { ...blobOf(whole), open: async () => counted() });
    expect(most).toBeLessThanOrEqual(LIMITS.chunkBytes + part.byteLength);
  });
});
