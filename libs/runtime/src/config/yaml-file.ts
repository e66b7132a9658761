import { LineCounter, isMap, isNode, isPair, isScalar, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import type { ConfigProblem } from './config-error.js';
import type { Environment } from './read-config.js';
import { substituteVariables } from './substitute-variables.js';

/** Where a value stands: the keys and positions that lead to it. */
export type Path = readonly PropertyKey[];

/** One thing that is wrong with a value, as zod says it, or as we say it ourselves. */
export type Issue = z.core.$ZodIssue | { readonly code: 'custom'; readonly path: Path; readonly message: string };

/** A problem, and where it stands in its file for those who sort. */
export interface PlacedProblem extends ConfigProblem {
  readonly file: string;
  readonly offset: number;
}

/** A YAML text that knows where each of its values stands. */
export interface YamlFile {
  readonly file: string;
  /** Why the text is no YAML; nothing else is to be asked of it then. */
  readonly broken: readonly PlacedProblem[];
  /**
   * Everything as plain values, with the variables put in below these keys of the top (and below all without `keys`); what
   * stands elsewhere stays as it was written.
   */
  readonly read: (env: Environment, keys?: readonly string[]) => ReadYaml;
  /** Says an issue with its line and column; several for several unknown keys. */
  readonly place: (issue: Issue) => readonly PlacedProblem[];
}

/** Plain values, and the variables in them that are not set. */
export interface ReadYaml {
  readonly value: unknown;
  readonly problems: readonly PlacedProblem[];
}

/** Parses a text; `file` is only its name in the problems. */
export function parseYaml(file: string, text: string): YamlFile {
  const lines = new LineCounter();
  const document: Document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const problem = (offset: number, message: string): PlacedProblem => {
    const { line, col } = lines.linePos(offset);
    return { file, offset, where: `${file}:${Math.max(line, 1)}:${Math.max(col, 1)}`, message };
  };
  const top = document.contents;
  return {
    file,
    broken: document.errors.map((error) => problem(error.pos[0], error.message)),
    read(env, keys) {
      const nodes = keys === undefined || !isMap(top) ? [top] : keys.map((key) => top.get(key, true));
      const missing = substituteVariables(document, nodes.filter(isNode), env);
      const value: unknown = document.toJS();
      return { value, problems: missing.map(({ offset, message }) => problem(offset, message)) };
    },
    place: (issue) => placed(document, issue).map(({ offset, message }) => problem(offset, message)),
  };
}

interface Found {
  readonly offset: number;
  readonly message: string;
}

function placed(document: Document, issue: Issue): readonly Found[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      offset: offsetOfKey(document, issue.path, key),
      message: `${nameOf([...issue.path, key])} is not a known setting`,
    }));
  }
  const absent = issue.path.length > 0 && !document.hasIn(issue.path);
  const message = absent ? 'is needed and not set' : issue.message;
  return [{ offset: offsetOf(document, issue.path), message: `${nameOf(issue.path)} ${message}`.trimStart() }];
}

/** Where the value at `path` stands; for something absent, its nearest parent. */
function offsetOf(document: Document, path: Path): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function offsetOfKey(document: Document, path: Path, key: string): number {
  const map = path.length === 0 ? document.contents : document.getIn(path, true);
  const pair = isMap(map)
    ? map.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === key)
    : null;
  return isNode(pair?.key) && pair.key.range ? pair.key.range[0] : offsetOf(document, path);
}

function nameOf(path: Path): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
}
