import { isNativeError } from 'node:util/types';
import { pino } from 'pino';

const SECRET_NAME = /authorization|cookie|password|passwd|secret|token|credential|api[-_]?key/i;
const USER_INFO = /:\/\/[^\s/"'<>]*@/g;
const AUTH_VALUE = /\b(Bearer|Basic) +[A-Za-z0-9._~+/=-]+/gi;
const MAX_DEPTH = 6;

/** What stands where a secret stood. */
export const REDACTED = '[redacted]';

/** Takes user names, passwords and tokens out of running text: `scheme://user:password@`, `Bearer …`, `Basic …`. */
export function redactText(text: string): string {
  return text.replace(USER_INFO, `://${REDACTED}@`).replace(AUTH_VALUE, `$1 ${REDACTED}`);
}

/** Copies fields to log with every one whose name promises a secret blotted out, however deep it stands. */
export function redactFields(fields: object, depth = 0): Record<string, unknown> {
  const entries = Object.entries(fields).map(([name, value]: [string, unknown]): [string, unknown] => [
    name,
    SECRET_NAME.test(name) && value !== null && value !== undefined ? REDACTED : redactValue(value, depth),
  ]);
  return Object.fromEntries(entries);
}

function redactValue(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return value;
  if (depth >= MAX_DEPTH) return '[deep]';
  if (Array.isArray(value)) return value.map((item: unknown) => redactValue(item, depth + 1));
  return redactFields(isNativeError(value) ? pino.stdSerializers.err(value) : value, depth + 1);
}
