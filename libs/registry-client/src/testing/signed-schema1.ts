import { generateKeyPairSync } from 'node:crypto';
import { aSchema1Image } from '@strata/oci/testing';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** A signed schema 1 manifest as old registries serve one; its digest is that of the part that is signed. */
export const SIGNED = aSchema1Image({ signedBy: [{ privateKey, algorithm: 'ES256' }] });
