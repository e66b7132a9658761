import type { JsonObject } from '../json/json-value.js';
import { isJsonObject } from '../json/json-value.js';
import type { Platform } from '../platform/platform.js';
import type { Conversion, ConversionLoss } from './conversion.js';
import { LOST_FROM_DESCRIPTORS } from './convert-image.js';
import type { ManifestFamily } from './family.js';
import { saysNothing, writeFields, type FieldRule } from './write-fields.js';

/** One entry of an index, and what replaces parts of it. */
export interface EntryToWrite {
  readonly object: JsonObject;
  readonly path: string;
  readonly to: ManifestFamily;
  /** The index itself is in the family already, so that everything but a child's address stays as it is. */
  readonly isOwnFamily: boolean;
  readonly fresh: JsonObject;
  /** Of the child; null where nobody has looked at it. */
  readonly conversion: Conversion | null;
}

const ENTRY: Readonly<Record<ManifestFamily, FieldRule>> = {
  docker: { keep: ['mediaType', 'digest', 'size', 'urls', 'platform'], lost: LOST_FROM_DESCRIPTORS },
  oci: {
    keep: ['mediaType', 'digest', 'size', 'urls', 'annotations', 'data', 'platform', 'artifactType'],
    lost: {},
  },
};

const PLATFORM_FIELDS = ['architecture', 'os', 'os.version', 'os.features', 'variant'] as const;

const PLATFORM: Readonly<Record<ManifestFamily, FieldRule>> = {
  docker: { keep: [...PLATFORM_FIELDS, 'features'], lost: {} },
  oci: {
    keep: PLATFORM_FIELDS,
    lost: { features: 'OCI reserves the field and gives it no meaning, so that CPU features are not told' },
  },
};

/** Writes an entry of an index for a family; the object itself comes back where nothing changes. */
export function writeEntry(entry: EntryToWrite, losses: ConversionLoss[]): JsonObject {
  const { object, path, to, isOwnFamily, conversion } = entry;
  const isReplaced = conversion !== null && conversion.digest !== conversion.source;
  if (isOwnFamily && !isReplaced) return object;
  const address = isReplaced
    ? { mediaType: conversion.mediaType, digest: conversion.digest, size: conversion.bytes.length }
    : {};
  const source = isReplaced && to === 'oci' ? withoutData(object, path, losses) : object;
  if (isOwnFamily) return { ...source, ...address };
  const { platform } = source;
  const written = isJsonObject(platform)
    ? { platform: writeFields(platform, `${path}.platform`, PLATFORM[to], {}, losses) }
    : {};
  return writeFields(source, path, ENTRY[to], { ...address, ...written, ...entry.fresh }, losses);
}

/** A normalised platform in the words of a document; fields that say nothing are left out. */
export function writeListPlatform(platform: Platform): JsonObject {
  const { architecture, os, osVersion, osFeatures, variant } = platform;
  return {
    architecture,
    os,
    ...(osVersion !== null && { 'os.version': osVersion }),
    ...(osFeatures.length > 0 && { 'os.features': osFeatures }),
    ...(variant !== null && { variant }),
  };
}

function withoutData(object: JsonObject, path: string, losses: ConversionLoss[]): JsonObject {
  if (saysNothing(object.data)) return object;
  losses.push({ path: `${path}.data`, reason: 'it holds the manifest as it was before the conversion' });
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== 'data'));
}
