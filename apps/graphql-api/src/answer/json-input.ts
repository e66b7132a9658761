import { coerceInputValue, isInputType, type GraphQLError, type GraphQLSchema } from 'graphql';
import { limitError } from '../limits/limit-error.js';
import { LIMITS } from '../limits/limits.js';
import { userError } from './user-error.js';

/** The JSON of a filter in an address. Throws an error with its place, for no JSON and for too deep a one. */
export function parseFilter(where: string): unknown {
  try {
    const value: unknown = JSON.parse(where);
    if (depthOf(value) <= LIMITS.inputDepth) return value;
  } catch {
    throw userError('BAD_USER_INPUT', 'where must be a filter as JSON', 'where');
  }
  throw limitError('INPUT_TOO_DEEP', `a filter is at most ${LIMITS.inputDepth} levels deep`);
}

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

/**
 * The value as the API would take it from a variable of this type: of the type that the schema's generated types have
 * under the name. Throws an error with its place.
 */
export function coerceValue(schema: GraphQLSchema, typeName: string, argument: string, value: unknown): unknown {
  const type = schema.getType(typeName);
  if (!isInputType(type)) throw new Error(`the schema has no input ${typeName}`);
  if (value === null) throw userError('BAD_USER_INPUT', `${argument} must not be null`, argument);
  return coerceInputValue(value, type, (path, _value, error: GraphQLError) => {
    const place = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('');
    throw userError('BAD_USER_INPUT', error.message, `${argument}${place}`);
  });
}
