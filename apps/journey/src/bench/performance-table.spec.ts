import { readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import { PAGE, readResults } from './keep-results.js';
import { putTable, shownFile } from './performance-table.js';

it('the page shows exactly the figures of the file that it names', async () => {
  const page = await readFile(PAGE, 'utf8');
  const file = shownFile(page) ?? '';
  expect(putTable(page, file, await readResults(file))).toBe(page);
});
