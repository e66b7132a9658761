import { createHash, randomBytes } from 'node:crypto';
import { chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { memorySettings, usableMemoryBytes } from './memory-settings.js';
import { findPostgresBinaries, reachableByOthers, type PostgresBinaries } from './postgres-binaries.js';
import { runProgram } from './run-program.js';
import { unprivilegedUser, type SystemUser } from './unprivileged-user.js';

/** A PostgreSQL server of our own, for whoever has none. */
export interface EmbeddedPostgres {
  /** Connection string of the database `strata`, password included. */
  readonly url: string;
  /** Where its files are: under `home`, unless the server's user cannot reach that. */
  readonly dataFolder: string;
  /** Ends the server in order; does nothing when another living process had started it. */
  stop(): Promise<void>;
}

interface Cluster {
  readonly binaries: PostgresBinaries;
  readonly user: SystemUser | null;
  readonly folder: string;
  readonly data: string;
}

/**
 * Starts the server whose files live under `<home>/postgres`, making them the first time, and waits until it
 * answers. A server that an earlier, killed process left behind is taken over. `durable: false` trades safety
 * against power cuts for speed and is for tests only.
 */
export async function startEmbeddedPostgres(options: {
  readonly home: string;
  readonly durable?: boolean;
  /** Default: any free one. */
  readonly port?: number;
}): Promise<EmbeddedPostgres> {
  const cluster = await prepareCluster(resolve(options.home, 'postgres'));
  const password = await ensureData(cluster);
  const ownerFile = join(cluster.folder, 'owner');
  if (await isRunning(cluster)) {
    const port = await portOf(cluster);
    if (await isAlive(ownerFile))
      return { url: urlOf(port, password), dataFolder: cluster.data, stop: async () => undefined };
    return own(cluster, ownerFile, port, password);
  }
  const port = options.port ?? (await freePort());
  await startServer(cluster, port, options.durable ?? true);
  return own(cluster, ownerFile, port, password);
}

/** Ends the server under `home`, if one runs, and deletes its files: for scratch servers only. */
export async function discardEmbeddedPostgres(home: string): Promise<void> {
  const cluster = await prepareCluster(resolve(home, 'postgres'));
  const { binaries, user, folder, data } = cluster;
  if (await isRunning(cluster))
    await runProgram(binaries.pgCtl, ['stop', '-D', data, '-m', 'immediate', '-w'], { user, folder });
  await rm(folder, { recursive: true, force: true });
  await rm(home, { recursive: true, force: true });
}

async function prepareCluster(wanted: string): Promise<Cluster> {
  const user = await unprivilegedUser();
  await mkdir(wanted, { recursive: true });
  const fallback = join(tmpdir(), `strata-postgres-${createHash('sha256').update(wanted).digest('hex').slice(0, 16)}`);
  const folder = user === null || (await reachableByOthers(wanted)) ? wanted : fallback;
  if (folder !== wanted) await mkdir(folder, { recursive: true });
  const binaries = await findPostgresBinaries(fallback);
  if (user !== null) await chown(folder, user.uid, user.gid);
  return { binaries, user, folder, data: join(folder, 'data') };
}

async function ensureData({ binaries, user, folder, data }: Cluster): Promise<string> {
  const passwordFile = join(folder, 'password');
  const known = await readFile(passwordFile, 'utf8').catch(() => null);
  const complete = await readFile(join(data, 'PG_VERSION'), 'utf8').catch(() => null);
  if (known !== null && complete !== null) return known;
  await rm(data, { recursive: true, force: true }); // an initdb that was cut short
  const password = randomBytes(24).toString('base64url');
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (user !== null) await chown(passwordFile, user.uid, user.gid);
  const parameters = [
    '-D',
    data,
    '-U',
    'strata',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
  ];
  await runProgram(
    binaries.initdb,
    [...parameters, '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'],
    {
      user,
      folder,
    },
  );
  return password;
}

async function startServer({ binaries, user, folder, data }: Cluster, port: number, durable: boolean): Promise<void> {
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: 200,
    ...(durable ? memorySettings(usableMemoryBytes()) : { shared_buffers: '256MB' }),
    // Reading here and there costs about what reading on does, which is so of every disk that is none of platters.
    random_page_cost: 1.1,
    jit: 'off',
    wal_compression: 'on',
    max_wal_size: '2GB',
    ...(durable ? {} : { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' }),
  };
  const flags = Object.entries(settings).map(([name, value]) => `-c ${name}='${value}'`);
  const log = join(folder, 'postgres.log');
  await runProgram(binaries.pgCtl, ['start', '-D', data, '-w', '-t', '60', '-l', log, '-o', flags.join(' ')], {
    user,
    folder,
  });
}

async function own(cluster: Cluster, ownerFile: string, port: number, password: string): Promise<EmbeddedPostgres> {
  await writeFile(ownerFile, String(process.pid));
  const { binaries, user, folder, data } = cluster;
  return {
    url: urlOf(port, password),
    dataFolder: data,
    async stop() {
      await runProgram(binaries.pgCtl, ['stop', '-D', data, '-m', 'fast', '-w', '-t', '30'], { user, folder });
      await rm(ownerFile, { force: true });
    },
  };
}

/** `postgres` is the one database that is there from the beginning. */
function urlOf(port: number, password: string): string {
  return `postgresql://strata:${password}@127.0.0.1:${port}/postgres`;
}

async function isRunning({ binaries, user, folder, data }: Cluster): Promise<boolean> {
  return runProgram(binaries.pgCtl, ['status', '-D', data], { user, folder }).then(
    () => true,
    () => false,
  );
}

/** The fourth line of `postmaster.pid` is the port (PostgreSQL, "Database File Layout"). */
async function portOf({ data }: Cluster): Promise<number> {
  const port = Number((await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n')[3]);
  if (!Number.isInteger(port)) throw new Error(`The running server under ${data} does not tell its port.`);
  return port;
}

async function isAlive(ownerFile: string): Promise<boolean> {
  const pid = Number(await readFile(ownerFile, 'utf8').catch(() => 'nobody'));
  if (!Number.isInteger(pid)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  return new Promise((resolvePort, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address !== null && typeof address === 'object') resolvePort(address.port);
        else reject(new Error('no free port'));
      });
    });
  });
}
