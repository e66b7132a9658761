import { GraphQLScalarType, Kind } from 'graphql';

const MAX_INT8 = 2n ** 63n - 1n;

function parse(input: unknown): bigint {
  const isCount =
    typeof input === 'number' ? Number.isSafeInteger(input) : typeof input === 'string' && /^\d{1,19}$/.test(input);
  const size = isCount ? BigInt(input as number | string) : -1n; // one of the two, by the line above
  if (size < 0n || size > MAX_INT8) {
    throw new TypeError('not a count of bytes: a whole number from 0, as a string of digits above 2^53-1');
  }
  return size;
}

/** Layers outgrow GraphQL's 32-bit Int; JSON numbers are exact up to 2^53-1, and digits in a string beyond that. */
export const ByteSize = new GraphQLScalarType<bigint, number | string>({
  name: 'ByteSize',
  serialize(value) {
    if (typeof value !== 'bigint' && typeof value !== 'number') throw new TypeError('a ByteSize is given as a number');
    return value > Number.MAX_SAFE_INTEGER ? String(value) : Number(value);
  },
  parseValue: parse,
  parseLiteral: (node) => parse(node.kind === Kind.INT || node.kind === Kind.STRING ? node.value : undefined),
});
