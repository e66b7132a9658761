import { parseArgs } from 'node:util';
import { dialectOf } from '@strata/registry-events';
import { StartError } from '@strata/runtime';
import { UsageError, type Command, type Tools } from './command.js';
import { formatTable } from './format-table.js';
import { checkCatalog, readSourceRows } from './source/check-catalog.js';
import { checkAddress, checkHook } from './source/check-hook.js';
import { checkRegistry } from './source/check-registry.js';
import { readConfiguredSources, type ConfiguredSource } from './source/configured-source.js';
import type { Finding } from './source/finding.js';
import { addressToPaste, hookAddress, SECRET_PLACEHOLDER } from './source/hook-address.js';

/** Everything about the senders of events: which there are, whether they work, and what to tell them. */
export const sourceCommand: Command = {
  summary: 'list the sources, or check one and print what to paste at its sender',
  usage: [
    'Usage: strata source list',
    '       strata source check NAME',
    '',
    '  check asks the registry (can it be reached, are the credentials good, may its token service have them), the',
    '  hook and the catalog, and prints the settings of the sender. No secret is shown. It ends with 1 when something',
    '  is in the way.',
    '',
    '  STRATA_HOOK_URL is the address under which senders reach the hook, such as https://hooks.example.',
  ].join('\n'),
  run(args, tools) {
    const { positionals } = parseArgs({ args: [...args], options: {}, allowPositionals: true });
    const [verb, name, ...rest] = positionals;
    if (verb === 'list' && name === undefined) return listSources(tools);
    if (verb === 'check' && name !== undefined && rest.length === 0) return checkSource(tools, name);
    throw new UsageError('say `source list`, or `source check` and the name of a source');
  },
};

async function listSources(tools: Tools): Promise<number> {
  const { config, sources } = readConfiguredSources(tools.env);
  if (sources.length === 0) {
    tools.write('No sources: see strata.example.yaml.\n');
    return 0;
  }
  const rows = await readSourceRows(tools);
  const lastEvent = (name: string): string =>
    rows instanceof StartError ? 'unknown' : (rows.get(name)?.lastEventAt?.toISOString() ?? 'never');
  const cells = sources.map(({ name, dialect, registry, authentication }) => [
    ...[name, dialect, registry.href.replace(/\/$/, ''), authentication.scheme],
    ...[addressToPaste(hookAddress(config, name), authentication), lastEvent(name)],
  ]);
  tools.write(formatTable(['NAME', 'DIALECT', 'REGISTRY', 'PROOF', 'HOOK', 'LAST EVENT'], cells));
  if (rows instanceof StartError) tools.write(`${rows.message}\n`);
  return 0;
}

async function checkSource(tools: Tools, name: string): Promise<number> {
  const { config, sources } = readConfiguredSources(tools.env);
  const source = sources.find((one) => one.name === name);
  if (source === undefined) throw new StartError(`strata.yaml has no source ${JSON.stringify(name)}`);
  const address = hookAddress(config, name);
  const [registry, hook, rows] = await Promise.all([checkRegistry(source), checkHook(address), readSourceRows(tools)]);
  const findings = [registry, hook, ...checkAddress(address), ...checkCatalog(rows, name)];
  tools.write(`Source ${name}: ${dialectOf(source.dialect).title}\n\n`);
  tools.write(findings.map(formatFinding).join(''));
  tools.write(`\n${whatToPaste(source, address)}\n`);
  return findings.some(({ verdict }) => verdict === 'wrong') ? 1 : 0;
}

function formatFinding({ verdict, about, text }: Finding): string {
  return `  ${verdict.padEnd(6)} ${about.padEnd(9)} ${text.replace(/\p{Cc}/gu, ' ')}\n`;
}

function whatToPaste(source: ConfiguredSource, address: string): string {
  const { name, dialect, authentication, host } = source;
  const secret = SECRET_PLACEHOLDER;
  const hookUrl = addressToPaste(address, authentication);
  const snippet = dialectOf(dialect).snippet({ name, hookUrl, authentication, secret, host });
  const explained = snippet.includes(secret) ? `; ${secret} stands for the first of its secrets in strata.yaml` : '';
  return `What to set up at the sender${explained}:\n\n${snippet}\n\nMore in docs/sources/${dialect}.md`;
}
