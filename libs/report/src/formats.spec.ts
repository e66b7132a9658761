import { describe, expect, it } from '@jest/globals';
import { formatReport, REPORT_FORMATS } from './format-report.js';
import { AnyReport, REPORT_NAMES } from './report.js';
import { tablesOf } from './table.js';
import { ALL_SAMPLES, SAMPLES, UNFRIENDLY } from './testing/sample-reports.js';

const textOf = (...asked: Parameters<typeof formatReport>): string =>
  Buffer.from(formatReport(...asked) ?? []).toString();

describe.each(ALL_SAMPLES.map((report) => [report.report, report] as const))('the report of %s', (name, report) => {
  it('is one that its schema takes, and reads back as it was from its JSON', () => {
    expect(AnyReport.parse(JSON.parse(textOf(report, 'json')))).toEqual(report);
    expect(REPORT_NAMES).toContain(name);
  });

  it.each(REPORT_FORMATS)('has the same bytes as %s however its members are ordered', (format) => {
    const again = AnyReport.parse(JSON.parse(textOf(report, 'json')));
    expect(textOf(again, format)).toBe(textOf(report, format));
  });

  it('has all its lists as CSV by their names, with as many cells in each line as the first has', () => {
    for (const { name: list, columns, rows } of tablesOf(report)) {
      const [head = '', ...lines] = readCsv(textOf(report, 'csv', list));
      expect(head).toEqual(columns.map((column) => column.name));
      expect(lines).toHaveLength(rows.length);
      for (const line of lines) expect(line).toHaveLength(columns.length);
    }
    expect(formatReport(report, 'csv', 'nothing')).toBeNull();
  });

  it('has no cell that a spreadsheet would run', () => {
    const cells = tablesOf(report).flatMap(({ name: list }) => readCsv(textOf(report, 'csv', list)).flat());
    expect(cells.filter((cell) => /^[=+\-@\t\r\n]/.test(cell))).toEqual([]);
  });

  it('as a page holds nothing that runs, leads elsewhere, or came in as markup', () => {
    const page = textOf(report, 'html');
    expect(page).not.toMatch(/<script|<iframe|<object|<link|javascript:|\son\w+=|url\(|@import/i);
    expect(page).not.toMatch(/(?:src|href|xlink:href)=/i);
    expect(page).not.toMatch(/[\u0000-\u0008\u202a-\u202e]/);
    expect(page).not.toContain('<v"');
  });

  it('as a page is well-formed, and every chart has a title and a description', () => {
    const page = textOf(report, 'html');
    expect(openTagsOf(page)).toEqual([]);
    const charts = page.match(/<svg[\s\S]*?<\/svg>/g) ?? [];
    expect(charts.length).toBeGreaterThan(0);
    for (const chart of charts)
      expect(chart).toMatch(/role="img" aria-label="[^"]+"><title>[^<]+<\/title><desc>[^<]+<\/desc>/);
  });

  it('as a page has every row of its lists in tables with headings, without the details that are for programs', () => {
    const page = textOf(report, 'html');
    const tables = tablesOf(report).filter(({ rows }) => rows.length > 0);
    expect(page.match(/<table>/g)).toHaveLength(tables.length);
    expect(page.match(/<tbody>[\s\S]*?<\/tbody>/g)?.map((body) => body.match(/<tr>/g)?.length)).toEqual(
      tables.map(({ rows }) => rows.length),
    );
    expect(page.match(/<th scope="col"/g)).toHaveLength(
      tables.flatMap(({ columns }) => columns.filter(({ kind }) => kind !== 'detail')).length,
    );
  });
});

it('a page says how many rows it leaves off', () => {
  const row = SAMPLES.losses.losses.listed[0];
  if (row === undefined) throw new Error('the sample has a loss');
  const losses = { total: 5_000, listed: Array.from({ length: 1_200 }, () => row) };
  const page = textOf({ ...SAMPLES.losses, losses }, 'html');
  expect(page).toContain('<p class="left">4,000 more are not on this page.</p>');
});

it('a hostile name stands in a page and in CSV as text', () => {
  const page = textOf(SAMPLES.losses, 'html');
  expect(page).toContain(
    '=cmd|&#39;/c calc&#39;!A1 &lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; \ufffd\ufffd]]&gt;',
  );
  expect(readCsv(textOf(SAMPLES.losses, 'csv')).flat()).toContain(`'${UNFRIENDLY}`);
});

/** RFC 4180, as a spreadsheet reads it. */
function readCsv(text: string): readonly (readonly string[])[] {
  const cells = [...text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)];
  const lines: string[][] = [[]];
  for (const [, quoted, plain, end] of cells) {
    lines.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end === '\r\n') lines.push([]);
  }
  return lines.slice(0, -1);
}

const VOID = ['meta', 'br'];

/** Tags that were not closed, or closed in another order. */
function openTagsOf(page: string): readonly string[] {
  const open: string[] = [];
  for (const [, end, name = ''] of page
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .matchAll(/<(\/?)([a-z][a-z0-9]*)[^>]*>/g)) {
    if (VOID.includes(name)) continue;
    if (end === '') open.push(name);
    else if (open.at(-1) === name) open.pop();
    else open.push(`/${name}`);
  }
  return open;
}
