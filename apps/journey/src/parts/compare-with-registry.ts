import { digestFromBytes, type Catalog } from '@strata/catalog';
import { digestOf } from '@strata/oci';

/** What is wrong with the catalog, measured against what the registry itself lists. All zero and empty when nothing is. */
export interface Differences {
  /** Tags of the registry that the catalog does not have. */
  readonly lost: number;
  /** Events that have not come to an end. */
  readonly stuck: number;
  /** Tags whose one push left more than one stretch of history, and manifests whose bytes are not their digest. */
  readonly doubled: number;
  /** Why events were set aside: a healthy registry gives no cause. */
  readonly quarantined: readonly string[];
  /** Tags that point elsewhere than the registry says, and tags that it does not have. */
  readonly different: readonly string[];
}

/** Walks the registry directly, with none of the product's code, and compares. For registries where each tag was pushed once. */
export async function compareWithRegistry(registryUrl: string, { pool }: Catalog): Promise<Differences> {
  const real = await listRegistry(registryUrl);
  const tags = await pool.query<{ name: string; digest: Buffer; stretches: bigint }>(
    `SELECT repository.name || ':' || tag.name AS name, manifest.digest,
            (SELECT count(*) FROM tag_interval WHERE tag_id = tag.id) AS stretches
       FROM tag JOIN repository ON repository.id = repository_id JOIN manifest ON manifest.id = manifest_id`,
  );
  const known = new Map(tags.rows.map(({ name, digest }) => [name, digestFromBytes(digest)]));
  const states = await pool.query<{ stuck: bigint; quarantined: string[] | null }>(
    `SELECT count(*) FILTER (WHERE state IN ('new', 'queued')) AS stuck,
            array_agg(concat_ws(': ', reason, detail)) FILTER (WHERE state = 'quarantined') AS quarantined FROM inbox`,
  );
  const untrue = await countUntrue(pool);
  return {
    lost: [...real.keys()].filter((name) => !known.has(name)).length,
    stuck: Number(states.rows[0]?.stuck),
    doubled: tags.rows.filter(({ stretches }) => stretches !== 1n).length + untrue,
    quarantined: states.rows[0]?.quarantined ?? [],
    different: [...known].filter(([name, digest]) => real.get(name) !== digest).map(([name]) => name),
  };
}

async function countUntrue(pool: Catalog['pool']): Promise<number> {
  const { rows } = await pool.query<{ digest: Buffer; bytes: Buffer }>(
    'SELECT digest, bytes FROM manifest JOIN manifest_document ON manifest_id = manifest.id',
  );
  return rows.filter(({ digest, bytes }) => digestOf(bytes) !== digestFromBytes(digest)).length;
}

async function listRegistry(registryUrl: string): Promise<ReadonlyMap<string, string>> {
  const read = async (path: string): Promise<unknown> => (await fetch(`${registryUrl}/v2/${path}`)).json();
  const { repositories } = (await read('_catalog?n=1000')) as { repositories: string[] }; // the registry's own format
  const tags = new Map<string, string>();
  for (const repository of repositories) {
    const { tags: names } = (await read(`${repository}/tags/list`)) as { tags: string[] | null };
    for (const name of names ?? []) tags.set(`${repository}:${name}`, await digestAt(registryUrl, repository, name));
  }
  return tags;
}

async function digestAt(registryUrl: string, repository: string, tag: string): Promise<string> {
  const accept = [
    'application/vnd.oci.image.index.v1+json',
    'application/vnd.oci.image.manifest.v1+json',
    'application/vnd.docker.distribution.manifest.list.v2+json',
    'application/vnd.docker.distribution.manifest.v2+json',
  ].join(', ');
  const answer = await fetch(`${registryUrl}/v2/${repository}/manifests/${tag}`, {
    method: 'HEAD',
    headers: { accept },
  });
  return answer.headers.get('docker-content-digest') ?? 'none';
}
