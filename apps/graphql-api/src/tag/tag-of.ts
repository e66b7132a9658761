import { findTagsById } from '@strata/catalog';
import { oneOf } from '../answer/one-of.js';

/** A tag by its id, for what points at one; null when it is gone by now. */
export const tagOf = oneOf(({ pool }, ids: readonly bigint[]) => findTagsById(pool, ids));
