import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildASTSchema, parse, validate } from 'graphql';
import { schemaText } from '@strata/graphql';
import { StartError } from '@strata/runtime';

/**
 * Reads the questions that may be asked: every `.graphql` file of a folder is one, byte for byte. Throws `StartError`
 * for a folder that cannot be read, has none, or holds a text that this API could not answer: better at the start
 * than at the first dashboard that asks.
 */
export function readAllowList(folder: string): readonly string[] {
  const schema = buildASTSchema(parse(schemaText));
  const texts = namesIn(folder).map((name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    const problem = firstProblem(() => validate(schema, parse(text)));
    if (problem !== null) throw new StartError(`${join(folder, name)} cannot be asked: ${problem}`);
    return text;
  });
  if (texts.length === 0) throw new StartError(`${folder} holds no .graphql file: nothing could be asked`);
  return texts;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.graphql'))
      .sort();
  } catch {
    throw new StartError(`the folder of allowed questions ${folder} cannot be read`);
  }
}

function firstProblem(check: () => readonly Error[]): string | null {
  try {
    return check()[0]?.message ?? null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
