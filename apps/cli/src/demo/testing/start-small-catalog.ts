import { createServer, type IncomingMessage, type Server } from 'node:http';
import { parseDigest, parseManifest, type Digest, type Manifest } from '@strata/oci';
import { openRegistry, type Registry } from '@strata/registry-client';
import { z } from 'zod';

/** A product in miniature, kept in memory: a hook that reads back what was pushed, and the three questions of the demonstration. */
export interface SmallCatalog {
  readonly hookUrl: string;
  readonly graphqlUrl: string;
  close(): Promise<void>;
}

/** Ways to be wrong, so that the demonstration can be seen to notice. */
export type Flaw = 'none' | 'refuses-hooks' | 'forgets-an-image' | 'counts-attestations' | 'forgets-a-tag';

const Envelope = z.object({
  events: z.array(
    z.object({ target: z.object({ repository: z.string(), digest: z.string(), tag: z.string().optional() }) }),
  ),
});

/** Starts it on a free port of 127.0.0.1. */
export async function startSmallCatalog(registryUrl: URL, secret: string, flaw: Flaw = 'none'): Promise<SmallCatalog> {
  const registry = openRegistry({ baseUrl: registryUrl, credentials: null, allowPrivateNetwork: true });
  const store: Store = { manifests: new Map(), repositories: new Map(), tags: new Map() };
  const server = createServer((request, response) => {
    const reply = (status: number, body: unknown = null) => response.writeHead(status).end(JSON.stringify(body));
    void request.toArray().then(async (chunks) => {
      const text = Buffer.concat(chunks).toString();
      if (request.url === '/graphql') return reply(200, { data: answer(store, text, registryUrl.host, flaw) });
      if (!mayCall(request, secret) || flaw === 'refuses-hooks') return reply(401);
      return takeIn(store, registry, text).then(
        () => reply(202),
        () => reply(503),
      );
    });
  });
  const origin = await listen(server);
  return {
    hookUrl: `${origin}/hooks/demo`,
    graphqlUrl: `${origin}/graphql`,
    async close() {
      await registry.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Store {
  readonly manifests: Map<Digest, Manifest>;
  readonly repositories: Map<Digest, Set<string>>;
  readonly tags: Map<string, { readonly repository: string; readonly name: string; readonly digest: Digest }>;
}

async function takeIn(store: Store, registry: Registry, text: string): Promise<void> {
  const [event] = Envelope.parse(JSON.parse(text)).events;
  if (event === undefined) return;
  const { repository, tag: name } = event.target;
  const digest = parseDigest(event.target.digest);
  const { bytes, contentType } = await registry.fetchManifest(repository, digest);
  store.manifests.set(digest, parseManifest(bytes, { contentType }));
  store.repositories.set(digest, (store.repositories.get(digest) ?? new Set()).add(repository));
  if (name !== undefined) store.tags.set(`${repository}:${name}`, { repository, name, digest });
}

function answer(store: Store, text: string, host: string, flaw: Flaw): unknown {
  const { query } = z.object({ query: z.string() }).parse(JSON.parse(text));
  const layer = /layer\(digest: "([^"]+)"\)/.exec(query)?.[1];
  if (layer !== undefined) return { layer: layerOf(store, layer, flaw) };
  const all = [...store.tags.values()].map(({ repository, name, digest }) => ({
    name,
    digest,
    repository: { name: repository, registry: { host } },
    platforms: [...platformsOf(store, digest, flaw)].sort().map((platform) => ({ name: platform })),
    manifest: { format: store.manifests.get(digest)?.format.replace('-', '_').toUpperCase() },
  }));
  const kept = all.filter(
    ({ platforms }) => !query.includes('lacks') || !platforms.some((each) => each.name === 'linux/arm64'),
  );
  const nodes = flaw === 'forgets-a-tag' && query.includes('lacks') ? kept.slice(1) : kept;
  return { tags: { totalCount: nodes.length, nodes, pageInfo: { hasNextPage: false, endCursor: null } } };
}

function platformsOf(store: Store, digest: Digest, flaw: Flaw): ReadonlySet<string> {
  const manifest = store.manifests.get(digest);
  if (manifest?.kind === 'image') return new Set(['linux/amd64']); // every single image of the demonstration that has a tag
  if (manifest?.kind !== 'index') return new Set();
  const names = manifest.entries.flatMap(({ kind, platform, descriptor }) => {
    if (kind === 'index') return [...platformsOf(store, descriptor.digest, flaw)];
    if (kind !== 'platform' && flaw !== 'counts-attestations') return [];
    const { os = 'unknown', architecture = 'unknown', variant = null, osVersion = null } = platform ?? {};
    return [
      `${os}/${architecture}${variant === null ? '' : `/${variant}`}${osVersion === null ? '' : `:${osVersion}`}`,
    ];
  });
  return new Set(names);
}

function layerOf(store: Store, digest: string, flaw: Flaw): unknown {
  const images = [...store.manifests.values()].filter(
    (manifest) => manifest.kind === 'image' && manifest.layers.some((layer) => layer.digest === digest),
  );
  const nodes = images.slice(flaw === 'forgets-an-image' ? 1 : 0).map((image) => ({
    digest: image.digest,
    platform: { name: 'linux/amd64' },
    repositories: { nodes: [...(store.repositories.get(image.digest) ?? [])].map((name) => ({ name })) },
  }));
  return { imageCount: nodes.length, repositoryCount: 1, sizeBytes: 1, images: { nodes } };
}

function mayCall({ headers }: IncomingMessage, secret: string): boolean {
  return headers.authorization === `Bearer ${secret}`;
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('no TCP address'));
      else resolve(`http://127.0.0.1:${address.port}`);
    });
  });
}
