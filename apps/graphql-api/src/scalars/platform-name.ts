import { parsePlatformName } from '@strata/oci';
import { GraphQLScalarType } from 'graphql';
import { textOf } from './text-of.js';

/** Checks and keeps the words as they came: the catalog reads them again where it decides. */
function parse(input: unknown): string {
  if (typeof input !== 'string') throw new TypeError('a platform is written as a string such as "linux/arm64"');
  parsePlatformName(input);
  return input;
}

/** Canonical going out; coming in, any spelling that `parsePlatformName` understands. */
export const PlatformName = new GraphQLScalarType<string, string>({
  name: 'PlatformName',
  serialize: String,
  parseValue: parse,
  parseLiteral: (node) => parse(textOf(node)),
});
