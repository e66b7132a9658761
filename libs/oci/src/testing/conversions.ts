import { ConversionError, type Conversion } from '../convert/conversion.js';
import { convertManifest, type ConvertOptions } from '../convert/convert-manifest.js';
import type { ManifestFamily } from '../convert/family.js';
import { isJsonObject, type JsonObject } from '../json/json-value.js';
import { readJson } from '../json/parse-json.js';
import { bytesOf } from './documents.js';
import { manifestsOf, type ManifestFixture } from './fixture.js';
import { platformOf } from './platform-of.js';

// Conversions as specs ask for them.

/** Converts a document, text or bytes; nothing is known behind it unless told. */
export const convert = (document: unknown, to: ManifestFamily, options: Partial<ConvertOptions> = {}): Conversion =>
  convertManifest(bytesOf(document), { to, contentType: null, childOf: () => null, ...options });
/** The JSON that would be pushed. */
export const textOf = ({ bytes }: Conversion): string => Buffer.from(bytes).toString();
/** The same, read. */
export const documentOf = ({ bytes }: Conversion): JsonObject => {
  const { value } = readJson(bytes);
  if (!isJsonObject(value)) throw new Error('no object');
  return value;
};
/** Where something is lost, in order. */
export const lossPaths = ({ losses }: Conversion): string[] => losses.map(({ path }) => path);

/** Every manifest behind a fixture can be found; those without a platform are for amd64. */
export function behind(fixture: ManifestFixture): ConvertOptions['childOf'] {
  const known = new Map(manifestsOf(fixture).map((manifest) => [manifest.digest, manifest.bytes]));
  return (digest) => {
    const bytes = known.get(digest);
    return bytes === undefined ? null : { bytes, platform: platformOf('linux/amd64') };
  };
}

/** Converts a fixture with everything behind it. */
export const convertFixture = (fixture: ManifestFixture, to: ManifestFamily): Conversion =>
  convertManifest(fixture.bytes, { to, contentType: fixture.mediaType, childOf: behind(fixture) });

/** What stands in the way, one line each: `CODE path`; nothing when the conversion succeeds. */
export function obstacles(run: () => unknown): string[] {
  try {
    run();
    return [];
  } catch (error) {
    if (error instanceof ConversionError) return error.problems.map(({ code, path }) => `${code} ${path}`);
    throw error;
  }
}
