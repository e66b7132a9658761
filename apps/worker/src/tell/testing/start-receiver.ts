import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';

/** One message as it arrived. */
export interface Arrived {
  readonly id: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Somebody who is told, over HTTP. */
export interface TestReceiver {
  readonly url: URL;
  readonly arrived: readonly Arrived[];
  /** How many were under way at once at most. */
  mostAtOnce(): number;
  /** Answers from now on so; the default is 204. */
  answer(how: RequestListener): void;
  close(): Promise<void>;
}

/** Starts one on a free port of loopback; the path of its address is a secret. */
export async function startReceiver(): Promise<TestReceiver> {
  const fine: RequestListener = (_, response) => void response.writeHead(204).end();
  const arrived: Arrived[] = [];
  let answer = fine;
  let [atOnce, most] = [0, 0];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    most = Math.max(most, (atOnce += 1));
    response.on('close', () => (atOnce -= 1));
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const id = String(request.headers['webhook-id']);
      arrived.push({ id, headers: request.headers, text: Buffer.concat(chunks).toString() });
      answer(request, response);
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(null)));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the receiver has no port');
  return {
    url: new URL(`http://127.0.0.1:${address.port}/services/S3CRET`),
    arrived,
    mostAtOnce: () => most,
    answer: (how) => void (answer = how),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
