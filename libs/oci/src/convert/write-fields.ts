import { jsonPathStep } from '../json/json-path.js';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../json/json-value.js';
import type { ConversionLoss } from './conversion.js';

/** The fields that an object keeps, in the order of writing, and why the others go. */
export interface FieldRule {
  readonly keep: readonly string[];
  /** By name; other fields are unknown to both formats. */
  readonly lost: Readonly<Record<string, string>>;
}

/**
 * Writes an object again with the fields that the other format has, `fresh` ones replacing those of the source, and
 * names every field that says something and is left behind.
 */
export function writeFields(
  source: JsonObject,
  path: string,
  rule: FieldRule,
  fresh: JsonObject,
  losses: ConversionLoss[],
): JsonObject {
  for (const name in source) {
    if (rule.keep.includes(name) || saysNothing(source[name])) continue;
    const known = Object.hasOwn(rule.lost, name) ? rule.lost[name] : undefined; // a stranger's name may be `constructor`
    const reason = known ?? 'no such field is known in either format';
    losses.push({ path: path + jsonPathStep(name), reason });
  }
  const written: Record<string, JsonValue> = {};
  for (const name of rule.keep) {
    const value = name in fresh ? fresh[name] : source[name];
    if (value !== undefined && (name in fresh || !saysNothing(value))) written[name] = value;
  }
  return written;
}

/** Null and the empty values of Go, with which a field is as good as absent. */
export function saysNothing(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null || value === '') return true;
  return isJsonArray(value) ? value.length === 0 : isJsonObject(value) && Object.keys(value).length === 0;
}
