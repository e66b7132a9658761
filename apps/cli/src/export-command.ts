import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { readConfig } from '@strata/runtime';
import { CliConfig } from './cli-config.js';
import { UsageError, type Command, type Tools } from './command.js';

const options = {
  where: { type: 'string' },
  fields: { type: 'string' },
  'as-of': { type: 'string' },
  out: { type: 'string' },
  url: { type: 'string' },
} as const;

const FILE = /^(tags|images|layers)\.(csv|jsonl|json)$/;

/** A whole list as a file, asked of the running API, so that its rights and limits hold here too. */
export const exportCommand: Command = {
  summary: 'write all tags, images or layers that a filter chooses into a file',
  usage: [
    'Usage: strata export (tags|images|layers).(csv|jsonl|json) [--where JSON] [--fields A,B] [--as-of TIME] [--out FILE] [--url URL]',
    '',
    '  --where   the filter of the API, such as \'{"platforms":{"lacks":["arm64"]}}\'',
    '  --out     the file to write (the name of the export); it appears when it is complete, and not before',
    '  --url     where the API is (http://127.0.0.1:STRATA_API_PORT)',
  ].join('\n'),
  async run(args, tools) {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [file = '', ...rest] = positionals;
    if (!FILE.test(file) || rest.length > 0) throw new UsageError('say what: tags.csv, images.jsonl, layers.json, …');
    const base = values.url ?? `http://127.0.0.1:${readConfig(CliConfig, tools.env).STRATA_API_PORT}`;
    if (!URL.canParse(base)) throw new UsageError('--url must be a URL such as http://127.0.0.1:3000');
    const url = new URL(`/export/${file}`, base);
    const { where, fields, 'as-of': asOf } = values;
    for (const [name, value] of Object.entries({ where, fields, asOf }))
      if (value !== undefined) url.searchParams.set(name, value);
    return download(url, values.out ?? `strata-${file}`, tools);
  },
};

/** Writes beside the file and renames at the end: a file of that name is always a whole one. */
async function download(url: URL, out: string, tools: Tools): Promise<number> {
  const part = `${out}.part`;
  try {
    const response = await fetch(url);
    if (!response.ok || response.body === null) return refuse(tools, await response.text());
    const progress = openProgress(tools, out);
    await pipeline(Readable.fromWeb(response.body), progress.count, createWriteStream(part));
    await rename(part, out);
    progress.finish();
    return 0;
  } catch (error) {
    await rm(part, { force: true });
    tools.writeError(`strata: the export was cut off, ${out} is as it was before (${reasonOf(error)})\n`);
    return 1;
  }
}

interface Progress {
  readonly count: Transform;
  finish(): void;
}

/** Counts lines and bytes as they pass; draws over one line while a person looks. */
function openProgress({ write, isTerminal }: Tools, out: string): Progress {
  let bytes = 0;
  let lines = 0;
  let drawnAt = 0;
  const told = (): string => `${out}: ${lines.toLocaleString('en')} lines, ${(bytes / 1e6).toFixed(1)} MB`;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines += 1;
      if (isTerminal && Date.now() - drawnAt > 200) {
        drawnAt = Date.now();
        write(`\r${told()}`);
      }
      done(null, chunk);
    },
  });
  return { count, finish: () => write(`${isTerminal ? '\r' : ''}${told()}\n`) };
}

/** What the API said, with the place of the mistake. */
function refuse({ writeError }: Tools, body: string): number {
  writeError(`strata: the API refuses this export: ${messageOf(body)}\n`);
  return 1;
}

function messageOf(body: string): string {
  try {
    const { errors } = JSON.parse(body) as {
      errors?: readonly { message?: string; extensions?: { argument?: string } }[];
    }; // shown as text only
    const [first] = errors ?? [];
    const argument = first?.extensions?.argument;
    return `${argument === undefined ? '' : `${argument}: `}${first?.message ?? body}`;
  } catch {
    return body;
  }
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
