import type { Finding } from './finding.js';

const TIMEOUT_MS = 5_000;

/**
 * Asks the hook as a stranger would: 401 says that it runs, knows the source and wants a proof. Nothing is written, and no
 * secret is sent.
 */
export async function checkHook(address: string): Promise<Finding> {
  const found = (verdict: Finding['verdict'], text: string): Finding => ({ verdict, about: 'hook', text });
  let status: number;
  try {
    const answer = await fetch(address, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await answer.body?.cancel();
    status = answer.status;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    return found('wrong', `${address} cannot be reached from here (${cause})`);
  }
  if (status === 401) return found('ok', `${address} answers, and wants a proof`);
  if (status === 404)
    return found('wrong', `${address} is not known there: was the hook started with this strata.yaml?`);
  if (status >= 300 && status < 400) {
    return found(
      'wrong',
      `${address} sends elsewhere (${status}): many senders take that for delivered, and lose events`,
    );
  }
  return found('wrong', `${address} answers ${status} to a delivery without a proof, 401 was expected`);
}

/** Whether senders elsewhere can use the address, and whether others can read along. */
export function checkAddress(address: string): readonly Finding[] {
  const { protocol, hostname } = new URL(address);
  const isLocal = ['localhost', '[::1]'].includes(hostname) || hostname.startsWith('127.');
  const note = (text: string): readonly Finding[] => [{ verdict: 'note', about: 'address', text }];
  if (isLocal)
    return note('it is one of this machine: set STRATA_HOOK_URL to the address that senders elsewhere can reach');
  if (protocol === 'http:') return note('it is not https: whoever is in between can read the secret');
  return [];
}
