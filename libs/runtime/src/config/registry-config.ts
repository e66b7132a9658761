import { z } from 'zod';

/** How a source's registry is read and, where somebody may, written: who we are, whom we trust, and how fast. */
export interface RegistryConfig {
  readonly credentials:
    | { readonly username: string; readonly password: string }
    | { readonly identityToken: string }
    /** The path of a Docker `config.json`. */
    | { readonly dockerConfig: string }
    /** The part behind `docker-credential-` of a program's name. */
    | { readonly credentialHelper: string }
    | null;
  /** As `credentials`, for writing alone; null: nothing is ever pushed to this registry. */
  readonly writeCredentials: RegistryConfig['credentials'];
  readonly tls: {
    /** Any certificate of the registry's own host will do. */
    readonly insecure: boolean;
    /** Paths of PEM files: authorities to trust besides the system's, and what we show to the registry's own host. */
    readonly ca: string | null;
    readonly cert: string | null;
    readonly key: string | null;
  };
  readonly rate: {
    /** Null: as many as are answered. */
    readonly requestsPerSecond: number | null;
    /** How many may leave at once after a rest; null: one second's worth. */
    readonly burst: number | null;
    /** Questions under way at once; null: as many as the process decides. */
    readonly concurrency: number | null;
  };
}

const text = z.string().min(1, 'must not be empty');

const KINDS = ['dockerConfig', 'credentialHelper', 'identityToken'] as const;

const credentials = z
  .strictObject({
    username: text.optional(),
    password: text.optional(),
    identityToken: text.optional(),
    dockerConfig: text.optional(),
    credentialHelper: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be what follows docker-credential- in the name of the program')
      .optional(),
  })
  .transform((given, context): NonNullable<RegistryConfig['credentials']> => {
    const { username, password, identityToken, dockerConfig, credentialHelper } = given;
    const kinds = KINDS.filter((kind) => given[kind] !== undefined).length;
    if (kinds + (username === undefined && password === undefined ? 0 : 1) > 1) {
      const message = `must be one of: username with password, ${KINDS.join(', ')}`;
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    }
    if (identityToken !== undefined) return { identityToken };
    if (dockerConfig !== undefined) return { dockerConfig };
    if (credentialHelper !== undefined) return { credentialHelper };
    if (username !== undefined && password !== undefined) return { username, password };
    const path = [username === undefined ? 'username' : 'password'];
    context.addIssue({ code: 'custom', path, message: 'is needed and not set' });
    return z.NEVER;
  });

const tls = z
  .strictObject({
    insecure: z.boolean().default(false),
    ca: text.nullable().default(null),
    cert: text.nullable().default(null),
    key: text.nullable().default(null),
  })
  .superRefine(({ cert, key }, context) => {
    if ((cert === null) === (key === null)) return;
    context.addIssue({ code: 'custom', path: [cert === null ? 'cert' : 'key'], message: 'is needed and not set' });
  });

const rate = z.strictObject({
  requestsPerSecond: z
    .number()
    .positive('must be above 0')
    .max(100_000, 'must be at most 100,000')
    .nullable()
    .default(null),
  burst: z
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(100_000, 'must be at most 100,000')
    .nullable()
    .default(null),
  concurrency: z
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(256, 'must be at most 256')
    .nullable()
    .default(null),
});

/** The settings of a source that are about reading its registry. */
export const registrySettings = {
  credentials: credentials.nullable().default(null),
  writeCredentials: credentials.nullable().default(null),
  tls: tls.prefault({}),
  rate: rate.prefault({}),
};

/** Says why settings that are each good do not go together; null when they do. */
export function tlsProblem(registry: URL, { insecure, ca, cert, key }: RegistryConfig['tls']): string | null {
  const isSet = insecure || ca !== null || cert !== null || key !== null;
  return isSet && registry.protocol === 'http:' ? 'means nothing for a registry at http://' : null;
}
