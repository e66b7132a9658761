import type { JsonObject } from './json-value.js';

const LONG_S = /ſ/g;

/**
 * Brings a key to the form under which Go's decoder compares it with a field's name: letter case does not matter,
 * nor do the long s and the Kelvin sign, which fold to `s` and `k`.
 */
export function foldKey(key: string): string {
  return key.toLowerCase().replace(LONG_S, 's');
}

/** The names that one kind of object gives a meaning to, and their folded forms. */
export interface FieldNames {
  readonly exact: ReadonlySet<string>;
  readonly byFolded: ReadonlyMap<string, string>;
  /** Folding changes no length, so a key of any other length need not be folded. */
  readonly lengths: ReadonlySet<number>;
}

/** Prepares names for `misspeltKeys`, once per kind of object. */
export function fieldNames(...names: readonly string[]): FieldNames {
  return {
    exact: new Set(names),
    byFolded: new Map(names.map((name) => [foldKey(name), name])),
    lengths: new Set(names.map(({ length }) => length)),
  };
}

/**
 * Finds keys that Go reads as a field and JavaScript does not, because only the letter case differs. A document with
 * such a key means different things to different clients (CVE-2021-41190 and its kin).
 */
export function misspeltKeys(
  object: JsonObject,
  names: FieldNames,
): readonly { readonly key: string; readonly name: string }[] {
  let found: { readonly key: string; readonly name: string }[] | null = null;
  for (const key in object) {
    if (!names.lengths.has(key.length) || names.exact.has(key)) continue;
    const name = names.byFolded.get(foldKey(key));
    if (name !== undefined) (found ??= []).push({ key, name });
  }
  return found ?? [];
}
