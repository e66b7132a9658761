import { parseArgs } from 'node:util';
import {
  createToken,
  listTokens,
  revokeToken,
  TokenError,
  type StoredTokenScope,
  type TokenRow,
} from '@strata/catalog';
import { StartError } from '@strata/runtime';
import { UsageError, type Command, type Tools } from './command.js';
import { withCatalog } from './database.js';
import { formatTable } from './format-table.js';

const SCOPES = ['read', 'crawl', 'replay', 'assemble', 'admin'] as const satisfies readonly StoredTokenScope[];
const DAY_MS = 86_400_000;
const MOST_DAYS = 3_650;

const options = {
  scope: { type: 'string', multiple: true },
  repositories: { type: 'string' },
  days: { type: 'string', default: '90' },
} as const;

/** Who may ask the API for what. It works on the database itself, so that the first token can be made. */
export const tokenCommand: Command = {
  summary: 'make, list and revoke the tokens of the API',
  usage: [
    'Usage: strata token create NAME --scope SCOPE … [--repositories GLOB] [--days N]',
    '       strata token list',
    '       strata token revoke ID',
    '',
    `  --scope         ${SCOPES.join(', ')}; may be repeated`,
    "  --repositories  it may write only to repositories of such a name, as in 'team/*' ('**' crosses slashes)",
    `  --days          how long it is good (90, at most ${MOST_DAYS})`,
    '',
    '  The secret is on standard output, this once; it is sent as `Authorization: Bearer …`, and by the other commands',
    '  when STRATA_TOKEN holds it.',
  ].join('\n'),
  run(args, tools) {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [verb, given, ...rest] = positionals;
    if (rest.length === 0) {
      if (verb === 'list' && given === undefined) return list(tools);
      if (verb === 'revoke' && given !== undefined) return revoke(tools, given);
      if (verb === 'create' && given !== undefined) return create(tools, given, values);
    }
    throw new UsageError('say `token create` and a name, `token list`, or `token revoke` and an id');
  },
};

interface Asked {
  readonly scope?: string[];
  readonly repositories?: string;
  readonly days: string;
}

function create(tools: Tools, name: string, { scope = [], repositories, days }: Asked): Promise<number> {
  const scopes = scope.map(readScope);
  const lifeMs = readDays(days) * DAY_MS;
  return withCatalog(tools, async ({ pool }) => {
    const now = new Date();
    const expiresAt = new Date(now.getTime() + lifeMs);
    const filter = repositories === undefined ? null : { glob: repositories };
    try {
      const made = await createToken(pool, { name, scopes, repositories: filter, expiresAt, createdBy: 'cli', now });
      tools.write(`${made.secret}\n`);
      tools.writeError(`Token ${made.token.id} for ${scopes.join(', ')}, until ${expiresAt.toISOString()}.\n`);
      return 0;
    } catch (error) {
      if (error instanceof TokenError) throw new UsageError(error.message);
      throw error;
    }
  });
}

function list(tools: Tools): Promise<number> {
  return withCatalog(tools, async ({ pool }) => {
    const now = new Date();
    const rows = (await listTokens(pool)).map((token) => [
      ...[String(token.id), token.name, stateOf(token, now), token.scopes.join(',')],
      ...[token.repositories === null ? 'all' : JSON.stringify(token.repositories), token.createdBy],
      ...[token.expiresAt.toISOString(), token.lastUsedAt?.toISOString() ?? 'never'],
    ]);
    const titles = ['ID', 'NAME', 'STATE', 'SCOPES', 'REPOSITORIES', 'MADE BY', 'EXPIRES', 'LAST USED'];
    tools.write(rows.length === 0 ? 'No tokens.\n' : formatTable(titles, rows));
    return 0;
  });
}

function revoke(tools: Tools, text: string): Promise<number> {
  if (!/^[1-9][0-9]{0,8}$/.test(text)) throw new UsageError('the id is the number that `strata token list` shows');
  return withCatalog(tools, async ({ pool }) => {
    if (!(await revokeToken(pool, Number(text), new Date()))) throw new StartError(`there is no token ${text}`);
    tools.write(`Token ${text} is revoked.\n`);
    return 0;
  });
}

function stateOf({ revokedAt, expiresAt }: TokenRow, now: Date): string {
  if (revokedAt !== null) return 'revoked';
  return expiresAt <= now ? 'expired' : 'good';
}

function readScope(text: string): StoredTokenScope {
  const scope = SCOPES.find((known) => known === text.toLowerCase());
  if (scope === undefined) throw new UsageError(`--scope must be one of: ${SCOPES.join(', ')}`);
  return scope;
}

function readDays(text: string): number {
  const days = /^[0-9]{1,4}$/.test(text) ? Number(text) : 0;
  if (days < 1 || days > MOST_DAYS) throw new UsageError(`--days must be a number from 1 to ${MOST_DAYS}`);
  return days;
}
