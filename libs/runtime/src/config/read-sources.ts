import { readFileSync } from 'node:fs';
import { LineCounter, isMap, isNode, isPair, isScalar, parseDocument, type Document } from 'yaml';
import { z } from 'zod';
import { errnoOf } from '../errno-of.js';
import { ConfigError, type ConfigProblem } from './config-error.js';
import type { Checked, Environment } from './read-config.js';
import { sourceSchema, type SourceConfig } from './source-config.js';
import type { SourceWords } from './source-words.js';
import { substituteVariables } from './substitute-variables.js';

/** What reading the sources needs: the environment, and the words for the senders that the caller understands. */
export interface SourceOptions<D extends string, A> {
  readonly env: Environment;
  readonly words: SourceWords<D, A>;
}

const DEFAULT_FILE = 'strata.yaml';

type Path = readonly PropertyKey[];

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

interface Found {
  readonly offset: number;
  readonly message: string;
}

function fromIssue(document: Document, issue: z.core.$ZodIssue): readonly Found[] {
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

function duplicateNames(document: Document, value: unknown): readonly Found[] {
  const Named = z.object({ sources: z.array(z.unknown()) });
  const seen = new Set<string>();
  const found: Found[] = [];
  (Named.safeParse(value).data?.sources ?? []).forEach((source, index) => {
    const name = z.object({ name: z.string() }).safeParse(source).data?.name;
    if (name === undefined) return;
    const message = `sources[${index}].name ${JSON.stringify(name)} is already taken by a source above`;
    if (seen.has(name)) found.push({ offset: offsetOf(document, ['sources', index, 'name']), message });
    seen.add(name);
  });
  return found;
}

/** Checks the text of a configuration file; `file` is only its name in the problems. */
export function checkSourcesText<D extends string, A>(
  file: string,
  text: string,
  { env, words }: SourceOptions<D, A>,
): Checked<readonly SourceConfig<D, A>[]> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const found: Found[] = document.errors.map((error) => ({ offset: error.pos[0], message: error.message }));
  let value: readonly SourceConfig<D, A>[] = [];
  if (found.length === 0) {
    found.push(...substituteVariables(document, env));
    const plain: unknown = document.toJS() ?? {};
    const schema = z.strictObject({ sources: z.array(sourceSchema(words)).nullish() });
    const result = schema.safeParse(plain);
    if (result.success) value = result.data.sources ?? [];
    else found.push(...result.error.issues.flatMap((issue) => fromIssue(document, issue)));
    found.push(...duplicateNames(document, plain));
  }
  const [first, ...rest] = found
    .sort((one, other) => one.offset - other.offset)
    .map(({ offset, message }): ConfigProblem => {
      const { line, col } = lines.linePos(offset);
      return { where: `${file}:${Math.max(line, 1)}:${Math.max(col, 1)}`, message };
    });
  return first === undefined ? { ok: true, value } : { ok: false, problems: [first, ...rest] };
}

/** Reads the file that `STRATA_CONFIG` names. Without that variable, a missing `strata.yaml` means no sources. */
export function checkSources<D extends string, A>(
  options: SourceOptions<D, A>,
): Checked<readonly SourceConfig<D, A>[]> {
  const named = options.env['STRATA_CONFIG'];
  const file = named === undefined || named === '' ? DEFAULT_FILE : named;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const code = errnoOf(error) ?? 'unknown error';
    if (code === 'ENOENT' && file === DEFAULT_FILE && file !== named) return { ok: true, value: [] };
    const where = named === undefined || named === '' ? file : 'STRATA_CONFIG';
    return { ok: false, problems: [{ where, message: `the file ${file} cannot be read (${code})` }] };
  }
  return checkSourcesText(file, text, options);
}

/** Reads the operator's sources. Throws `ConfigError` with every problem, each at its line and column. */
export function readSources<D extends string, A>(options: SourceOptions<D, A>): readonly SourceConfig<D, A>[] {
  const checked = checkSources(options);
  if (!checked.ok) throw new ConfigError(checked.problems);
  return checked.value;
}
