import { anImage } from '@strata/oci/testing';
import { startFakeRegistry } from '@strata/registry-client/testing';

// A registry in a process of its own, filled with images before anybody asks: what the cataloguing is measured against.
const count = Number(process.argv[2]);
const registry = await startFakeRegistry({ record: false });
const digests: string[] = [];
for (let index = 0; index < count; index += 1) {
  const base = anImage({ seed: `base ${index % 20}`, layers: 3 });
  const image = anImage({ seed: `image ${index}`, base, layers: 5 });
  registry.putBlob('team/app', image.config.bytes);
  registry.put('team/app', `v${index}`, { mediaType: image.mediaType, bytes: Buffer.from(image.bytes) });
  digests.push(image.digest);
}
process.send?.({ ready: registry.url.href, digests });
process.once('SIGTERM', () => void registry.close());
