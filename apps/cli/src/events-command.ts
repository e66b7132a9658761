import { parseArgs } from 'node:util';
import { findEventBytes, findEvents, type EventRow, type InboxState } from '@strata/catalog';
import { UsageError, type Command } from './command.js';
import { withCatalog } from './database.js';
import { formatTable } from './format-table.js';

const STATES = ['new', 'queued', 'done', 'ignored', 'quarantined'] as const satisfies readonly InboxState[];
const MAX_LIMIT = 10_000;

const options = {
  state: { type: 'string', multiple: true },
  source: { type: 'string', multiple: true },
  reason: { type: 'string', multiple: true },
  limit: { type: 'string', default: '50' },
  json: { type: 'boolean', default: false },
} as const;

/** What came in and what became of it; the first place to look when an image is missing. */
export const eventsCommand: Command = {
  summary: 'list what came in, newest first, and what became of it',
  usage: [
    'Usage: strata events [--state STATE] [--source NAME] [--reason CODE] [--limit N] [--json]',
    '',
    `  --state    ${STATES.join(', ')}; may be repeated, as --source and --reason may`,
    '  --limit    at most so many (50)',
    '  --json     one JSON object per line, the received bytes in base64',
  ].join('\n'),
  run(args, tools) {
    const { values } = parseArgs({ args: [...args], options });
    const first = readLimit(values.limit);
    const where = { state: values.state?.map(readState), source: values.source, reason: values.reason };
    return withCatalog(tools, async (catalog) => {
      const { rows, hasNextPage } = await findEvents(catalog, { where, first });
      if (values.json) {
        // One at a time: an event may be 8 MiB.
        for (const row of rows) tools.write(formatJson(row, (await findEventBytes(catalog.pool, [row.id]))[0] ?? null));
        return 0;
      }
      tools.write(formatRows(rows));
      if (hasNextPage) tools.write(`Only the newest ${first}; --limit shows more.\n`);
      return 0;
    });
  },
};

function readLimit(text: string): number {
  const limit = /^[0-9]{1,5}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > MAX_LIMIT) throw new UsageError(`--limit must be a number from 1 to ${MAX_LIMIT}`);
  return limit;
}

function readState(text: string): InboxState {
  const state = STATES.find((known) => known === text);
  if (state === undefined) throw new UsageError(`--state must be one of: ${STATES.join(', ')}`);
  return state;
}

function formatRows(rows: readonly EventRow[]): string {
  if (rows.length === 0) return 'No events.\n';
  const titles = ['ID', 'RECEIVED', 'SOURCE', 'STATE', 'REASON', 'ACTION', 'REPOSITORY', 'TAG', 'DIGEST'];
  const cells = rows.map((row) => [
    String(row.id),
    row.receivedAt.toISOString(),
    row.source,
    row.state,
    row.reason ?? '',
    row.action,
    row.repository ?? '',
    row.tag ?? '',
    row.digest?.slice(0, 'sha256:'.length + 12) ?? '',
  ]);
  return formatTable(titles, cells);
}

function formatJson(row: EventRow, raw: Buffer | null): string {
  const plain = { ...row, raw: raw?.toString('base64') ?? '' };
  return `${JSON.stringify(plain, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}\n`;
}
