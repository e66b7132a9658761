import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import type { Figure } from './figure.js';
import { putTable } from './performance-table.js';
import { BenchResults } from './results.js';

const FOLDER = 'bench/results';

/** The page whose table shows the newest file. */
export const PAGE = 'docs/performance.md';

/**
 * Writes the figures into the file of the day, those of lines that were not run this time left as they are, and the
 * table of that file into the page. Returns the name of the file.
 */
export async function keepResults(figures: readonly Figure[], now: Date): Promise<string> {
  const at = now.toISOString();
  const file = `${FOLDER}/${at.slice(0, 10)}.json`;
  await mkdir(FOLDER, { recursive: true });
  const before = await readResults(file).catch(() => null);
  const fresh = new Map(figures.map((figure) => [figure.name, { ...figure, at }]));
  const kept = (before?.results ?? []).map((figure) => fresh.get(figure.name) ?? figure);
  const known = new Set(kept.map(({ name }) => name));
  const machine = { cpus: cpus().length, model: cpus()[0]?.model, node: process.version };
  const results = { at, machine, results: [...kept, ...[...fresh.values()].filter(({ name }) => !known.has(name))] };
  await writeFile(file, `${JSON.stringify(results, null, 2)}\n`);
  await writeFile(PAGE, putTable(await readFile(PAGE, 'utf8'), file, results));
  return file;
}

/** Reads one file of figures. Throws when it is none. */
export async function readResults(file: string): Promise<BenchResults> {
  return BenchResults.parse(JSON.parse(await readFile(file, 'utf8')));
}
