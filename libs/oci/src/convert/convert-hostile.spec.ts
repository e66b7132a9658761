import { describe, expect, it } from '@jest/globals';
import { CEILINGS } from '../ceilings.js';
import { digestOf, type Digest } from '../digest.js';
import { isJsonArray, isJsonObject, type JsonValue } from '../json/json-value.js';
import { readJson } from '../json/parse-json.js';
import { MEDIA_TYPES } from '../media-types.js';
import { anImage, anIndex } from '../testing.js';
import { OCI, bytesOf } from '../testing/documents.js';
import { platformOf } from '../testing/platform-of.js';
import { ConversionError } from './conversion.js';
import { convertManifest, type ConvertOptions } from './convert-manifest.js';
import type { ManifestFamily } from './family.js';

const known = new Map<Digest, Uint8Array>();
const childOf: ConvertOptions['childOf'] = (digest) => {
  const bytes = known.get(digest);
  return bytes === undefined ? null : { bytes, platform: platformOf('linux/amd64') };
};

/** Writes an OCI index, to be found as a child from then on, and gives the entry that points at it. */
function anIndexOf(manifests: readonly unknown[], fields: object = {}) {
  const bytes = bytesOf({ schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests, ...fields });
  const entry = { mediaType: MEDIA_TYPES.ociIndex, digest: digestOf(bytes), size: bytes.length };
  known.set(entry.digest, bytes);
  return { bytes, entry };
}

const anEntry = (bytes: Uint8Array, fields: object = {}) => {
  known.set(digestOf(bytes), bytes);
  return { mediaType: MEDIA_TYPES.ociManifest, digest: digestOf(bytes), size: bytes.length, ...fields };
};

const convert = (bytes: Uint8Array, to: ManifestFamily = 'docker') =>
  convertManifest(bytes, { to, contentType: null, childOf });

function problemsOf(bytes: Uint8Array): ConversionError['problems'] {
  try {
    convert(bytes);
  } catch (error) {
    if (error instanceof ConversionError) return error.problems;
    throw error;
  }
  throw new Error('it was converted');
}

const many = <T>(value: T): readonly T[] => Array.from({ length: CEILINGS.indexChildren }, () => value);

function entriesOf(bytes: Uint8Array): readonly JsonValue[] {
  const { value } = readJson(bytes);
  return isJsonObject(value) && isJsonArray(value.manifests) ? value.manifests : [];
}

describe('convertManifest, of documents that want to be expensive', () => {
  it.each(['constructor', 'toString', 'hasOwnProperty', '__proto__'])(
    'says in words why a field called %s is left behind',
    (name) => {
      const { losses } = convert(bytesOf({ ...OCI, ...JSON.parse(`{"${name}":7}`) }));
      expect(losses).toEqual([{ path: `$.${name}`, reason: 'no such field is known in either format' }]);
    },
  );

  it('names what is missing once, however often the index that lacks it is listed', () => {
    const missing = { mediaType: MEDIA_TYPES.ociManifest, digest: digestOf(Buffer.from('nobody has it')), size: 1 };
    const inner = anIndexOf([missing]);
    const outer = anIndexOf(many(inner.entry));
    const root = anIndexOf(many(outer.entry));
    expect(problemsOf(root.bytes).map(({ code, path }) => [code, path])).toEqual([
      ['CHILD_UNKNOWN', '$.manifests[0].manifests[0].manifests[0]'],
    ]);
  });

  it('makes no list of nested ones that has more entries than anybody reads', () => {
    const image = anEntry(bytesOf(OCI), { platform: { os: 'linux', architecture: 'amd64' } });
    const inner = anIndexOf([image, image]);
    expect(
      entriesOf(convert(anIndexOf(many(inner.entry).slice(0, CEILINGS.indexChildren / 2)).bytes).bytes),
    ).toHaveLength(CEILINGS.indexChildren);
    const root = anIndexOf(many(inner.entry).slice(0, CEILINGS.indexChildren / 2 + 1));
    expect(problemsOf(root.bytes).map(({ code, path }) => [code, path])).toEqual([['TOO_MANY', '$.manifests']]);
  });

  it('tells no more losses than a document can have values, whatever stands behind its entries', () => {
    const fields = Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`field-${at}`, 1]));
    const inner = anIndexOf([], fields);
    const root = anIndexOf(many(inner.entry));
    expect(problemsOf(root.bytes).map(({ code, path }) => [code, path])).toEqual([['TOO_MANY', '$.manifests']]);
  });
});

describe('convertManifest, of a nested list whose entries name their image', () => {
  it('keeps every entry of it, and points each to the new digest', () => {
    const image = anImage({ format: 'oci' });
    const reference = { annotations: { 'vnd.docker.reference.digest': image.digest } };
    const docker = anImage({ format: 'docker', seed: 'docker' });
    const list = anIndex({
      format: 'docker',
      entries: [
        { manifest: docker, fields: reference },
        { manifest: docker, fields: { ...reference, platform: { os: 'linux', architecture: 'arm64' } } },
      ],
    });
    const entries = [image, list].map(({ mediaType, digest, bytes }) => {
      known.set(digest, bytes);
      return { mediaType, digest, size: bytes.length };
    });
    known.set(docker.digest, docker.bytes);
    const conversion = convert(anIndexOf(entries).bytes);
    const [converted] = entriesOf(conversion.bytes);
    const changed = isJsonObject(converted) ? converted.digest : null;
    expect(entriesOf(conversion.bytes)).toEqual([
      expect.objectContaining({ digest: conversion.children[0]?.digest }),
      ...[1, 2].map(() => expect.objectContaining({ annotations: { 'vnd.docker.reference.digest': changed } })),
    ]);
  });
});
