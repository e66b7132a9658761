import type { IncomingMessage } from 'node:http';

const LINGER_MS = 1_000;

/**
 * For a request that is answered without its body: reads at most `ceilingBytes` of it, so that a short one leaves the
 * connection usable. At more it stops reading, gives the sender a moment to see the answer, and hangs up.
 */
export function leaveUnread(request: IncomingMessage, ceilingBytes: number): void {
  let leftBytes = ceilingBytes;
  const onData = (chunk: Buffer): void => {
    leftBytes -= chunk.length;
    if (leftBytes >= 0) return;
    request.off('data', onData);
    request.pause();
    setTimeout(() => request.socket.destroy(), LINGER_MS).unref();
  };
  request.on('error', () => undefined); // the sender hung up first
  request.on('data', onData).resume(); // also where somebody has stopped reading: a listener alone does not go on
}
