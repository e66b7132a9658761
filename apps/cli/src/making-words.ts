import { UsageError } from './command.js';

/** The family of formats, in the API's word. Throws `UsageError`. */
export function readFamily(option: string, text: string | undefined): 'OCI' | 'DOCKER' {
  switch (text?.toLowerCase()) {
    case 'oci':
      return 'OCI';
    case 'docker':
      return 'DOCKER';
    default:
      throw new UsageError(`${option} must be oci or docker`);
  }
}

/** `KEY=VALUE`; the value may hold further signs. Throws `UsageError`. */
export function readKeyValue(option: string, text: string): { readonly key: string; readonly value: string } {
  const at = text.indexOf('=');
  if (at < 1) throw new UsageError(`${option} must be KEY=VALUE`);
  return { key: text.slice(0, at), value: text.slice(at + 1) };
}
