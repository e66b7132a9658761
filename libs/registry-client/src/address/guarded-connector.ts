import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import { RegistryError } from '../registry-error.js';
import { addressClassOf } from './address-class.js';
import type { TlsContexts } from './tls-context.js';

/** Which addresses one registry's connections may go to. */
export interface AddressRule {
  /** The registry's own host name, without brackets. */
  readonly ownHost: string;
  readonly allowPrivateNetwork: boolean;
}

/** What a connection needs besides its address. */
export interface ConnectionSettings {
  readonly lookup: LookupFunction;
  readonly timeoutMs: number;
  readonly tls: TlsContexts & { readonly insecure: boolean };
}

/**
 * A connector that judges the address itself at the moment of connecting, so that a name cannot answer one
 * thing to a check and another to the connection. Literal addresses never reach a resolver and are judged
 * first. Fails with `forbidden-address` before a byte leaves. What is particular about the registry's own TLS stays with
 * its own host.
 */
export function guardedConnector(rule: AddressRule, settings: ConnectionSettings): buildConnector.connector {
  const common = { allowH2: false, timeout: settings.timeoutMs, lookup: guardedLookup(rule, settings.lookup) };
  const { own, others, insecure } = settings.tls;
  const connectOwn = buildConnector({
    ...common,
    ...(own === null ? {} : { secureContext: own }),
    rejectUnauthorized: !insecure,
  });
  const connectOthers = buildConnector({ ...common, ...(others === null ? {} : { secureContext: others }) });
  return (target, callback) => {
    const host = target.hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) !== 0 && !mayConnect(rule, host, host)) callback(forbidden(host), null);
    else if (host === rule.ownHost) connectOwn(target, callback);
    else connectOthers(target, callback);
  };
}

function guardedLookup(rule: AddressRule, lookup: LookupFunction): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found, family) => {
      if (error !== null) return callback(error, []);
      const addresses = typeof found === 'string' ? [{ address: found, family: family ?? isIP(found) }] : found;
      const allowed = addresses.filter(({ address }) => mayConnect(rule, hostname, address));
      const [first] = allowed;
      if (first === undefined) return callback(forbidden(hostname), []);
      return options.all === true ? callback(null, allowed) : callback(null, first.address, first.family);
    });
  };
}

/** With private networks allowed, the link-local ones still serve nobody but a registry that lives there. */
function mayConnect({ ownHost, allowPrivateNetwork }: AddressRule, hostname: string, address: string): boolean {
  switch (addressClassOf(address)) {
    case 'public':
      return true;
    case 'special':
      return allowPrivateNetwork;
    case 'link-local':
      return allowPrivateNetwork && hostname === ownHost;
  }
}

function forbidden(host: string): RegistryError {
  return new RegistryError('forbidden-address', `${host} is not at an address that may be reached here`);
}
