import { fieldNames } from '../json/ambiguous-keys.js';
import {
  checkCase,
  childOf,
  commandOf,
  countOf,
  flagOf,
  hasField,
  keysOf,
  textMapOf,
  textOf,
  textsOf,
  type ConfigNode,
} from './config-node.js';
import type { Healthcheck, ImageSettings } from './image-config.js';

const NAMES = fieldNames(
  'User',
  'Entrypoint',
  'Cmd',
  'Env',
  'WorkingDir',
  'ExposedPorts',
  'Volumes',
  'StopSignal',
  'Labels',
  'ArgsEscaped',
  'Shell',
  'OnBuild',
  'Healthcheck',
  'Hostname',
  'Domainname',
);
const HEALTHCHECK_NAMES = fieldNames('Test', 'Interval', 'Timeout', 'StartPeriod', 'StartInterval', 'Retries');

/** Reads the `config` object of a config, or of a step of schema 1, which has the same fields. */
export function readSettings(settings: ConfigNode): ImageSettings {
  checkCase(settings, NAMES);
  return {
    user: textOf(settings, 'User'),
    entrypoint: commandOf(settings, 'Entrypoint'),
    cmd: commandOf(settings, 'Cmd'),
    env: textsOf(settings, 'Env') ?? [],
    workingDir: textOf(settings, 'WorkingDir'),
    exposedPorts: keysOf(settings, 'ExposedPorts'),
    volumes: keysOf(settings, 'Volumes'),
    stopSignal: textOf(settings, 'StopSignal'),
    labels: textMapOf(settings, 'Labels'),
    argsEscaped: flagOf(settings, 'ArgsEscaped'),
    shell: textsOf(settings, 'Shell'),
    onBuild: textsOf(settings, 'OnBuild') ?? [],
    healthcheck: readHealthcheck(settings),
    hostname: textOf(settings, 'Hostname'),
    domainname: textOf(settings, 'Domainname'),
  };
}

function readHealthcheck(settings: ConfigNode): Healthcheck | null {
  if (!hasField(settings, 'Healthcheck')) return null;
  const check = childOf(settings, 'Healthcheck');
  checkCase(check, HEALTHCHECK_NAMES);
  return {
    test: textsOf(check, 'Test') ?? [],
    intervalNs: countOf(check, 'Interval'),
    timeoutNs: countOf(check, 'Timeout'),
    startPeriodNs: countOf(check, 'StartPeriod'),
    startIntervalNs: countOf(check, 'StartInterval'),
    retries: countOf(check, 'Retries'),
  };
}
