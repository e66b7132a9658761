import { Agent } from 'undici';

/** One delivery, ready to be posted. */
export interface BenchDelivery {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** Posts events the way a registry does, over kept connections. */
export interface Sender {
  send(index: number): Promise<boolean>;
  close(): Promise<void>;
}

/** Opens one; `deliveryOf` writes an event that was never sent before, by its number. */
export function openSender(connections: number, deliveryOf: (index: number) => BenchDelivery): Sender {
  const dispatcher = new Agent({ connections, pipelining: 1 });
  return {
    async send(index) {
      const { url, headers, body } = deliveryOf(index);
      const { origin, pathname, search } = new URL(url);
      const answer = await dispatcher.request({ origin, path: pathname + search, method: 'POST', headers, body });
      await answer.body.dump();
      return answer.statusCode >= 200 && answer.statusCode < 300;
    },
    close: () => dispatcher.close(),
  };
}

/** A push of a manifest as Distribution announces it; its source has no worker in this bench. */
export function distributionDelivery(url: string, secret: string, id: string): BenchDelivery {
  return {
    url,
    headers: {
      'content-type': 'application/vnd.docker.distribution.events.v2+json',
      authorization: `Bearer ${secret}`,
    },
    body: eventOf(id),
  };
}

function eventOf(id: string): string {
  const digest = `sha256:${Buffer.from(id.padEnd(32).slice(-32)).toString('hex')}`;
  return JSON.stringify({
    events: [
      {
        id,
        timestamp: '2026-08-20T10:15:30.123456789Z',
        action: 'push',
        target: {
          mediaType: 'application/vnd.oci.image.manifest.v1+json',
          digest,
          size: 1609,
          length: 1609,
          repository: 'team/app',
          url: `https://registry.example/v2/team/app/manifests/${digest}`,
          tag: '1.4.2',
        },
        request: { id, addr: '10.0.0.7:42961', host: 'registry.example', method: 'PUT', useragent: 'docker/27.1' },
        actor: { name: 'ci' },
        source: { addr: 'registry-0:5000', instanceID: 'a53db899-3b4b-4a62-a067-8dd013beaca4' },
      },
    ],
  });
}
