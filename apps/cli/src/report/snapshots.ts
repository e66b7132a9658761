import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { UsageError, type Tools } from '../command.js';
import { formatTable } from '../format-table.js';
import { askReports, notAsked } from './ask-reports.js';

const Snapshots = z.object({
  snapshots: z.array(
    z.object({
      name: z.string(),
      report: z.string(),
      revision: z.string(),
      digest: z.string(),
      keyId: z.string().nullable(),
      createdAt: z.string(),
    }),
  ),
});

/** `strata report snapshots`: what is kept, the newest first. */
export async function listSnapshots(args: readonly string[], tools: Tools): Promise<number> {
  const options = { name: { type: 'string' }, url: { type: 'string' } } as const;
  const { values } = parseArgs({ args: [...args], options });
  const asked = await askReports(tools, values.url, 'snapshots', [['name', values.name]]);
  if (!asked.ok) return asked.status;
  try {
    const { snapshots } = Snapshots.parse(JSON.parse(Buffer.from(asked.bytes).toString()));
    const rows = snapshots.map((each) => [
      each.createdAt,
      each.name,
      each.report,
      each.keyId ?? 'not signed',
      each.digest,
    ]);
    tools.write(formatTable(['created', 'name', 'report', 'key', 'digest'], rows));
    return 0;
  } catch (error) {
    return notAsked(tools, 'the API gave no list of snapshots', error).status;
  }
}

/** `strata report snapshot`: one of them as it was kept, with its signature beside it. */
export async function fetchSnapshot(args: readonly string[], tools: Tools): Promise<number> {
  const options = { out: { type: 'string' }, url: { type: 'string' } } as const;
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const [id, ...rest] = positionals;
  if (id === undefined || rest.length > 0) throw new UsageError('say which snapshot, by its digest or revision');
  const path = `snapshots/${encodeURIComponent(id)}`;
  const asked = await askReports(tools, values.url, path);
  if (!asked.ok) return asked.status;
  const suggested = /filename="([a-z0-9.-]+)"/.exec(asked.headers.get('content-disposition') ?? '')?.[1];
  const out = values.out ?? suggested ?? 'report';
  await writeFile(out, asked.bytes);
  const keyId = asked.headers.get('x-strata-key-id');
  if (keyId === null) tools.write(`${out}: not signed\n`);
  else {
    const signature = await askReports(tools, values.url, `${path}.sig`);
    if (!signature.ok) return signature.status;
    await writeFile(`${out}.sig`, signature.bytes);
    tools.write(`${out}, ${out}.sig: signed with ${keyId}\n`);
  }
  return 0;
}
