import { parseArgs } from 'node:util';
import { countVerdicts, findPolicies, policyWords, type Policy, type Verdicts } from '@strata/catalog';
import { checkConfigFile, ConfigError, policiesSection } from '@strata/runtime';
import { UsageError, type Command, type Tools } from './command.js';
import { withCatalog } from './database.js';
import { formatTable } from './format-table.js';

/** What must hold: whether it is written well, and how it stands. */
export const policyCommand: Command = {
  summary: 'check the policies of strata.yaml, or list those in force and how they stand',
  usage: [
    'Usage: strata policy check [FILE]',
    '       strata policy list',
    '',
    '  check    read the policies of FILE (strata.yaml, or STRATA_CONFIG), and say where each mistake is',
    '  list     the policies that the worker has recorded, and how many tags pass and fail them',
  ].join('\n'),
  async run(args, tools) {
    const { positionals } = parseArgs({ args: [...args], options: {}, allowPositionals: true });
    const [verb, file, ...rest] = positionals;
    if (verb === 'check' && rest.length === 0) return check(tools, file);
    if (verb === 'list' && file === undefined) return list(tools);
    throw new UsageError('policy takes one of: check [FILE], list');
  },
};

/** Throws `ConfigError`. */
function check({ env, write }: Tools, file: string | undefined): number {
  const asked = file === undefined ? env : { ...env, STRATA_CONFIG: file };
  const checked = checkConfigFile({ policies: policiesSection(policyWords) }, asked);
  if (!checked.ok) throw new ConfigError(checked.problems);
  const { policies } = checked.value;
  if (policies.length > 0)
    write(
      formatTable(
        ['NAME', 'SEVERITY', 'OWNER', 'DESCRIPTION'],
        policies.map(({ name, severity, owner, description }) => [name, severity, owner ?? '', description ?? '']),
      ),
    );
  write(`${policies.length === 1 ? 'One policy' : `${policies.length} policies`}, all understood.\n`);
  return 0;
}

function list(tools: Tools): Promise<number> {
  return withCatalog(tools, async ({ pool }) => {
    const policies = await findPolicies(pool);
    const verdicts = await countVerdicts(pool, policies, new Date());
    if (policies.length === 0) tools.write('No policies.\n');
    else
      tools.write(
        formatTable(
          ['NAME', 'SEVERITY', 'OWNER', 'IN SCOPE', 'PASSING', 'FAILING', 'EVALUATED'],
          policies.map((policy, index) => rowOf(policy, verdicts[index])),
        ),
      );
    return 0;
  });
}

function rowOf(policy: Policy, verdicts: Verdicts | undefined): readonly string[] {
  const { name, severity, owner } = policy;
  const counts = [verdicts?.inScope, verdicts?.passing, verdicts?.failing].map((count) => String(count ?? ''));
  return [name, severity, owner ?? '', ...counts, progressOf(policy)];
}

function progressOf({ evaluation, evaluatedAt, unreadable }: Policy): string {
  if (unreadable !== null) return `not evaluated: ${unreadable.path} ${unreadable.message}`;
  if (evaluation === null) return evaluatedAt?.toISOString() ?? 'not yet';
  return `under way, ${evaluation.done} of ${evaluation.expected} tags`;
}
