import { GraphQLScalarType } from 'graphql';
import { textOf } from './text-of.js';

const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/i;

function parse(input: unknown): Date {
  const text = typeof input === 'string' ? input : '';
  const date = new Date(text);
  if (!RFC3339.test(text) || Number.isNaN(date.getTime())) {
    throw new TypeError('not an RFC 3339 date and time such as "2026-11-21T09:30:00Z"');
  }
  return date;
}

/** RFC 3339 with a zone coming in, UTC with milliseconds going out. */
export const DateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  serialize(value) {
    if (value instanceof Date) return value.toISOString();
    throw new TypeError('a DateTime is given as a Date');
  },
  parseValue: parse,
  parseLiteral: (node) => parse(textOf(node)),
});
