import { parseArgs } from 'node:util';
import { z } from 'zod';
import { readApiAddress } from './api-address.js';
import { askApi } from './ask-api.js';
import { UsageError, type Command } from './command.js';
import { readFamily, readKeyValue } from './making-words.js';

const options = {
  family: { type: 'string', default: 'oci' },
  annotation: { type: 'string', multiple: true },
  push: { type: 'boolean', default: false },
  url: { type: 'string' },
} as const;

const QUESTION = `mutation ($input: AssembleIndexInput!) {
  assembleIndex(input: $input) { reference digest document pushed }
}`;

const Assembled = z.object({
  assembleIndex: z.object({ reference: z.string(), digest: z.string(), document: z.string(), pushed: z.boolean() }),
});

/** `docker manifest create`, `annotate` and `push` in one step, by the running API and what its catalog holds. */
export const assembleCommand: Command = {
  summary: 'combine images into one index, and push it',
  usage: [
    'Usage: strata assemble TARGET MEMBER … [--family oci|docker] [--annotation KEY=VALUE …] [--push] [--url URL]',
    '',
    '  TARGET    registry/repository:tag',
    '  MEMBER    a reference, and behind commas what the image says wrongly or not at all:',
    '            team/app:arm,platform=linux/arm64/v8,os-feature=…,annotation=KEY=VALUE',
    '  --push    push it; needs a token with the scope ASSEMBLE in STRATA_TOKEN, and writeCredentials of the source.',
    '            Without it the document is shown.',
    '  --url     where the API is (http://127.0.0.1:STRATA_API_PORT)',
  ].join('\n'),
  async run(args, tools) {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [reference, ...members] = positionals;
    if (reference === undefined || members.length === 0)
      throw new UsageError('say where the index goes, and of which images it is made');
    const { family, annotation = [], push, url } = values;
    const input = {
      ...{ reference, push, family: readFamily('--family', family) },
      members: members.map(readMember),
      annotations: annotation.map((text) => readKeyValue('--annotation', text)),
    };
    const address = readApiAddress(tools.env, url);
    const answer = await askApi(address, { query: QUESTION, variables: { input }, shape: Assembled });
    const { document, pushed, ...made } = answer.assembleIndex;
    tools.write(pushed ? `${made.reference}@${made.digest}\n` : `${document}\n`);
    return 0;
  },
};

/** One member as the API takes it. Throws `UsageError`. */
export function readMember(text: string): object {
  const [reference = '', ...said] = text.split(',');
  const of = (name: string): readonly string[] =>
    said.filter((each) => each.startsWith(`${name}=`)).map((each) => each.slice(name.length + 1));
  const unknown = said.find((each) => !/^(platform|os-feature|annotation)=./.test(each));
  if (unknown !== undefined) throw new UsageError(`${JSON.stringify(unknown)} says nothing about a member`);
  const [platform, ...others] = of('platform');
  if (others.length > 0) throw new UsageError(`${reference} has one platform`);
  return {
    reference,
    ...(platform === undefined ? {} : { platform }),
    osFeatures: of('os-feature'),
    annotations: of('annotation').map((each) => readKeyValue('annotation', each)),
  };
}
