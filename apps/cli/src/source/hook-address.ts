import type { Authentication } from '@strata/registry-events';
import type { CliConfig } from '../cli-config.js';

/** What stands for a secret wherever one would be shown. */
export const SECRET_PLACEHOLDER = '<SECRET>';

type AddressConfig = Pick<CliConfig, 'STRATA_HOOK_URL' | 'STRATA_BIND' | 'STRATA_HOOK_PORT'>;

/** The address of a source's hook without any secret: the public one if it is set, else where this machine listens. */
export function hookAddress(config: AddressConfig, name: string): string {
  const base = config.STRATA_HOOK_URL?.replace(/\/+$/, '') ?? `http://${reachable(config)}`;
  return `${base}/hooks/${name}`;
}

/** The address as the sender has to call it, with the placeholder where the secret is a part of it. */
export function addressToPaste(address: string, authentication: Authentication): string {
  switch (authentication.scheme) {
    case 'path':
      return `${address}/${SECRET_PLACEHOLDER}`;
    case 'query':
      return `${address}?${authentication.parameter}=${SECRET_PLACEHOLDER}`;
    case 'bearer':
    case 'header':
    case 'basic':
    case 'hmac':
    case 'oidc':
    case 'standard-webhooks':
      return address;
  }
}

function reachable({ STRATA_BIND: bind, STRATA_HOOK_PORT: port }: AddressConfig): string {
  const host = bind === '0.0.0.0' ? '127.0.0.1' : bind === '::' ? '::1' : bind;
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
