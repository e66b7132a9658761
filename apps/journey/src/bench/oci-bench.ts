import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { digestOf, parseImageConfig, parseManifest } from '@strata/oci';
import { anImage } from '@strata/oci/testing';
import { z } from 'zod';
import type { Figure } from './figure.js';
import { quantile } from './load.js';
import { worstDocuments, type WorstDocument } from './oci-documents.js';

const USUAL_LAYERS = 10;
const USUAL_ROUNDS = 20_000;
const WORST_ROUNDS = 9;
const YOUNG_GENERATION_MB = 1_024;

/** Reading documents on one core: how many usual ones, and what the worst legal ones cost. */
export async function benchOci(): Promise<readonly Figure[]> {
  const figures = [usual()];
  for (const document of worstDocuments()) figures.push(slowest(document), await largest(document));
  return figures;
}

/** The limit is what nobody can leave out: to hash the bytes, and to read them as JSON without looking at anything. */
function usual(): Figure {
  const { bytes, mediaType } = anImage({ layers: USUAL_LAYERS });
  const perSecond = (read: () => unknown): number => {
    const rounds = Array.from({ length: 3 }, () => USUAL_ROUNDS / (cpuMsOf(() => repeat(USUAL_ROUNDS, read)) / 1_000));
    return Math.max(...rounds);
  };
  const bare = perSecond(() => [digestOf(bytes), JSON.parse(Buffer.from(bytes).toString()) as unknown]);
  return {
    name: `oci: manifests of ${USUAL_LAYERS} layers parsed, one core`,
    unit: '/s',
    measured: perSecond(() => parseManifest(bytes, { contentType: mediaType })),
    limit: { what: 'hash and JSON.parse', measured: bare },
    target: { kind: 'at least', amount: 20_000 },
  };
}

function slowest(document: WorstDocument): Figure {
  const times = Array.from({ length: WORST_ROUNDS }, () => cpuMsOf(() => readDocument(document)));
  return {
    name: `oci: ${document.name}`,
    unit: 'ms',
    measured: quantile(
      times.sort((a, b) => a - b),
      0.5,
    ),
    limit: null,
    target: { kind: 'at most', amount: 100 },
  };
}

async function largest({ name, kind, bytes }: WorstDocument): Promise<Figure> {
  const worker = new Worker(new URL('oci-worker.js', import.meta.url), {
    workerData: { kind, bytes },
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  });
  const message: unknown = (await once(worker, 'message')).at(0);
  await worker.terminate();
  const { allocatedBytes, isValid } = z.object({ allocatedBytes: z.number(), isValid: z.boolean() }).parse(message);
  if (!isValid) throw new Error(`${name} is no legal document`);
  return {
    name: `oci: memory for ${name}`,
    unit: '× input',
    measured: allocatedBytes / bytes.length,
    limit: null,
    target: { kind: 'at most', amount: 10 },
  };
}

function readDocument({ kind, bytes }: WorstDocument): unknown {
  return kind === 'config' ? parseImageConfig(bytes) : parseManifest(bytes, { contentType: null });
}

function repeat(times: number, work: () => unknown): void {
  for (let round = 0; round < times; round += 1) work();
}

/** Of this thread: another process on the same core does not count. */
function cpuMsOf(work: () => unknown): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}
