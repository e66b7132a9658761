const DOCKER_HUB: ReadonlySet<string> = new Set([
  'docker.io',
  'index.docker.io',
  'registry-1.docker.io',
  'registry.hub.docker.com',
]);

/** The one way to write the many forms in which a registry is named: its host and port, or `docker.io` for Docker Hub. Null for a key that means only a part of a registry. */
export function parseServerKey(key: string): string | null {
  const [, host = '', path = ''] = /^(?:https?:\/\/)?([^/]+)(\/.*)?$/i.exec(key.trim()) ?? [];
  if (host === '' || !/^\/?(?:v[12]\/?)?$/.test(path)) return null;
  const lower = host.toLowerCase();
  return DOCKER_HUB.has(lower) ? 'docker.io' : lower;
}

/** How credential helpers want to be asked for a registry; Docker Hub has kept the name of its first API. */
export function helperServerOf(serverKey: string): string {
  return serverKey === 'docker.io' ? 'https://index.docker.io/v1/' : serverKey;
}
