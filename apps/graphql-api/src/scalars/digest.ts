import { isDigest, type Digest as DigestValue } from '@strata/oci';
import { GraphQLScalarType } from 'graphql';
import { textOf } from './text-of.js';

function parse(input: unknown): DigestValue {
  if (typeof input === 'string' && isDigest(input)) return input;
  throw new TypeError('not a digest: `sha256:` and 64 hex digits, or `sha512:` and 128, in lower case');
}

/** A content address; what is ill-formed never reaches a resolver. */
export const Digest = new GraphQLScalarType<DigestValue, string>({
  name: 'Digest',
  serialize: parse,
  parseValue: parse,
  parseLiteral: (node) => parse(textOf(node)),
});
