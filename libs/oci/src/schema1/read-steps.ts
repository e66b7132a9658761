import { CEILINGS } from '../ceilings.js';
import { fieldNames } from '../json/ambiguous-keys.js';
import { isJsonObject, kindOfJson, type JsonValue } from '../json/json-value.js';
import { readJsonText } from '../json/parse-json.js';
import {
  checkCase,
  childOf,
  commandOf,
  dateOf,
  flagOf,
  openNode,
  textOf,
  type ConfigNode,
} from '../config/config-node.js';
import { insideOf, type Problems } from '../manifest/gather-problems.js';
import { readObject } from '../manifest/read-root.js';
import type { Schema1Step } from './schema1-manifest.js';

const NAMES = fieldNames(
  'id',
  'parent',
  'created',
  'author',
  'comment',
  'throwaway',
  'container_config',
  'config',
  'architecture',
  'os',
  'os.version',
  'variant',
);
const RULES = { what: 'a step of the history', toleratesPrecision: true };

/** The text of one step, and what stands in it. */
export interface OpenStep {
  readonly text: string;
  readonly node: ConfigNode;
}

/**
 * Opens the texts of a history, which are documents of their own (`v1Compatibility`). Null in the place of one that
 * cannot be read, with the problems added. All texts share the budget of one document.
 */
export function openSteps(history: readonly JsonValue[], problems: Problems): readonly (OpenStep | null)[] {
  let maxValues: number = CEILINGS.jsonValues;
  return history.map((value, index) => {
    const path = `$.history[${index}].v1Compatibility`;
    const text = isJsonObject(value) ? value.v1Compatibility : undefined;
    if (typeof text !== 'string') {
      problems.add('SHAPE', `the text of a step is expected, not ${kindOfJson(text)}`, path);
      return null;
    }
    const inside = insideOf('this text', path, problems);
    const read = readObject(() => readJsonText(text, { maxValues }), RULES, inside);
    if (read === null) return null;
    maxValues -= read.valueCount;
    const node = openNode(read.object, '$', inside);
    checkCase(node, NAMES);
    return { text, node };
  });
}

const ID = /^[0-9a-f]{64}$/;

/** Reads one step. Null, with the problem added, when it has no id, because no client could tell it from others. */
export function readStep({ text, node }: OpenStep): { readonly step: Schema1Step; readonly throwaway: boolean } | null {
  const id = textOf(node, 'id') ?? '';
  const step: Schema1Step = {
    id,
    parentId: textOf(node, 'parent'),
    createdAt: dateOf(node, 'created'),
    createdBy: commandOf(childOf(node, 'container_config'), 'Cmd')?.join(' ') ?? null,
    comment: textOf(node, 'comment'),
    author: textOf(node, 'author'),
    v1Compatibility: text,
  };
  const throwaway = flagOf(node, 'throwaway');
  if (ID.test(id)) return { step, throwaway };
  node.problems.add('HISTORY', 'the id of a step is 64 digits in lower-case hex', '$.id');
  return null;
}
