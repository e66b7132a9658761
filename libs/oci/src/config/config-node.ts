import { misspeltKeys, type FieldNames } from '../json/ambiguous-keys.js';
import { jsonPathStep } from '../json/json-path.js';
import { isJsonArray, isJsonObject, kindOfJson, type JsonObject, type JsonValue } from '../json/json-value.js';
import { quote, type Problems } from '../manifest/gather-problems.js';
import { readDate } from './read-date.js';

/** One object of a config while it is read. In each field null and absent are nothing; a value of another kind is a problem. */
export interface ConfigNode {
  readonly object: JsonObject;
  readonly path: string;
  readonly problems: Problems;
}

const EMPTY: JsonObject = {};

/** Opens a value that should be an object; what is none reads as one that holds nothing, with the problem added. */
export function openNode(value: JsonValue, path: string, problems: Problems): ConfigNode {
  if (isJsonObject(value)) return { object: value, path, problems };
  if (value !== null) problems.add('SHAPE', `an object is expected, not ${kindOfJson(value)}`, path);
  return { object: EMPTY, path, problems };
}

/** Reports keys that Go takes for one of these names and we do not. */
export function checkCase({ object, path, problems }: ConfigNode, names: FieldNames): void {
  for (const { key, name } of misspeltKeys(object, names))
    problems.add('AMBIGUOUS', `some readers take ${quote(key)} for ${quote(name)}`, path + jsonPathStep(key));
}

/** Asks whether a field holds anything but null. */
export function hasField(node: ConfigNode, name: string): boolean {
  return fieldOf(node, name) !== null;
}

/** The object in a field. */
export function childOf(node: ConfigNode, name: string): ConfigNode {
  return openNode(fieldOf(node, name), pathOf(node, name), node.problems);
}

/** A text; null for an empty one too. */
export function textOf(node: ConfigNode, name: string): string | null {
  const value = fieldOf(node, name);
  if (value === null || typeof value === 'string') return value || null;
  return wrong(node, name, 'a string', value);
}

/** A flag that is false unless said. */
export function flagOf(node: ConfigNode, name: string): boolean {
  const value = fieldOf(node, name);
  if (value !== null && typeof value !== 'boolean') wrong(node, name, 'true or false', value);
  return value === true;
}

/** A moment; null where the text is none, because builders write what they like. */
export function dateOf(node: ConfigNode, name: string): Date | null {
  const text = textOf(node, name);
  return text === null ? null : readDate(text);
}

/** A whole number; null where it is so large that no reader agrees on it. */
export function countOf(node: ConfigNode, name: string): number | null {
  const value = fieldOf(node, name);
  if (value === null || typeof value === 'number') return Number.isSafeInteger(value) ? value : null;
  return wrong(node, name, 'a number', value);
}

/** An array of anything. */
export function arrayOf(node: ConfigNode, name: string): readonly JsonValue[] {
  const value = fieldOf(node, name);
  if (value === null || isJsonArray(value)) return value ?? [];
  return wrong(node, name, 'an array', value) ?? [];
}

/** An array of texts, where null stands for an empty one. */
export function textsOf(node: ConfigNode, name: string): readonly string[] | null {
  const value = fieldOf(node, name);
  if (value === null) return null;
  const texts = isJsonArray(value) ? value.map((item) => item ?? '') : null;
  if (texts?.every((item) => typeof item === 'string')) return texts;
  return wrong(node, name, 'an array of strings', value);
}

/** The same, or one text alone, as old Docker clients wrote commands. */
export function commandOf(node: ConfigNode, name: string): readonly string[] | null {
  const value = fieldOf(node, name);
  return typeof value === 'string' && value !== '' ? [value] : value === '' ? null : textsOf(node, name);
}

/** The members of a set that is written as an object of empty objects. */
export function keysOf(node: ConfigNode, name: string): readonly string[] {
  return Object.keys(childOf(node, name).object);
}

/** A map of texts, where null stands for an empty one. */
export function textMapOf(node: ConfigNode, name: string): ReadonlyMap<string, string> {
  const { object } = childOf(node, name);
  const texts = new Map<string, string>();
  for (const key of Object.keys(object)) {
    const text = object[key] ?? '';
    if (typeof text === 'string') texts.set(key, text);
    else
      node.problems.add(
        'SHAPE',
        `a string is expected, not ${kindOfJson(text)}`,
        pathOf(node, name) + jsonPathStep(key),
      );
  }
  return texts;
}

function fieldOf({ object }: ConfigNode, name: string): JsonValue {
  return object[name] ?? null;
}

function pathOf({ path }: ConfigNode, name: string): string {
  return path + jsonPathStep(name);
}

function wrong(node: ConfigNode, name: string, expected: string, found: JsonValue): null {
  node.problems.add('SHAPE', `${expected} is expected, not ${kindOfJson(found)}`, pathOf(node, name));
  return null;
}
