import { policyWords, tagFilterSchema, type SnapshotPlan, type WrittenPolicy } from '@strata/catalog';
import {
  checkConfigFile,
  ConfigError,
  policiesSection,
  reportsSection,
  webhooksSection,
  type Checked,
  type Environment,
} from '@strata/runtime';
import { reportWords } from './report/report-words.js';
import { snapshotPlan } from './report/snapshot-plan.js';
import type { ToldWebhook } from './tell/tell-tools.js';
import { KINDS, SEVERITIES } from './tell/webhook-words.js';

/** What stands in strata.yaml beside the sources; null for a section that was not understood. */
export interface Beside {
  readonly policies: readonly WrittenPolicy[] | null;
  readonly reports: readonly SnapshotPlan[] | null;
  readonly webhooks: readonly ToldWebhook[] | null;
}

/** The part of a logger that mistakes are told to. */
interface ErrorLog {
  error(fields: object, message: string): void;
}

/**
 * Reads the sections without which images are catalogued all the same: a mistake in one of them must stop neither the
 * worker nor, under `strata start`, the hook. Each mistake is logged with its place, and what holds until it is mended.
 */
export function readBeside(env: Environment, logger: ErrorLog): Beside {
  const webhookWords = { kinds: KINDS, severities: SEVERITIES, where: tagFilterSchema() };
  const policies = checkConfigFile({ policies: policiesSection(policyWords) }, env);
  const webhooks = checkConfigFile({ webhooks: webhooksSection(webhookWords) }, env);
  return {
    policies:
      valueOf('policies', policies, 'the policies that were recorded last stay in force', logger)?.policies ?? null,
    reports: valueOf('reports', readPlans(env), 'no report is made, and those that are kept stay', logger),
    webhooks:
      valueOf('webhooks', webhooks, 'no webhook is told, and what happens is kept for them', logger)?.webhooks ?? null,
  };
}

function valueOf<T>(section: keyof Beside, checked: Checked<T>, meanwhile: string, logger: ErrorLog): T | null {
  if (checked.ok) return checked.value;
  for (const { where, message } of checked.problems) logger.error({ section, where }, `not understood: ${message}`);
  logger.error({ section }, `${meanwhile}, until strata.yaml is mended and the worker started again`);
  return null;
}

/** Keys of signatures are read here too: one that is missing is a mistake as others are. */
function readPlans(env: Environment): Checked<readonly SnapshotPlan[]> {
  const checked = checkConfigFile({ reports: reportsSection(reportWords) }, env);
  if (!checked.ok) return checked;
  try {
    return { ok: true, value: checked.value.reports.map(snapshotPlan) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { ok: false, problems: error.problems };
  }
}
