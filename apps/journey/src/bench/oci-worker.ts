import { parentPort, workerData } from 'node:worker_threads';
import { ManifestError, parseImageConfig, parseManifest } from '@strata/oci';
import { aSchema1Image, anImage } from '@strata/oci/testing';
import { z } from 'zod';

// Reads one document in an isolate of its own, whose young generation is so large that nothing is collected meanwhile:
// what the heap has grown by is all that reading has allocated, so its peak is no more.

const document = z.object({ kind: z.enum(['manifest', 'config']), bytes: z.instanceof(Uint8Array) }).parse(workerData);

const held = (): number => {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

function read(bytes: Uint8Array, kind: 'manifest' | 'config'): unknown {
  try {
    return kind === 'config' ? parseImageConfig(bytes) : parseManifest(bytes, { contentType: null });
  } catch (error) {
    if (error instanceof ManifestError) return error;
    throw error;
  }
}

// What is allocated once, for code and not for a document.
const image = anImage({ layers: 10 });
read(image.bytes, 'manifest');
read(aSchema1Image().bytes, 'manifest');
read(image.config.bytes, 'config');

const before = held();
const value = read(document.bytes, document.kind);
parentPort?.postMessage({ allocatedBytes: held() - before, isValid: !(value instanceof ManifestError) });
