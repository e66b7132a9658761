import { readFile } from 'node:fs/promises';

/** Whom the server runs as. */
export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

/**
 * PostgreSQL refuses to run as root. Null: the current user will do. As root, the account `postgres` where there
 * is one, else `nobody`, which every Unix has.
 */
export async function unprivilegedUser(): Promise<SystemUser | null> {
  if (process.getuid?.() !== 0) return null;
  const accounts = await readFile('/etc/passwd', 'utf8');
  for (const wanted of ['postgres', 'nobody']) {
    const found = new RegExp(`^${wanted}:[^:]*:(\\d+):(\\d+):`, 'm').exec(accounts);
    if (found) return { uid: Number(found[1]), gid: Number(found[2]) };
  }
  throw new Error('PostgreSQL cannot run as root, and this system has neither an account "postgres" nor "nobody".');
}
