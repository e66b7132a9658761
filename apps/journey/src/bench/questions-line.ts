import type { Figure } from './figure.js';
import { HOT_QUESTIONS } from './questions/hot-questions.js';
import type { HotQuestion } from './questions/question.js';
import { measureQuestions, type MeasuredCatalog } from './questions/question-bench.js';
import { openSeedDatabase } from '../seed/seed-database.js';
import type { SeedSizeName } from '../seed/seed-size.js';

const ROUNDS = { roundMs: 1_500, rounds: 2 } as const;

/**
 * Every hot question on the made-up catalog of `size`, beside its limit; on any size but the small one also how its p99
 * grows from the small one to there. `only` leaves out those whose names do not contain it. Throws when none is left.
 */
export async function benchQuestions(
  size: SeedSizeName,
  only: string | null,
  tell: (step: string) => void,
): Promise<readonly Figure[]> {
  const questions = HOT_QUESTIONS.filter(({ name }) => only === null || name.includes(only));
  if (questions.length === 0) throw new Error(`there is no hot question called ${only}`);
  const small = size === 'small' ? null : await measure('small', questions, tell);
  return figuresOf(size, await measure(size, questions, tell), small);
}

async function measure(
  size: SeedSizeName,
  questions: readonly HotQuestion[],
  tell: (step: string) => void,
): Promise<MeasuredCatalog> {
  const database = await openSeedDatabase(size, '1', (step) => tell(`${size}: ${step}`));
  try {
    tell(`${size}: asking`);
    const measured = await measureQuestions(database.url, questions, ROUNDS);
    for (const { question, visited, api } of measured.questions) {
      if (api.failures > 0) tell(`${size}: ${question.name} was refused ${api.failures} times`);
      if (visited.rows > question.visitedRows) tell(`${size}: ${question.name} looks at many rows: ${visited.most}`);
    }
    return measured;
  } finally {
    await database.stop();
  }
}

/** What was measured, as lines of the bench. */
export function figuresOf(
  size: SeedSizeName,
  { questions, apiBytes }: MeasuredCatalog,
  small: MeasuredCatalog | null,
): readonly Figure[] {
  const rates = questions.map(({ question, api, bare }): Figure => ({
    name: `${size}: ${question.name}`,
    unit: '/s',
    measured: api.perSecond,
    limit: { what: 'the same SQL, bare', measured: bare.perSecond },
    target: { kind: 'share of limit', atLeast: 0.6 },
  }));
  const growths = questions.flatMap(({ question, api }): readonly Figure[] => {
    const before = small?.questions.find((other) => other.question === question);
    if (before === undefined) return [];
    return [
      {
        name: `${size}: p99 of ${question.name}`,
        unit: 'ms',
        measured: api.p99Ms,
        limit: { what: 'at 10,000 tags', measured: before.api.p99Ms },
        target: { kind: 'times limit', atMost: 1.5 },
      },
    ];
  });
  const visits = questions.map(({ question, visited }): Figure => ({
    name: `${size}: rows looked at, ${question.name}`,
    unit: 'rows',
    measured: visited.rows,
    limit: null,
    target: { kind: 'at most', amount: question.visitedRows },
  }));
  const memory: Figure = {
    name: `${size}: memory of the API after all questions`,
    unit: 'MB',
    measured: apiBytes / 1e6,
    limit: null,
    target: { kind: 'at most', amount: 200 },
  };
  return [...rates, ...growths, ...visits, memory];
}
