import { z } from 'zod';
import type { Credentials } from './credentials.js';
import { parseServerKey } from './server-key.js';

/** A Docker `config.json`, as far as it is about credentials. */
export interface DockerConfig {
  /** The helper to ask for a registry, before `find`; null: none. */
  helperFor(serverKey: string): string | null;
  /** What the file itself holds for a registry; null: nothing. */
  find(serverKey: string): Credentials | null;
}

const Entry = z.object({
  auth: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  identitytoken: z.string().optional(),
  registrytoken: z.string().optional(),
});
const File = z.object({
  auths: z.record(z.string(), Entry).nullish(),
  credsStore: z.string().optional(),
  credHelpers: z.record(z.string(), z.string()).nullish(),
});

/** Reads the text of such a file. Null for anything else, and never a word of it: it holds secrets. */
export function parseDockerConfig(text: string): DockerConfig | null {
  const file = File.safeParse(parseJson(text));
  if (!file.success) return null;
  const { auths, credHelpers, credsStore } = file.data;
  const entries = byServer(auths ?? {});
  const helpers = byServer(credHelpers ?? {});
  return {
    helperFor: (serverKey) => (helpers.get(serverKey) ?? credsStore) || null,
    find(serverKey) {
      const entry = entries.get(serverKey);
      return entry === undefined ? null : credentialsOf(entry);
    },
  };
}

function byServer<T>(values: Readonly<Record<string, T>>): ReadonlyMap<string, T> {
  return new Map(
    Object.entries(values).flatMap(([key, value]) => {
      const serverKey = parseServerKey(key);
      return serverKey === null ? [] : [[serverKey, value] as const];
    }),
  );
}

function credentialsOf(entry: z.output<typeof Entry>): Credentials | null {
  if (entry.identitytoken) return { kind: 'identity-token', token: entry.identitytoken };
  if (entry.registrytoken) return { kind: 'registry-token', token: entry.registrytoken };
  if (entry.auth) return splitAuth(entry.auth);
  const { username, password } = entry;
  return username && password ? { kind: 'password', username, password } : null;
}

/** Base64 of `user:password`, cut at the first colon; some writers fill it up with NULs. */
function splitAuth(auth: string): Credentials | null {
  const text = Buffer.from(auth, 'base64').toString('utf8');
  const at = text.indexOf(':');
  const password = text.slice(at + 1).replace(/\0+$/, '');
  return at < 1 || password === '' ? null : { kind: 'password', username: text.slice(0, at), password };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
