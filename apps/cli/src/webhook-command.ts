import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import {
  enableWebhook,
  findDeliveries,
  findWebhooks,
  replayDeliveries,
  requestTest,
  type Catalog,
  type DeliveryFilter,
  type DeliveryRow,
  type DeliveryState,
  type WebhookRow,
} from '@strata/catalog';
import { StartError } from '@strata/runtime';
import { UsageError, type Command, type Tools } from './command.js';
import { withCatalog } from './database.js';
import { formatTable } from './format-table.js';

const STATES = ['waiting', 'delivered', 'failed'] as const satisfies readonly DeliveryState[];
const MAX_LIMIT = 10_000;

/** How long a test is waited for, and how often it is looked at. */
const TEST_LIMIT_MS = 20_000;
const TEST_TICK_MS = 250;

const options = {
  id: { type: 'string', multiple: true },
  webhook: { type: 'string' },
  state: { type: 'string' },
  since: { type: 'string' },
  before: { type: 'string' },
  limit: { type: 'string', default: '50' },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>['values'];

/** Everything about those who are told of changes: how they are doing, what was sent, and sending it again. */
export const webhookCommand: Command = {
  summary: 'look after those who are told of changes',
  usage: [
    'Usage: strata webhook list',
    '       strata webhook deliveries [NAME] [--state STATE] [--since TIME] [--before TIME] [--limit N]',
    '       strata webhook replay (--id N … | --webhook NAME [--state STATE] [--since TIME] [--before TIME])',
    '       strata webhook test NAME',
    '       strata webhook enable NAME',
    '',
    `  --state    ${STATES.join(', ')}`,
    '  --since, --before  when the message was made, such as 2026-08-20T10:00:00Z',
    '',
    '  replay sends messages again under their ids and with the same bytes: without --state, those that failed.',
    '  test has the worker send a message and waits for what comes of it; status 1 when it does not arrive.',
    '  enable tells a webhook again whose receiver had said that it is gone.',
  ].join('\n'),
  run(args, tools) {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [verb = '', name, ...rest] = positionals;
    const run = VERBS.get(verb);
    if (run === undefined || rest.length > 0) throw new UsageError(`say one of: ${[...VERBS.keys()].join(', ')}`);
    return withCatalog(tools, ({ pool }) => run(pool, { name, values }, tools));
  },
};

interface Asked {
  readonly name: string | undefined;
  readonly values: Values;
}

const VERBS: ReadonlyMap<string, (pool: Catalog['pool'], asked: Asked, tools: Tools) => Promise<number>> = new Map([
  ['list', listWebhooks],
  ['deliveries', listDeliveries],
  ['replay', replay],
  ['test', test],
  ['enable', enable],
]);

async function listWebhooks(pool: Catalog['pool'], _asked: Asked, { write }: Tools): Promise<number> {
  const webhooks = await findWebhooks(pool);
  const titles = ['NAME', 'TARGET', 'STATE', 'WAITING', 'FAILING', 'GIVEN UP', 'UNREAD SINCE', 'LAST DELIVERY'];
  const cells = webhooks.map((row) => [
    ...[row.name, row.target, stateOf(row), String(row.waiting), String(row.failing), String(row.failed)],
    ...[row.unreadSince?.toISOString() ?? '', row.lastDeliveryAt?.toISOString() ?? 'never'],
  ]);
  write(webhooks.length === 0 ? 'No webhooks: see docs/webhooks.md.\n' : formatTable(titles, cells));
  return 0;
}

function stateOf({ state, stateReason, pausedUntil, lostSince }: WebhookRow): string {
  const now = Date.now();
  return [
    stateReason === null ? state : `${state} (${stateReason})`,
    ...(pausedUntil !== null && pausedUntil.getTime() > now ? [`paused until ${pausedUntil.toISOString()}`] : []),
    ...(lostSince === null ? [] : [`lost changes since ${lostSince.toISOString()}`]),
  ].join(', ');
}

async function listDeliveries(pool: Catalog['pool'], { name, values }: Asked, { write }: Tools): Promise<number> {
  const limit = readLimit(values.limit);
  const rows = await findDeliveries(pool, { ...readFilter(values), webhook: name ?? values.webhook }, limit + 1);
  const titles = ['ID', 'MADE', 'WEBHOOK', 'TYPE', 'REFERENCE', 'STATE', 'ATTEMPTS', 'NEXT', 'LAST WORD'];
  const cells = rows
    .slice(0, limit)
    .map((row) => [
      ...[String(row.id), row.createdAt.toISOString(), row.webhook, row.type],
      ...[row.reference ?? (row.changes > 1 ? `${row.changes} changes` : ''), row.state, String(row.attempts)],
      ...[row.state === 'waiting' ? row.nextAt.toISOString() : '', lastWordOf(row)],
    ]);
  write(rows.length === 0 ? 'No messages.\n' : formatTable(titles, cells));
  if (rows.length > limit) write(`Only the newest ${limit}; --limit shows more.\n`);
  return 0;
}

function lastWordOf({ lastError, lastStatus }: DeliveryRow): string {
  return lastError ?? (lastStatus === null ? '' : String(lastStatus));
}

async function replay(pool: Catalog['pool'], { name, values }: Asked, { write }: Tools): Promise<number> {
  const filter = readFilter(values);
  if (name !== undefined) throw new UsageError('say --webhook and the name');
  if (filter.id === undefined && filter.webhook === undefined) {
    throw new UsageError('say which messages: --id, or --webhook');
  }
  const state = filter.state ?? (filter.id === undefined ? 'failed' : undefined);
  const count = await replayDeliveries(pool, { ...filter, state }, new Date());
  write(`${count} ${count === 1 ? 'message is' : 'messages are'} sent again.\n`);
  return 0;
}

async function test(pool: Catalog['pool'], { name }: Asked, { write }: Tools): Promise<number> {
  const tests = { webhook: needed(name), type: 'webhook.test' };
  const [before] = await findDeliveries(pool, tests, 1);
  if (!(await requestTest(pool, needed(name), new Date()))) throw unknownWebhook(needed(name));
  for (const end = Date.now() + TEST_LIMIT_MS; Date.now() < end; await sleep(TEST_TICK_MS)) {
    const [sent] = await findDeliveries(pool, tests, 1);
    if (sent === undefined || sent.id === before?.id || sent.lastAt === null) continue;
    const isFine = sent.state === 'delivered';
    write(isFine ? `It has arrived: ${lastWordOf(sent)}.\n` : `It has not arrived: ${lastWordOf(sent)}.\n`);
    return isFine ? 0 : 1;
  }
  write('Nobody has sent it yet: is a worker running that knows this webhook, and is the webhook active?\n');
  return 1;
}

async function enable(pool: Catalog['pool'], { name }: Asked, { write }: Tools): Promise<number> {
  if (!(await enableWebhook(pool, needed(name)))) throw unknownWebhook(needed(name));
  write('It is told again, from where it stood.\n');
  return 0;
}

function needed(name: string | undefined): string {
  if (name === undefined) throw new UsageError('say the name of a webhook');
  return name;
}

function unknownWebhook(name: string): StartError {
  return new StartError(`no worker has been started with a webhook ${JSON.stringify(name)}`);
}

function readFilter({ id, webhook, state, since, before }: Values): DeliveryFilter {
  return {
    id: id?.map(readId),
    webhook,
    state: state === undefined ? undefined : readState(state),
    since: since === undefined ? undefined : readTime('--since', since),
    before: before === undefined ? undefined : readTime('--before', before),
  };
}

function readId(text: string): bigint {
  if (!/^[1-9][0-9]{0,17}$/.test(text)) throw new UsageError('--id must be a number, as `webhook deliveries` shows it');
  return BigInt(text);
}

function readState(text: string): DeliveryState {
  const state = STATES.find((known) => known === text);
  if (state === undefined) throw new UsageError(`--state must be one of: ${STATES.join(', ')}`);
  return state;
}

function readTime(option: string, text: string): Date {
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) && !Number.isNaN(Date.parse(text))) return new Date(text);
  throw new UsageError(`${option} must be a time such as 2026-08-20T10:00:00Z`);
}

function readLimit(text: string): number {
  const limit = /^[0-9]{1,5}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > MAX_LIMIT) throw new UsageError(`--limit must be a number from 1 to ${MAX_LIMIT}`);
  return limit;
}
