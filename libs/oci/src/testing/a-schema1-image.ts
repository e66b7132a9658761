import { createHash, sign, type KeyObject } from 'node:crypto';
import { digestOf, parseDigest, type Digest } from '../digest.js';
import { MEDIA_TYPES } from '../media-types.js';
import { aLayer } from './a-layer.js';
import type { LayerFixture } from './fixture.js';

/** What an image in Docker's first format should be like; everything has a default. */
export interface Schema1Options {
  readonly seed?: string;
  /** Base first; `null` is a step that changes no files. One layer, and a step like that above it, unless said. */
  readonly layers?: readonly (LayerFixture | null)[];
  readonly name?: string;
  readonly tag?: string;
  /** `os/architecture`; `linux/amd64` unless said. */
  readonly platform?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Whose signatures stand below; nobody's unless said. */
  readonly signedBy?: readonly Signer[];
  /** Further fields of the document, or others for it. */
  readonly manifest?: Readonly<Record<string, unknown>>;
  /** Further fields of each step, newest first, or others for them. */
  readonly steps?: readonly Readonly<Record<string, unknown>>[];
}

/** A key, and what the header says about the signature; `jwk` and `alg` unless said. */
export interface Signer {
  readonly privateKey: KeyObject;
  readonly algorithm: string;
  readonly header?: Readonly<Record<string, unknown>>;
}

/** An image in Docker's first format, with what its digest covers. */
export interface Schema1Fixture {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly bytes: Uint8Array;
  readonly payload: Uint8Array;
  /** Base first, the empty ones included. */
  readonly layers: readonly Digest[];
}

/** The gzip of an empty tar archive, which Docker puts where a step changed no files. */
export const EMPTY_LAYER = parseDigest('sha256:a3ed95caeb02ffe68cdd9fd84406680ae93d633cb16422d00e8a7c22955b46d4');

/** Makes a schema 1 manifest as Docker wrote them: indented by three, newest step first, signatures in the last field. */
export function aSchema1Image(options: Schema1Options = {}): Schema1Fixture {
  const { seed = 'schema 1', signedBy = [], layers = [aLayer(`${seed} layer`), null] } = options;
  const blobs = layers.map((layer) => layer?.digest ?? EMPTY_LAYER);
  const ids = blobs.map((blob, position) => createHash('sha256').update(`${seed} ${position} ${blob}`).digest('hex'));
  const steps = layers.map((layer, position) => aStep(options, ids, layer === null, position)).reverse();
  const [, architecture] = (options.platform ?? 'linux/amd64').split('/');
  const document = {
    schemaVersion: 1,
    name: options.name ?? 'team/app',
    tag: options.tag ?? 'v1',
    architecture,
    fsLayers: blobs.toReversed().map((blobSum) => ({ blobSum })),
    history: steps.map((step, index) => ({ v1Compatibility: JSON.stringify({ ...step, ...options.steps?.[index] }) })),
    ...options.manifest,
  };
  const payload = Buffer.from(JSON.stringify(document, null, 3));
  const isSigned = signedBy.length > 0;
  return {
    mediaType: isSigned ? MEDIA_TYPES.dockerSchema1Signed : MEDIA_TYPES.dockerSchema1,
    digest: digestOf(payload),
    bytes: isSigned ? withSignatures(payload, signedBy) : payload,
    payload,
    layers: blobs,
  };
}

function aStep(
  { platform = 'linux/amd64', labels }: Schema1Options,
  ids: readonly string[],
  isEmpty: boolean,
  position: number,
) {
  const [os, architecture] = platform.split('/');
  const isNewest = position === ids.length - 1;
  return {
    id: ids[position],
    ...(position > 0 && { parent: ids[position - 1] }),
    created: `2016-01-01T00:00:0${position % 10}Z`,
    container_config: { Cmd: ['/bin/sh', '-c', isEmpty ? '#(nop) CMD ["app"]' : `#(nop) ADD file:${position}`] },
    ...(isNewest && { architecture, os, config: { Cmd: ['app'], Env: ['PATH=/bin'], Labels: labels ?? null } }),
    ...(isEmpty && { throwaway: true }),
  };
}

/** Adds signatures as libtrust lays them out: the payload up to its closing brace, the signatures, the brace. */
export function withSignatures(payload: Uint8Array, signers: readonly Signer[]): Uint8Array {
  const text = Buffer.from(payload).toString();
  const head = text.slice(0, text.lastIndexOf('\n}'));
  const formatTail = Buffer.from(text.slice(head.length)).toString('base64url');
  const facts = { formatLength: Buffer.byteLength(head), formatTail, time: '2016-01-01T00:00:00Z' };
  const protectedHeader = Buffer.from(JSON.stringify(facts)).toString('base64url');
  const signatures = signers.map(({ privateKey, algorithm, header }) => ({
    header: header ?? { jwk: publicJwk(privateKey), alg: algorithm },
    signature: sign(
      `sha${algorithm.slice(2)}`,
      Buffer.from(`${protectedHeader}.${Buffer.from(payload).toString('base64url')}`),
      { key: privateKey, dsaEncoding: 'ieee-p1363' },
    ).toString('base64url'),
    protected: protectedHeader,
  }));
  return Buffer.from(`${head},\n   "signatures": ${JSON.stringify(signatures, null, 3).replaceAll('\n', '\n   ')}\n}`);
}

function publicJwk(privateKey: KeyObject): Readonly<Record<string, unknown>> {
  const { kty, crv, x, y, n, e } = privateKey.export({ format: 'jwk' });
  return { kty, crv, x, y, n, e };
}
