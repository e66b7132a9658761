import { Agent } from 'undici';

/** Posts events the way a registry does, over kept connections. */
export interface Sender {
  send(index: number): Promise<boolean>;
  close(): Promise<void>;
}

/** Opens one. Each event is one that was never sent before. */
export function openSender(
  url: string,
  options: { readonly secret: string; readonly connections: number; readonly salt: string },
): Sender {
  const dispatcher = new Agent({ connections: options.connections, pipelining: 1 });
  const { origin, pathname } = new URL(url);
  const headers = {
    'content-type': 'application/vnd.docker.distribution.events.v2+json',
    authorization: `Bearer ${options.secret}`,
  };
  return {
    async send(index) {
      const body = eventOf(`${options.salt}-${index}`);
      const answer = await dispatcher.request({ origin, path: pathname, method: 'POST', headers, body });
      await answer.body.dump();
      return answer.statusCode === 202;
    },
    close: () => dispatcher.close(),
  };
}

/** A push of a manifest as Distribution announces it; its source has no worker in this bench. */
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
