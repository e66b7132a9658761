import { LIMITS } from '../limits/limits.js';
import { QuestionError } from './question-error.js';

/** One question as it was sent: its text, the hash of its text, or both. */
export interface Question {
  readonly query: string | null;
  /** Lower-case hex. */
  readonly sha256: string | null;
  readonly variables: Record<string, unknown>;
  readonly operationName: string | undefined;
}

/** Reads a body of type application/json. Throws `QuestionError`. */
export function readQuestion(body: unknown): Question {
  const value = parseJson(typeof body === 'string' ? body : '', 'the body');
  if (Array.isArray(value))
    throw new QuestionError('BATCHING_OFF', 'ask one question at a time; lists of them are not answered');
  if (!isRecord(value)) throw new QuestionError('BAD_REQUEST', 'the body must be a JSON object with the field "query"');
  return checkQuestion(value);
}

/** Reads the query string of a GET: `variables` and `extensions` are JSON. Throws `QuestionError`. */
export function readQuestionOfUrl(parameters: unknown): Question {
  const { query, operationName, variables, extensions } = isRecord(parameters) ? parameters : {};
  return checkQuestion({
    query,
    operationName,
    variables: parseParameter(variables, '"variables"'),
    extensions: parseParameter(extensions, '"extensions"'),
  });
}

/** Holds a question that has been read to its shape. Throws `QuestionError`. */
export function checkQuestion(value: Readonly<Record<string, unknown>>): Question {
  const { query = null, variables = null, operationName = null, extensions = null } = value;
  const sha256 = readHash(extensions);
  if ((query === null && sha256 === null) || (query !== null && typeof query !== 'string') || query === '')
    throw new QuestionError('BAD_REQUEST', '"query" must be a text');
  if (variables !== null && !isRecord(variables))
    throw new QuestionError('BAD_REQUEST', '"variables" must be an object');
  if (operationName !== null && typeof operationName !== 'string')
    throw new QuestionError('BAD_REQUEST', '"operationName" must be a text');
  if (isDeeper(variables, LIMITS.inputDepth + 1)) {
    throw new QuestionError('INPUT_TOO_DEEP', `the variables are at most ${LIMITS.inputDepth} levels deep`);
  }
  return { query, sha256, variables: variables ?? {}, operationName: operationName ?? undefined };
}

/** `extensions.persistedQuery` in the form that Apollo's, urql's and Relay's clients send. */
function readHash(extensions: unknown): string | null {
  const persisted = isRecord(extensions) ? (extensions['persistedQuery'] ?? null) : null;
  if (persisted === null) return null;
  const { version, sha256Hash } = isRecord(persisted) ? persisted : {};
  if (version === 1 && typeof sha256Hash === 'string' && /^[0-9a-f]{64}$/.test(sha256Hash)) return sha256Hash;
  throw new QuestionError(
    'BAD_REQUEST',
    '"extensions.persistedQuery" must be {"version": 1, "sha256Hash": 64 lower-case hex digits}',
  );
}

function parseParameter(value: unknown, where: string): unknown {
  if (value === undefined) return null;
  return parseJson(typeof value === 'string' ? value : '', where);
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new QuestionError('BAD_REQUEST', `${where} is not JSON`);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether more than `levels` objects and lists lie inside each other. */
function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}
