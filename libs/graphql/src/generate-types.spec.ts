import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { buildSchema, validateSchema } from 'graphql';
import { generateTypes } from './generate-types.js';
import { schemaText } from './schema-text.js';

describe('the generated types', () => {
  it('are those of the schema as it stands', () => {
    const generated = readFileSync(new URL('./generated/types.ts', import.meta.url), 'utf8');
    expect(generated).toBe(generateTypes(schemaText));
  });

  it.each([
    ['an enum as a union', 'enum A { X Y }', "export type A = 'X' | 'Y';"],
    [
      'an input, whose optional fields may be null',
      'input A { b: [Int!], c: String! }',
      'readonly b?: readonly number[] | null | undefined;\n  readonly c: string;',
    ],
    [
      'an argument with a default as always there',
      'type A { b(c: Int = 1): Int }',
      'export interface ABArgs {\n  readonly c: number | null;\n}',
    ],
    [
      'a thing with its name',
      'type A { b: [String]! }',
      "readonly __typename?: 'A';\n  readonly b: readonly (string | null)[];",
    ],
  ])('write %s', (_, schema, expected) => {
    expect(generateTypes(`${schema}\ntype Query { ok: Boolean }`)).toContain(expected);
  });
});

describe('the schema', () => {
  const schema = buildSchema(schemaText);

  it('is one', () => {
    expect(validateSchema(schema)).toEqual([]);
  });

  it('explains every question', () => {
    const questions = Object.values(schema.getQueryType()?.getFields() ?? {});
    const unexplained = questions.filter(({ description }) => !description).map(({ name }) => name);
    expect(unexplained).toEqual([]);
  });
});
