import { parseArgs } from 'node:util';
import { startDatabase } from '../parts/start-database.js';
import { openSeedDatabase } from '../seed/seed-database.js';
import { isSeedSizeName, SEED_SIZES, type SeedSizeName } from '../seed/seed-size.js';
import { benchCatalog } from './catalog-bench.js';
import { benchCrawl } from './crawl-bench.js';
import { benchDialects } from './dialect-bench.js';
import { benchExport } from './export-bench.js';
import { formatFigure, type Figure } from './figure.js';
import { benchHook } from './hook-bench.js';
import { keepResults } from './keep-results.js';
import { benchOci } from './oci-bench.js';
import { benchPolicies } from './policies-bench.js';
import { benchQuestions } from './questions-line.js';
import { benchStart } from './start-bench.js';
import { benchVisible } from './visible-bench.js';

/** One part of the bench, by the name that runs it alone: `npm run bench -- hook`. */
type Line = (size: SeedSizeName, only: string | null) => Promise<readonly Figure[]>;

const LINES: Readonly<Record<string, Line>> = {
  oci: benchOci,
  hook: onEmptyDatabase(async (url) => [...(await benchHook(url)), ...(await benchDialects(url))]),
  catalog: onEmptyDatabase(benchCatalog),
  crawl: onEmptyDatabase(benchCrawl),
  visible: onEmptyDatabase(benchVisible),
  questions: (size, only) => benchQuestions(size, only, tell),
  policies: (size) => benchPolicies(size, tell),
  export: (size) => benchExport(size, tell),
  start: (size) => benchStart(size, tell),
};

const USAGE = `Usage: npm run bench -- [LINE …] [--size SIZE] [--only WORDS]
       npm run bench -- seed SIZE

  LINE  ${Object.keys(LINES).join(', ')}; all of them where none is named
  SIZE  of the made-up catalog: ${Object.keys(SEED_SIZES).join(', ')} (small); kept under .strata/bench
  WORDS part of the names of the questions to ask, when not all of them
`;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { size: { type: 'string', default: 'small' }, only: { type: 'string' } },
    allowPositionals: true,
  });
  const [first, second = values.size] = positionals;
  const size = first === 'seed' ? second : values.size;
  if (!isSeedSizeName(size)) return refuse(`There is no size ${size}.`);
  if (first === 'seed') return seed(size);
  const unknown = positionals.filter((name) => !Object.hasOwn(LINES, name));
  if (unknown.length > 0) return refuse(`There is no line ${unknown.join(', ')}.`);
  const figures: Figure[] = [];
  for (const [name, line] of Object.entries(LINES)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    for (const figure of await line(size, values.only ?? null)) {
      figures.push(figure);
      process.stdout.write(`${formatFigure(figure)}\n`);
    }
  }
  process.stdout.write(`\nwritten to ${await keepResults(figures, new Date())}\n`);
  return 0;
}

async function seed(size: SeedSizeName): Promise<number> {
  const startedAt = performance.now();
  const database = await openSeedDatabase(size, '1', tell);
  await database.stop();
  tell(`${size} is ready after ${Math.round((performance.now() - startedAt) / 1_000)} s`);
  return 0;
}

function onEmptyDatabase(bench: (databaseUrl: string) => Promise<readonly Figure[]>): Line {
  return async () => {
    const database = await startDatabase();
    try {
      return await bench(database.url);
    } finally {
      await database.remove();
    }
  };
}

function tell(step: string): void {
  process.stderr.write(`… ${step}\n`);
}

function refuse(problem: string): number {
  process.stderr.write(`${problem}\n\n${USAGE}`);
  return 2;
}
