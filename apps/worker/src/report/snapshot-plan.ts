import { readFileSync } from 'node:fs';
import { readTagFilter, type SnapshotPlan } from '@strata/catalog';
import { signingKeyId, SigningKeyError, type ReportFormat, type ReportName } from '@strata/report';
import { ConfigError, type ReportConfig } from '@strata/runtime';

/**
 * What the operator wrote as a plan, with its key read: a process that could not sign says so when it starts, not at
 * night. Throws `ConfigError`.
 */
export function snapshotPlan(config: ReportConfig<ReportName, ReportFormat>): SnapshotPlan {
  const { name, report, format, interval, atMs, keep, where, policy, mediaTypes, limit } = config;
  return {
    ...{ name, format, interval, atMs, keep },
    signingKey: config.keyFile === null ? null : readKey(name, config.keyFile),
    request: (now) => ({
      ...{ name: report, policy, mediaTypes, limit, asOf: null },
      where: where === null ? null : { written: where, filter: readTagFilter(where, { now }) },
    }),
  };
}

function readKey(name: string, file: string): string {
  const refuse = (reason: string): ConfigError =>
    new ConfigError([{ where: 'reports', message: `the report ${name} cannot be signed: ${file} ${reason}` }]);
  let pem: string;
  try {
    pem = readFileSync(file, 'utf8');
  } catch {
    throw refuse('cannot be read');
  }
  try {
    if (!pem.includes('PRIVATE KEY')) throw new SigningKeyError('this is no private key');
    signingKeyId(pem);
    return pem;
  } catch (error) {
    if (error instanceof SigningKeyError) throw refuse('holds no Ed25519 private key in PEM');
    throw error;
  }
}
