/** Numbers from 0 up to but not including `below`, the same again from the same seed (mulberry32). */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** What readers stumble over, as it would stand in a document. */
const TOKENS = [
  ...[
    '{',
    '}',
    '[',
    ']',
    '"',
    ',',
    ':',
    '\\',
    '\\u0000',
    '\\ud800',
    'null',
    'true',
    '-1',
    '0.5',
    '1e999',
    '[[[[',
    '{}',
  ],
  ...[
    '9007199254740993',
    '""',
    '"__proto__":1,',
    '"layers":[],',
    '"Layers":[],',
    '"mediaType":1,',
    '"signatures":[{}],',
  ],
  ...['"sha256:"', '"fsLayers":[],', '"manifests":null,', '\u0000', '\ufeff', 'ſ', '\t', '😀'],
].map((token) => Buffer.from(token));

/** Changes a document in one to four places: bytes flipped, cut, doubled, replaced by tokens or by pieces of `donor`. */
export function mutate(original: Uint8Array, donor: Uint8Array, random: (below: number) => number): Uint8Array {
  let bytes: Buffer = Buffer.from(original);
  for (let change = 1 + random(4); change > 0; change -= 1) bytes = changeOnce(bytes, donor, random);
  return bytes;
}

function changeOnce(bytes: Buffer, donor: Uint8Array, random: (below: number) => number): Buffer {
  const at = random(bytes.length + 1);
  const end = Math.min(bytes.length, at + random(16));
  const [before, piece, behind] = [bytes.subarray(0, at), bytes.subarray(at, end), bytes.subarray(end)];
  const from = random(donor.length + 1);
  switch (random(7)) {
    case 0:
      return Buffer.concat([before, Buffer.from([random(256)]), bytes.subarray(at + 1)]);
    case 1:
      return Buffer.concat([before, Buffer.from(piece.map((byte) => byte ^ (1 << random(8)))), behind]);
    case 2:
      return Buffer.concat([before, behind]);
    case 3:
      return Buffer.concat([before, piece, piece, behind]);
    case 4:
      return Buffer.concat([before, TOKENS[random(TOKENS.length)] ?? piece, behind]);
    case 5:
      return Buffer.concat([before, donor.subarray(from, from + random(200)), behind]);
    default:
      return before;
  }
}
