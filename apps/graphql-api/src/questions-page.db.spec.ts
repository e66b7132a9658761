import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freshDatabase, type FreshDatabase } from '@strata/catalog/testing';
import { fillQuestionsCatalog } from './testing/questions-catalog.js';
import { startApi, type TestApi } from './testing/start-api.js';

const PAGE = new URL('../../../docs/questions.md', import.meta.url);

/** A question of the page: its heading, what is asked, and what the page says is answered. */
interface PrintedQuestion {
  readonly heading: string;
  readonly asked: { readonly language: 'graphql' | 'http'; readonly text: string };
  readonly answer: string;
}

const FENCE = /^```(\w+)\n([\s\S]*?)^```$/gm;

function readPage(text: string): readonly PrintedQuestion[] {
  return text
    .split(/^(?=## \d+\.)/m)
    .slice(1)
    .flatMap((section) => {
      const heading = /^## (.*)/.exec(section)?.[1] ?? '';
      const fences = [...section.matchAll(FENCE)].map(([, language = '', body = '']) => ({ language, body }));
      return fences.flatMap(({ language, body }, index) => {
        if (language !== 'graphql' && language !== 'http') return [];
        return [{ heading, asked: { language, text: body }, answer: fences[index + 1]?.body ?? '' }];
      });
    });
}

const questions = readPage(await readFile(PAGE, 'utf8'));

let db: FreshDatabase;
let api: TestApi;
beforeAll(async () => {
  db = await freshDatabase();
  await fillQuestionsCatalog(db.catalog);
  api = await startApi(db.catalog);
}, 60_000);
afterAll(async () => {
  await api.stop();
  await db.drop();
});

async function answerTo({ asked: { language, text } }: PrintedQuestion): Promise<string> {
  if (language === 'graphql') {
    const { data, errors } = await api.ask(text);
    expect(errors).toEqual([]);
    return `${JSON.stringify(data, null, 2)}\n`;
  }
  const [, path = ''] = /^GET (\S+)\n$/.exec(text) ?? [];
  const response = await fetch(`${api.url}${path}`);
  const body = await response.text();
  if (response.status !== 200) throw new Error(body);
  return body.replaceAll('\r\n', '\n');
}

/** JSON may be laid out in any way. */
function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

describe('docs/questions.md', () => {
  it('has the ten questions', () => {
    expect(new Set(questions.map(({ heading }) => Number.parseInt(heading, 10)))).toEqual(
      new Set(Array.from({ length: 10 }, (_, index) => index + 1)),
    );
  });

  it.each(questions)('$heading: is answered as the page says', async (question) => {
    expect(valueOf(await answerTo(question))).toEqual(valueOf(question.answer));
  });
});
