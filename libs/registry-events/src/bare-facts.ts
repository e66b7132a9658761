import type { EventFacts } from './registry-event.js';

/** What is known of bytes before anything in them has been read, in any dialect: themselves. */
export function bareFacts(raw: Uint8Array): EventFacts {
  return {
    action: '',
    nativeId: null,
    raw,
    sourceTime: null,
    actor: null,
    instanceId: null,
    repository: null,
    tag: null,
    digest: null,
  };
}
