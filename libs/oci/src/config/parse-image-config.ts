import { CEILINGS } from '../ceilings.js';
import { fieldNames, misspeltKeys } from '../json/ambiguous-keys.js';
import { JsonError } from '../json/json-error.js';
import { jsonPathStep } from '../json/json-path.js';
import { isJsonObject, kindOfJson, type JsonObject } from '../json/json-value.js';
import { readJson } from '../json/parse-json.js';
import { gatherProblems, quote, type Problems } from '../manifest/gather-problems.js';
import { readDigest } from '../manifest/read-descriptor.js';
import { readPlatformFields } from '../platform/read-platform.js';
import {
  arrayOf,
  childOf,
  commandOf,
  dateOf,
  flagOf,
  keysOf,
  openNode,
  textMapOf,
  textOf,
  textsOf,
  type ConfigNode,
} from './config-node.js';
import type { HistoryEntry, ImageConfig } from './image-config.js';

const NAMES = fieldNames('architecture', 'os', 'os.version', 'os.features', 'variant', 'rootfs', 'history', 'created');

/**
 * Turns a config blob, OCI's or Docker's, into what it says (OCI image-spec 1.1, config.md), or throws `ManifestError`
 * with everything that is wrong. Null means absent, as Go's decoder has it. Lossy numbers are tolerated, because
 * nothing here is read as a number. That the layers number as many as the diff_ids is for whoever has both to check.
 */
export function parseImageConfig(bytes: Uint8Array): ImageConfig {
  const problems = gatherProblems();
  const root = readRoot(bytes, problems);
  const config = root && readConfig(root, problems);
  problems.throwIfAny({ mediaType: null, format: null });
  if (config === null) throw new TypeError('the config is missing without a problem that says so');
  return config;
}

function readRoot(bytes: Uint8Array, problems: Problems): JsonObject | null {
  if (bytes.length > CEILINGS.configBytes) {
    problems.add('TOO_LARGE', `the config has ${bytes.length} bytes, at most ${CEILINGS.configBytes} are read`, null);
    return null;
  }
  try {
    const { value, notes } = readJson(bytes);
    for (const { code, message, path } of notes) if (code !== 'PRECISION') problems.add(code, message, path);
    if (isJsonObject(value)) return value;
    problems.add('SHAPE', `a config is an object, not ${kindOfJson(value)}`, '$');
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    problems.add(error.code, `${error.problem.message} (byte ${error.offsetBytes})`, error.path);
  }
  return null;
}

function readConfig(root: JsonObject, problems: Problems): ImageConfig {
  for (const { key, name } of misspeltKeys(root, NAMES)) {
    problems.add('AMBIGUOUS', `some readers take ${quote(key)} for ${quote(name)}`, `$${jsonPathStep(key)}`);
  }
  const top = openNode(root, '$', problems);
  const settings = childOf(top, 'config');
  return {
    platform: readPlatformFields(root, '$', problems),
    createdAt: dateOf(top, 'created'),
    author: textOf(top, 'author'),
    diffIds: readDiffIds(top, problems),
    history: readHistory(top, problems),
    user: textOf(settings, 'User'),
    entrypoint: commandOf(settings, 'Entrypoint'),
    cmd: commandOf(settings, 'Cmd'),
    env: textsOf(settings, 'Env') ?? [],
    workingDir: textOf(settings, 'WorkingDir'),
    exposedPorts: keysOf(settings, 'ExposedPorts'),
    volumes: keysOf(settings, 'Volumes'),
    stopSignal: textOf(settings, 'StopSignal'),
    labels: textMapOf(settings, 'Labels'),
  };
}

function readDiffIds(top: ConfigNode, problems: Problems): ImageConfig['diffIds'] {
  const rootfs = childOf(top, 'rootfs');
  if (textOf(rootfs, 'type') !== 'layers') problems.add('SHAPE', 'rootfs.type must be "layers"', '$.rootfs.type');
  const digests = arrayOf(rootfs, 'diff_ids');
  if (digests.length > CEILINGS.descriptors) {
    problems.add('TOO_LARGE', `${digests.length} diff_ids, at most ${CEILINGS.descriptors}`, '$.rootfs.diff_ids');
    return [];
  }
  const reading = { problems, annotations: { bytes: 0 } };
  return digests
    .map((digest, index) => readDigest(digest, `$.rootfs.diff_ids[${index}]`, reading))
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
    return {
      createdAt: dateOf(step, 'created'),
      createdBy: textOf(step, 'created_by'),
      comment: textOf(step, 'comment'),
      author: textOf(step, 'author'),
      emptyLayer: flagOf(step, 'empty_layer'),
    };
  });
}
