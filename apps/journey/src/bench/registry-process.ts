import { anImage } from '@strata/oci/testing';
import { startFakeRegistry } from '@strata/registry-client/testing';

// A registry in a process of its own, filled with images before anybody asks: what the cataloguing is measured against.
const count = Number(process.argv[2]);
/** More tags than images: the rest point at what is there. */
const tags = Number(process.argv[3] ?? count);
const registry = await startFakeRegistry({ record: false });
const digests: string[] = [];
for (let index = 0; index < count; index += 1) {
  const base = anImage({ seed: `base ${index % 20}`, layers: 3 });
  const image = anImage({ seed: `image ${index}`, base, layers: 5 });
  registry.putBlob('team/app', image.config.bytes);
  registry.put('team/app', `v${index}`, { mediaType: image.mediaType, bytes: Buffer.from(image.bytes) });
  digests.push(image.digest);
}
for (let index = count; index < tags; index += 1) {
  registry.content.repositories.get('team/app')?.tags.set(`v${index}`, digests[index % count] ?? '');
}
process.send?.({ ready: registry.url.href, digests });
process.once('SIGTERM', () => void registry.close());
