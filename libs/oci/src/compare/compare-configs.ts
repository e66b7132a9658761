import { jsonPathStep } from '../json/json-path.js';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../json/json-value.js';
import { readJson } from '../json/parse-json.js';

/** One field of a config that differs; null stands for a side that does not say it. */
export interface FieldChange {
  /** In the config's own words, steps as JSONPath has them: `config.Env.PATH`, `config.Labels['org.example/x']`. */
  readonly field: string;
  /** A text as it stands, anything else as JSON. */
  readonly left: string | null;
  readonly right: string | null;
}

/**
 * Compares two image configs field by field, fields that only Docker writes included. As Go's decoder has it, null, an
 * empty value and an absent one are the same. Environment variables are compared by name, exposed ports and volumes as
 * sets, commands as a whole; `rootfs` is left to whoever compares layers. Throws `JsonError`; what is no object holds
 * nothing. Changes come in the order of their fields' names.
 */
export function compareConfigs(left: Uint8Array, right: Uint8Array): readonly FieldChange[] {
  const changes: FieldChange[] = [];
  compareFields(readConfig(left), readConfig(right), '', changes);
  return changes;
}

/** A value to compare; undefined is nothing. Keys are names, or positions in an array. */
type Comparable = string | number | true | Fields | undefined;
type Fields = ReadonlyMap<string | number, Comparable>;

function readConfig(bytes: Uint8Array): Fields {
  const { value } = readJson(bytes);
  if (!isJsonObject(value)) return new Map();
  const fields = new Map(fieldsOf(value));
  fields.delete('rootfs');
  return fields;
}

function fieldsOf(object: JsonObject): Fields {
  return new Map(Object.entries(object).map(([name, value]) => [name, comparable(name, value)]));
}

function comparable(name: string, value: JsonValue): Comparable {
  if (isJsonObject(value)) return name === 'ExposedPorts' || name === 'Volumes' ? membersOf(value) : fieldsOf(value);
  if (!isJsonArray(value)) return value || undefined;
  if (name === 'Env' && value.every((item) => typeof item === 'string')) return variablesOf(value);
  if (value.every(isJsonObject)) return new Map(value.map((item, index) => [index, fieldsOf(item)]));
  return JSON.stringify(value);
}

function membersOf(set: JsonObject): Fields {
  return new Map(Object.keys(set).map((member) => [member, member]));
}

/** Of two with one name the last counts, as in a process. */
function variablesOf(env: readonly string[]): Fields {
  return new Map(
    env.map((variable) => {
      const equals = variable.indexOf('=');
      return equals < 0 ? [variable, ''] : [variable.slice(0, equals), variable.slice(equals + 1)];
    }),
  );
}

function compareFields(left: Fields, right: Fields, path: string, changes: FieldChange[]): void {
  for (const key of [...new Set([...left.keys(), ...right.keys()])].sort(inOrder)) {
    const [one, other] = [left.get(key), right.get(key)];
    const field = path === '' && typeof key === 'string' ? key : path + jsonPathStep(key);
    if (isFields(one) || isFields(other)) compareFields(asFields(one), asFields(other), field, changes);
    const change = { field, left: show(one), right: show(other) };
    if (change.left !== change.right) changes.push(change);
  }
}

const isFields = (value: Comparable): value is Fields => value instanceof Map;
const asFields = (value: Comparable): Fields => (isFields(value) ? value : new Map());
const show = (value: Comparable): string | null => (value === undefined || isFields(value) ? null : String(value));

function inOrder(left: string | number, right: string | number): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  return String(left) < String(right) ? -1 : 1;
}
