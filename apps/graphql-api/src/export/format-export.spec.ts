import { describe, expect, it } from '@jest/globals';
import { openExportWriter } from './format-export.js';

const columns = [
  { name: 'name', kind: 'text' },
  { name: 'totalBytes', kind: 'count' },
  { name: 'platforms', kind: 'list' },
] as const;

describe('CSV', () => {
  it.each([
    ['plain', 'plain'],
    ['with, comma', '"with, comma"'],
    ['with "quotes"', '"with ""quotes"""'],
    ['two\nlines', '"two\nlines"'],
    ['=1+1', `"'=1+1"`],
    ['+1', `"'+1"`],
    ['-1', `"'-1"`],
    ['@SUM(A1)', `"'@SUM(A1)"`],
    ['\t=1', `"'\t=1"`],
    ['\r=1', `"'\r=1"`],
    ['', ''],
  ])('writes %j as %j, so that no spreadsheet runs it', (cell, written) => {
    const writer = openExportWriter('csv', columns);
    expect(writer.begin).toBe('name,totalBytes,platforms\r\n');
    expect(writer.rows([[cell, null, 'linux/amd64']])).toBe(`${written},,linux/amd64\r\n`);
  });
});

describe.each(['json', 'jsonl'] as const)('%s', (format) => {
  it('holds counts as numbers while they are exact, several platforms as a list, and what is unknown as null', () => {
    const writer = openExportWriter(format, columns);
    const steps = [
      writer.rows([['=1+1', '5', 'linux/amd64,linux/arm64']]),
      writer.rows([
        [null, '9223372036854775807', ''],
        ['"', null, null],
      ]),
    ];
    const text = writer.begin + steps.join('') + writer.end;
    const value: unknown =
      format === 'json'
        ? JSON.parse(text)
        : text
            .trimEnd()
            .split('\n')
            .map((line) => JSON.parse(line) as unknown);
    expect(value).toEqual([
      { name: '=1+1', totalBytes: 5, platforms: ['linux/amd64', 'linux/arm64'] },
      { name: null, totalBytes: '9223372036854775807', platforms: [] },
      { name: '"', totalBytes: null, platforms: null },
    ]);
  });
});

it('an empty JSON export is an empty list, and one that is cut off is no JSON', () => {
  const writer = openExportWriter('json', columns);
  expect(JSON.parse(writer.begin + writer.end)).toEqual([]);
  expect(() => void JSON.parse(writer.begin + writer.rows([['a', null, null]]))).toThrow();
});
