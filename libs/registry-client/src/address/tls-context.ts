import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { errnoOf } from '../errno-of.js';

/** Whom to trust and what to show; everything in PEM. */
export interface TlsSettings {
  /** Any certificate of the registry's own host will do. Default: false. */
  readonly insecure?: boolean;
  /** Authorities to trust besides the system's. */
  readonly ca?: string | null;
  /** What is shown to the registry's own host, and to nobody else, with its key. */
  readonly cert?: string | null;
  readonly key?: string | null;
}

/** What connections to the registry's own host use, and those to everybody else; null: the system's ways. */
export interface TlsContexts {
  readonly own: SecureContext | null;
  readonly others: SecureContext | null;
}

/** Reads certificates once for all connections. Throws `TypeError`, with nothing of them, for what cannot be used. */
export function openTlsContexts({ ca = null, cert = null, key = null }: TlsSettings): TlsContexts {
  const trusted = ca === null ? {} : { ca: [...getCACertificates('default'), ca] };
  const others = ca === null ? null : contextOf('authority (ca)', trusted);
  if (cert === null || key === null) return { own: others, others };
  return { own: contextOf('certificate or key (cert, key)', { ...trusted, cert, key }), others };
}

function contextOf(what: string, options: Parameters<typeof createSecureContext>[0]): SecureContext {
  try {
    return createSecureContext(options);
  } catch (error) {
    throw new TypeError(`the ${what} cannot be used (${errnoOf(error)})`);
  }
}
