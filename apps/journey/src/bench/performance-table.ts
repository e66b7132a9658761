import { amountOf, isReached, targetOf } from './figure.js';
import type { BenchResults } from './results.js';

const BEGIN = /<!-- figures of (\S+) -->\n/;
const END = '<!-- end of figures -->';

/** The page with the table of these results in the place that is marked for it. Throws where there is no such place. */
export function putTable(page: string, file: string, results: BenchResults): string {
  const begin = BEGIN.exec(page);
  const end = page.indexOf(END);
  if (begin === null || end < begin.index) throw new Error('the page has no place for the figures');
  return `${page.slice(0, begin.index)}<!-- figures of ${file} -->\n\n${formatTable(results)}\n${page.slice(end)}`;
}

/** The file whose figures a page shows; null when it shows none. */
export function shownFile(page: string): string | null {
  return BEGIN.exec(page)?.[1] ?? null;
}

/** The figures as a table in Markdown, its columns aligned as Prettier aligns them. */
function formatTable({ results }: BenchResults): string {
  const rows = results.map((figure) => {
    const { name, unit, measured, limit } = figure;
    return [
      name,
      `${amountOf(measured)} ${unit}`,
      limit === null ? '–' : `${amountOf(limit.measured)} (${limit.what})`,
      limit === null ? '–' : (measured / limit.measured).toFixed(2),
      targetOf(figure),
      isReached(figure) ? 'yes' : 'no',
    ];
  });
  const titles = ['what', 'measured', 'limit beside it', 'ratio', 'target', 'reached'];
  const widths = titles.map((title, column) =>
    Math.max(...[title, ...rows.map((row) => row[column] ?? '')].map((cell) => cell.length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |\n`;
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return line(titles) + line(rule) + rows.map(line).join('');
}
