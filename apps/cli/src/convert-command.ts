import { parseArgs } from 'node:util';
import { z } from 'zod';
import { readApiAddress, type ApiAddress } from './api-address.js';
import { askApi } from './ask-api.js';
import { UsageError, type Command, type Tools } from './command.js';
import { readFamily } from './making-words.js';

const options = {
  to: { type: 'string' },
  push: { type: 'string' },
  'allow-loss': { type: 'boolean', default: false },
  url: { type: 'string' },
} as const;

const LOSSES = 'losses { path reason }';
/** As deep as indexes nest that are catalogued. */
const CONVERSION = `digest document ${LOSSES} children { digest ${LOSSES} children { digest ${LOSSES} } }`;

const SHOW = `query ($reference: String!, $to: ManifestFamily!) { convert(reference: $reference, to: $to) { ${CONVERSION} } }`;
const PUSH = `mutation ($input: PushConversionInput!) {
  pushConversion(input: $input) { reference conversion { ${CONVERSION} } }
}`;

interface Converted {
  readonly digest: string;
  readonly losses: readonly { readonly path: string; readonly reason: string }[];
  readonly children?: readonly Converted[] | undefined;
}

const Converted: z.ZodType<Converted> = z.lazy(() =>
  z.object({
    digest: z.string(),
    losses: z.array(z.object({ path: z.string(), reason: z.string() })),
    children: z.array(Converted).optional(),
  }),
);
const Root = z.intersection(Converted, z.object({ document: z.string() }));
const Shown = z.object({ convert: Root });
const Pushed = z.object({ pushConversion: z.object({ reference: z.string(), conversion: Root }) });

/** The same image in the other family of formats, shown or pushed by the running API. */
export const convertCommand: Command = {
  summary: 'write an image in the other format, and push it',
  usage: [
    'Usage: strata convert REFERENCE --to oci|docker [--push TARGET] [--allow-loss] [--url URL]',
    '',
    '  --push        push it to registry/repository:tag; needs a token with the scope ASSEMBLE in STRATA_TOKEN, and',
    '                writeCredentials of the source. Without it the document is shown.',
    '  --allow-loss  push it although something is lost; what that is stands on standard error',
    '  --url         where the API is (http://127.0.0.1:STRATA_API_PORT)',
  ].join('\n'),
  run(args, tools) {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [reference, ...rest] = positionals;
    if (reference === undefined || rest.length > 0) throw new UsageError('say which image');
    const { push: target, url } = values;
    const to = readFamily('--to', values.to);
    const address = readApiAddress(tools.env, url);
    if (target === undefined) return show(address, { reference, to }, tools);
    return push(address, { reference, to, target, allowLoss: values['allow-loss'] }, tools);
  },
};

async function show(address: ApiAddress, variables: object, tools: Tools): Promise<number> {
  const { convert } = await askApi(address, { query: SHOW, variables, shape: Shown });
  tools.write(`${convert.document}\n`);
  tools.writeError(formatLosses(convert));
  return 0;
}

async function push(address: ApiAddress, input: object, tools: Tools): Promise<number> {
  const { pushConversion } = await askApi(address, { query: PUSH, variables: { input }, shape: Pushed });
  const { reference, conversion } = pushConversion;
  tools.write(`${reference}@${conversion.digest}\n`);
  tools.writeError(formatLosses(conversion));
  return 0;
}

function formatLosses({ digest, losses, children = [] }: Converted): string {
  const own = losses.map(({ path, reason }) => `lost in ${digest} at ${path}: ${reason}\n`);
  return [...own, ...children.map(formatLosses)].join('');
}
