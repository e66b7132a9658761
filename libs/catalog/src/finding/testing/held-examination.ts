import { setTimeout as pause } from 'node:timers/promises';
import type { Catalog } from '../../open-catalog.js';
import { holdExamination, type ExaminationHold } from '../hold-examination.js';

/** Takes the right to examine a database of one's own; who had it last may still be on the way out. Throws after ten seconds. */
export async function heldExamination(catalog: Pick<Catalog, 'pool'>): Promise<ExaminationHold> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const hold = await holdExamination(catalog);
    if (hold !== null) return hold;
    await pause(50);
  }
  throw new Error('somebody else examines a database of our own');
}
