import { X509Certificate } from 'node:crypto';
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
  const trusted =
    ca === null ? {} : { ca: [...getCACertificates('default'), usable('authority (ca)', ca, readAuthority)] };
  const others = ca === null ? null : createSecureContext(trusted);
  if (cert === null || key === null) return { own: others, others };
  return { own: usable('certificate or key (cert, key)', { ...trusted, cert, key }, createSecureContext), others };
}

/** Throws for what is no certificate, which OpenSSL would pass over in silence. */
function readAuthority(pem: string): string {
  void new X509Certificate(pem);
  return pem;
}

function usable<In, Out>(what: string, given: In, use: (given: In) => Out): Out {
  try {
    return use(given);
  } catch (error) {
    throw new TypeError(`the ${what} cannot be used (${errnoOf(error)})`);
  }
}
