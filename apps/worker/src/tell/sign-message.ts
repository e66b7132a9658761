import { createHmac } from 'node:crypto';

/** What a message is signed with and over. */
export interface MessageToSign {
  /** The same however often the message is sent. */
  readonly id: string;
  /** Of this attempt. */
  readonly at: Date;
  readonly body: Uint8Array;
  /** `whsec_` and a key in base64, each. */
  readonly secrets: readonly string[];
}

/**
 * The headers of Standard Webhooks 1.0.0: the id, the time of this attempt in seconds, and HMAC-SHA256 over
 * `<id>.<seconds>.<body>` with each secret, so that a receiver may know any one of them ("Signature scheme").
 * Without secrets there is no signature.
 */
export function signMessage({ id, at, body, secrets }: MessageToSign): Readonly<Record<string, string>> {
  const seconds = Math.floor(at.getTime() / 1_000);
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${seconds}.`).update(body).digest('base64')}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    ...(signatures.length === 0 ? {} : { 'webhook-signature': signatures.join(' ') }),
  };
}
