import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { AnyReport, isReportName, REPORT_NAMES, type ReportName, type ReportSeverity } from '@strata/report';
import { UsageError, type Command, type Tools } from './command.js';
import { askReports, notAsked } from './report/ask-reports.js';
import { formatsOf, writeReport, type CliFormat } from './report/cli-format.js';
import { FAIL_ON, failingPolicies, readFailOn } from './report/failing-policies.js';
import { keygen, verify } from './report/signing.js';
import { fetchSnapshot, listSnapshots } from './report/snapshots.js';

const options = {
  format: { type: 'string', default: 'json' },
  table: { type: 'string' },
  where: { type: 'string' },
  policy: { type: 'string' },
  'media-type': { type: 'string', multiple: true, default: [] as string[] },
  'as-of': { type: 'string' },
  limit: { type: 'string' },
  'fail-on': { type: 'string' },
  out: { type: 'string' },
  url: { type: 'string' },
} as const;

const STATUS_FAILS = 1;

/** What pipelines and people read about policies and images; asked of the running API, so that its rights hold here too. */
export const reportCommand: Command = {
  summary: 'write a report, and fail where a policy does; verify what was signed',
  usage: [
    `Usage: strata report (${REPORT_NAMES.join('|')}) [options]`,
    '       strata report snapshots [--name NAME]',
    '       strata report snapshot DIGEST-OR-REVISION [--out FILE]',
    '       strata report verify FILE --signature FILE.sig --key PUBLIC.pem',
    '       strata report keygen [--out KEY.pem]',
    '',
    '  --format   json, csv or html; of policies also sarif and junit (json)',
    '  --table    which list CSV is of (the first)',
    '  --where    the filter of the API, such as \'{"repository":{"glob":"team/**"}}\'',
    '  --policy   only this policy, or only the tags in its scope',
    '  --media-type  of retirement, what is to go; may be repeated (schema 1 and the types of Docker)',
    '  --as-of    a moment in the past (the last change of the catalog)',
    '  --limit    how many rows each list may hold',
    '  --fail-on  low, medium, high or critical: status 1 when such a policy, or a worse one, fails beyond its waivers',
    '  --out      the file to write (standard output)',
    '  --url      where the API is (http://127.0.0.1:STRATA_API_PORT)',
    '',
    '  Status: 0 written, 1 a policy fails or a signature is not of the file, 2 wrong use, 3 the API could not be asked.',
  ].join('\n'),
  run(args, tools) {
    const [name, ...rest] = args;
    switch (name) {
      case 'verify':
        return verify(rest, tools);
      case 'keygen':
        return keygen(rest, tools);
      case 'snapshots':
        return listSnapshots(rest, tools);
      case 'snapshot':
        return fetchSnapshot(rest, tools);
      default:
        return report(args, tools);
    }
  },
};

/** Programs read CSV, SARIF and JUnit to the end; nobody reads a page that long. */
const ALL_ROWS = '100000';

async function report(args: readonly string[], tools: Tools): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const [name = '', ...rest] = positionals;
  if (!isReportName(name) || rest.length > 0) throw new UsageError(`say which report: ${REPORT_NAMES.join(', ')}`);
  const { table = null, out = null } = values;
  const format = readFormat(name, values.format, table);
  const failOn = readSeverity(name, values['fail-on']);
  const isForPeople = format === 'json' || format === 'html';
  const asked = await askReports(tools, values.url, `${name}.json`, [
    ['where', values.where],
    ['policy', values.policy],
    ['asOf', values['as-of']],
    ['limit', values.limit ?? (isForPeople ? undefined : ALL_ROWS)],
    ...values['media-type'].map((type) => ['mediaType', type] as const),
  ]);
  if (!asked.ok) return asked.status;
  let made: AnyReport;
  try {
    made = AnyReport.parse(JSON.parse(Buffer.from(asked.bytes).toString()));
  } catch (error) {
    return notAsked(tools, 'the API gave no report of a kind that this version knows', error).status;
  }
  const bytes = writeReport(made, format, table);
  if (bytes === null) throw new UsageError(`${name} has no table ${JSON.stringify(table)}`);
  if (out === null) tools.write(Buffer.from(bytes).toString());
  else await writeFile(out, bytes);
  return failOn === null ? 0 : conclude(made, failOn, tools);
}

function readFormat(name: ReportName, word: string, table: string | null): CliFormat {
  const format = formatsOf(name).find((known) => known === word);
  if (format === undefined) throw new UsageError(`--format of ${name} must be one of: ${formatsOf(name).join(', ')}`);
  if (table !== null && format !== 'csv') throw new UsageError('--table is for --format csv');
  return format;
}

function readSeverity(name: ReportName, word: string | undefined): ReportSeverity | null {
  if (word === undefined) return null;
  const severity = readFailOn(word);
  if (severity === null) throw new UsageError(`--fail-on must be one of: ${FAIL_ON.join(', ')}`);
  if (name !== 'policies') throw new UsageError('--fail-on is for the report policies');
  return severity;
}

/** To the standard error, so that it shows also where the report goes into a file or a pipe. */
function conclude(made: AnyReport, failOn: ReportSeverity, { writeError }: Tools): number {
  const failing = failingPolicies(made, failOn);
  for (const { name, severity, failing: count, waived, inScope } of failing)
    writeError(`strata: ${severity} ${name}: ${count - waived} of ${inScope} tags fail\n`);
  return failing.length === 0 ? 0 : STATUS_FAILS;
}
