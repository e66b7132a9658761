import { LIMITS } from '../limits/limits.js';

/** One question as it was sent. */
export interface Question {
  readonly query: string;
  readonly variables: Record<string, unknown>;
  readonly operationName: string | undefined;
}

/** Says that a body is no question; the status is 400. */
export class QuestionError extends Error {
  override readonly name = 'QuestionError';
  constructor(
    readonly code: 'BAD_REQUEST' | 'BATCHING_OFF' | 'INPUT_TOO_DEEP',
    message: string,
  ) {
    super(message);
  }
}

/** Reads a body of type application/json. Throws `QuestionError`. */
export function readQuestion(body: unknown): Question {
  const value = parseJson(typeof body === 'string' ? body : '');
  if (Array.isArray(value))
    throw new QuestionError('BATCHING_OFF', 'ask one question at a time; lists of them are not answered');
  if (!isRecord(value)) throw new QuestionError('BAD_REQUEST', 'the body must be a JSON object with the field "query"');
  const { query, variables = null, operationName = null } = value;
  if (typeof query !== 'string' || query === '') throw new QuestionError('BAD_REQUEST', '"query" must be a text');
  if (variables !== null && !isRecord(variables))
    throw new QuestionError('BAD_REQUEST', '"variables" must be an object');
  if (operationName !== null && typeof operationName !== 'string')
    throw new QuestionError('BAD_REQUEST', '"operationName" must be a text');
  if (isDeeper(variables, LIMITS.inputDepth + 1)) {
    throw new QuestionError('INPUT_TOO_DEEP', `the variables are at most ${LIMITS.inputDepth} levels deep`);
  }
  return { query, variables: variables ?? {}, operationName: operationName ?? undefined };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new QuestionError('BAD_REQUEST', 'the body is not JSON');
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
