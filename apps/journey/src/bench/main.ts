import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { startDatabase } from '../parts/start-database.js';
import { benchCatalog } from './catalog-bench.js';
import { formatFigure, isReached, type Figure } from './figure.js';
import { benchHook } from './hook-bench.js';
import { benchVisible } from './visible-bench.js';

// Every line is a name that can be given to run it alone: `npm run bench -- hook`.
const LINES = { hook: benchHook, catalog: benchCatalog, visible: benchVisible };

const names = Object.keys(LINES).filter((name): name is keyof typeof LINES => name in LINES);
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !names.some((known) => known === name));
if (unknown.length > 0) {
  process.stderr.write(`There is no line ${unknown.join(', ')}; there are ${names.join(', ')}.\n`);
  process.exit(2);
}

const figures: Figure[] = [];
for (const name of names.filter((known) => wanted.length === 0 || wanted.includes(known))) {
  const database = await startDatabase();
  try {
    for (const figure of await LINES[name](database.url)) {
      figures.push(figure);
      process.stdout.write(`${formatFigure(figure)}\n`);
    }
  } finally {
    await database.remove();
  }
}
await keep(figures);

/** Figures are compared within one run: the file says on what they were measured. */
async function keep(measured: readonly Figure[]): Promise<void> {
  const at = new Date().toISOString();
  const results = measured.map((figure) => ({ ...figure, reached: isReached(figure) }));
  await mkdir('bench/results', { recursive: true });
  const file = `bench/results/${at.slice(0, 10)}.json`;
  const machine = { cpus: cpus().length, model: cpus()[0]?.model, node: process.version };
  await writeFile(file, `${JSON.stringify({ at, machine, results }, null, 2)}\n`);
  process.stdout.write(`\nwritten to ${file}\n`);
}
