import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { generateSigningKeys, SigningKeyError, signingKeyId, verifySignature } from '@strata/report';
import { StartError } from '@strata/runtime';
import { UsageError, type Tools } from '../command.js';

const STATUS_NOT_SIGNED = 1;

/** `strata report keygen`: a key of one's own, never overwriting one. Throws `StartError`. */
export async function keygen(args: readonly string[], tools: Tools): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { out: { type: 'string', default: 'strata-signing.pem' } },
  });
  const publicFile = `${values.out.replace(/\.pem$/, '')}.pub.pem`;
  const { privatePem, publicPem } = generateSigningKeys();
  try {
    await writeFile(values.out, privatePem, { mode: 0o600, flag: 'wx' });
    await writeFile(publicFile, publicPem, { flag: 'wx' });
  } catch (error) {
    throw new StartError(`no key was written: ${error instanceof Error ? error.message : String(error)}`);
  }
  tools.write(`${values.out}: keep this to yourself, and name it in STRATA_SIGNING_KEY\n`);
  tools.write(`${publicFile}: give this to whoever verifies; its id is ${signingKeyId(publicPem)}\n`);
  return 0;
}

/** `strata report verify`: whether a file is, byte for byte, what was signed. Throws `StartError`. */
export async function verify(args: readonly string[], tools: Tools): Promise<number> {
  const options = { signature: { type: 'string' }, key: { type: 'string' } } as const;
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const [file, ...rest] = positionals;
  const { key, signature = file === undefined ? undefined : `${file}.sig` } = values;
  if (file === undefined || key === undefined || signature === undefined || rest.length > 0)
    throw new UsageError('say which FILE, its --signature and the --key');
  const [bytes, signed, pem] = await Promise.all([read(file), read(signature), read(key)]);
  try {
    const isSigned = verifySignature(bytes, signed, pem.toString());
    const id = signingKeyId(pem.toString());
    tools.write(`${file}: ${isSigned ? 'signed with' : 'NOT what was signed with'} ${id}\n`);
    return isSigned ? 0 : STATUS_NOT_SIGNED;
  } catch (error) {
    if (error instanceof SigningKeyError) throw new StartError(`${key}: ${error.message}`);
    throw error;
  }
}

async function read(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new StartError(error instanceof Error ? error.message : String(error));
  }
}
