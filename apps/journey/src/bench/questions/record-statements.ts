import { appendFileSync } from 'node:fs';
import { serialize } from 'node:v8';
import pg from 'pg';
import type { RecordedStatement } from './recording.js';

// Loaded before the API (`node --import`): writes down every statement, with its values and when it began and ended, so
// that the limit of a question is the very SQL that answers it.
const file = process.env['STRATA_BENCH_RECORD'] ?? '';
let moment = 0;

const send: (...parameters: unknown[]) => unknown = pg.Client.prototype.query;

function query(this: pg.Client, ...parameters: unknown[]): unknown {
  const [statement, values] = parameters;
  const began = ++moment;
  const keep = (): void => {
    const recorded = statementOf(statement, values, began, ++moment);
    if (recorded !== null) appendFileSync(file, `${serialize(recorded).toString('base64')}\n`);
  };
  const last = parameters.at(-1);
  if (typeof last === 'function')
    parameters[parameters.length - 1] = (...results: unknown[]): void => {
      keep();
      Reflect.apply(last, null, results);
    };
  const result = send.apply(this, parameters);
  if (result instanceof Promise) void result.then(keep, () => undefined);
  return result;
}
Object.defineProperty(pg.Client.prototype, 'query', { value: query });

function statementOf(statement: unknown, values: unknown, began: number, ended: number): RecordedStatement | null {
  if (typeof statement === 'string')
    return { text: statement, values: Array.isArray(values) ? values : [], began, ended };
  if (typeof statement !== 'object' || statement === null || !('text' in statement)) return null;
  if (typeof statement.text !== 'string') return null;
  const own = 'values' in statement && Array.isArray(statement.values) ? statement.values : [];
  return { text: statement.text, values: own.length > 0 || !Array.isArray(values) ? own : values, began, ended };
}
