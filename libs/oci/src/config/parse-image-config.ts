import { CEILINGS } from '../ceilings.js';
import { fieldNames } from '../json/ambiguous-keys.js';
import type { JsonObject } from '../json/json-value.js';
import { gatherProblems, type Problems } from '../manifest/gather-problems.js';
import { readDigest } from '../manifest/read-descriptor.js';
import { readRoot } from '../manifest/read-root.js';
import { readPlatformFields } from '../platform/read-platform.js';
import { arrayOf, checkCase, childOf, dateOf, flagOf, openNode, textOf, type ConfigNode } from './config-node.js';
import type { HistoryEntry, ImageConfig } from './image-config.js';
import { readSettings } from './read-settings.js';

const NAMES = fieldNames(
  'architecture',
  'os',
  'os.version',
  'os.features',
  'variant',
  'rootfs',
  'history',
  'created',
  'author',
  'config',
);
const ROOTFS_NAMES = fieldNames('type', 'diff_ids');
const STEP_NAMES = fieldNames('created', 'created_by', 'comment', 'author', 'empty_layer');
const RULES = { what: 'a config', maxBytes: CEILINGS.configBytes, toleratesPrecision: true };

/**
 * Turns a config blob, OCI's or Docker's, into what it says (OCI image-spec 1.1, config.md), or throws `ManifestError`
 * with everything that is wrong. Null means absent, as Go's decoder has it. That the layers number as many as the
 * diff_ids is for `checkConfigFits`, which has both.
 */
export function parseImageConfig(bytes: Uint8Array): ImageConfig {
  const problems = gatherProblems();
  const root = readRoot(bytes, RULES, problems)?.object ?? null;
  const config = root && readConfig(root, problems);
  problems.throwIfAny({ mediaType: null, format: null });
  if (config === null) throw new TypeError('the config is missing without a problem that says so');
  return { ...config, warnings: problems.warnings };
}

function readConfig(root: JsonObject, problems: Problems): Omit<ImageConfig, 'warnings'> {
  const top = openNode(root, '$', problems);
  checkCase(top, NAMES);
  const facts = {
    platform: readPlatformFields(root, '$', problems),
    createdAt: dateOf(top, 'created'),
    author: textOf(top, 'author'),
    dockerVersion: textOf(top, 'docker_version'),
    parentId: textOf(top, 'parent'),
    comment: textOf(top, 'comment'),
    diffIds: readDiffIds(top, problems),
    history: readHistory(top, problems),
    ...readSettings(childOf(top, 'config')),
  };
  warnOfGaps(facts, problems);
  return facts;
}

function warnOfGaps({ platform, diffIds, history }: Omit<ImageConfig, 'warnings'>, problems: Problems): void {
  if (platform === null) problems.warn('PLATFORM', 'the config does not say on which platform the image runs', '$');
  const steps = history.filter(({ emptyLayer }) => !emptyLayer).length;
  if (history.length > 0 && steps !== diffIds.length)
    problems.warn(
      'HISTORY',
      `${steps} steps of the history have a layer, and there are ${diffIds.length}`,
      '$.history',
    );
}

function readDiffIds(top: ConfigNode, problems: Problems): ImageConfig['diffIds'] {
  const rootfs = childOf(top, 'rootfs');
  checkCase(rootfs, ROOTFS_NAMES);
  if (textOf(rootfs, 'type') !== 'layers') problems.add('SHAPE', 'rootfs.type must be "layers"', '$.rootfs.type');
  const digests = arrayOf(rootfs, 'diff_ids');
  if (digests.length > CEILINGS.descriptors) {
    problems.add('TOO_LARGE', `${digests.length} diff_ids, at most ${CEILINGS.descriptors}`, '$.rootfs.diff_ids');
    return [];
  }
  return digests
    .map((digest, index) => readDigest(digest, `$.rootfs.diff_ids[${index}]`, problems))
    .filter((digest) => digest !== null);
}

function readHistory(top: ConfigNode, problems: Problems): readonly HistoryEntry[] {
  const steps = arrayOf(top, 'history');
  if (steps.length > CEILINGS.descriptors) {
    problems.add('TOO_LARGE', `${steps.length} steps of history, at most ${CEILINGS.descriptors}`, '$.history');
    return [];
  }
  return steps.map((value, index) => {
    const step = openNode(value, `$.history[${index}]`, problems);
    checkCase(step, STEP_NAMES);
    return {
      createdAt: dateOf(step, 'created'),
      createdBy: textOf(step, 'created_by'),
      comment: textOf(step, 'comment'),
      author: textOf(step, 'author'),
      emptyLayer: flagOf(step, 'empty_layer'),
    };
  });
}
