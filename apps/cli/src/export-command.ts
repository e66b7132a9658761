import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { readApiAddress, type ApiAddress } from './api-address.js';
import { UsageError, type Command, type Tools } from './command.js';
import { countExport, type ExportKind } from './count-export.js';
import { openProgress } from './progress.js';
import { refusalOf } from './refusal-of.js';

const options = {
  where: { type: 'string' },
  fields: { type: 'string' },
  'as-of': { type: 'string' },
  out: { type: 'string' },
  url: { type: 'string' },
} as const;

/** How often the bar moves. */
const REDRAW_MS = 200;

const KINDS: readonly ExportKind[] = ['tags', 'images', 'layers', 'findings'];
const ENDING = /^\.(csv|jsonl|json)$/;

/** A whole list as a file, asked of the running API, so that its rights and limits hold here too. */
export const exportCommand: Command = {
  summary: 'write all tags, images, layers or findings that a filter chooses into a file',
  usage: [
    'Usage: strata export (tags|images|layers|findings).(csv|jsonl|json) [--where JSON] [--fields A,B] [--as-of TIME] [--out FILE] [--url URL]',
    '',
    '  --where   the filter of the API, such as \'{"platforms":{"lacks":["arm64"]}}\'',
    '  --out     the file to write (the name of the export); it appears when it is complete, and not before',
    '  --url     where the API is (http://127.0.0.1:STRATA_API_PORT)',
  ].join('\n'),
  async run(args, tools) {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [file = '', ...rest] = positionals;
    const kind = kindOf(file);
    if (kind === null || rest.length > 0) throw new UsageError('say what: tags.csv, images.jsonl, layers.json, …');
    const { base, headers } = readApiAddress(tools.env, values.url);
    const url = new URL(`/export/${file}`, base);
    const { where, fields, 'as-of': asOf } = values;
    for (const [name, value] of Object.entries({ where, fields, asOf }))
      if (value !== undefined) url.searchParams.set(name, value);
    const total = await countExport({ base, headers }, kind, { where, asOf });
    return download({ url, headers }, values.out ?? `strata-${file}`, total, tools);
  },
};

function kindOf(file: string): ExportKind | null {
  return KINDS.find((kind) => file.startsWith(kind) && ENDING.test(file.slice(kind.length))) ?? null;
}

/** What is asked for, and as whom. */
interface Download {
  readonly url: URL;
  readonly headers: ApiAddress['headers'];
}

/** Writes beside the file and renames at the end: a file of that name is always a whole one. */
async function download({ url, headers }: Download, out: string, total: number | null, tools: Tools): Promise<number> {
  const part = `${out}.part`;
  try {
    const response = await fetch(url, { headers });
    if (!response.ok || response.body === null) return refuse(tools, await response.text());
    const progress = countPassing(tools, out, total);
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

/** A stream that counts what passes through it. */
interface Passing {
  readonly count: Transform;
  finish(): void;
}

/** Counts lines and bytes as they pass, under a bar where the length is known; a line is a row. */
function countPassing(tools: Tools, out: string, total: number | null): Passing {
  const progress = total === null || total === 0 ? null : openProgress(out, total, tools);
  let bytes = 0;
  let lines = 0;
  let shownAtMs = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines += 1;
      if (Date.now() - shownAtMs > REDRAW_MS) {
        shownAtMs = Date.now();
        progress?.show(Math.min(lines, total ?? 0));
      }
      done(null, chunk);
    },
  });
  return {
    count,
    finish() {
      progress?.show(total ?? 0);
      progress?.end();
      tools.write(`${out}: ${lines.toLocaleString('en')} lines, ${(bytes / 1e6).toFixed(1)} MB\n`);
    },
  };
}

/** What the API said, with the place of the mistake. */
function refuse({ writeError }: Tools, body: string): number {
  writeError(`strata: the API refuses this export: ${refusalOf(body)}\n`);
  return 1;
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
