import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CEILINGS } from '../ceilings.js';
import { JsonError, type JsonProblem } from './json-error.js';
import { parseJson, readJson } from './parse-json.js';

const bytes = (text: string): Uint8Array => Buffer.from(text);

function refusal(input: Uint8Array, options?: Parameters<typeof parseJson>[1]): JsonError {
  try {
    parseJson(input, options);
  } catch (error) {
    if (error instanceof JsonError) return error;
    throw error;
  }
  throw new Error('this should have been refused');
}

describe('parseJson', () => {
  it('agrees with JSON.parse on everything that JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), fc.constantFrom(0, 1, 3), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(JSON.stringify(parseJson(bytes(text)))).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });

  it('accepts and refuses the same short texts as JSON.parse', () => {
    const unit = fc.constantFrom(...'{}[]:,"\\ u0d8f19.-+eEtrufalsn\n\t\u0001é😀'.match(/./gsu)!);
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 12 }), (text) => {
        const ours = attempt(() => readJson(bytes(text)).value);
        const theirs = attempt((): unknown => JSON.parse(text));
        expect(JSON.stringify(ours)).toBe(JSON.stringify(theirs));
      }),
      { numRuns: 5_000 },
    );
  });

  it('throws nothing but JsonError, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (input) => {
        try {
          parseJson(input);
        } catch (error) {
          expect(error).toBeInstanceOf(JsonError);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it.each<[string, Uint8Array, string, string, number]>([
    ['nothing', bytes(''), 'BAD_JSON', '$', 0],
    ['only space', bytes(' \n'), 'BAD_JSON', '$', 2],
    ['a web page', bytes('<!doctype html>'), 'BAD_JSON', '$', 0],
    ['a document cut in the middle', bytes('{"a":[1,'), 'BAD_JSON', '$.a[1]', 8],
    ['a second document behind the first', bytes('{} {}'), 'BAD_JSON', '$', 3],
    ['a trailing comma', bytes('[1,]'), 'BAD_JSON', '$[1]', 3],
    ['a key without quotes', bytes('{a:1}'), 'BAD_JSON', '$', 1],
    ['a leading zero', bytes('[01]'), 'BAD_JSON', '$[0]', 2],
    ['a raw control character', bytes('["a\u0000"]'), 'BAD_JSON', '$[0]', 3],
    ['an unknown escape', bytes('["\\x41"]'), 'BAD_JSON', '$[0]', 2],
    ['half a unicode escape', bytes('["\\u12"]'), 'BAD_JSON', '$[0]', 2],
    ['NaN', bytes('[NaN]'), 'BAD_JSON', '$[0]', 1],
    ['bytes FF FE in a string', Buffer.from([0x22, 0x61, 0xff, 0xfe, 0x22]), 'BAD_UTF8', '$', 2],
    ['a cut UTF-8 sequence', Buffer.from([0x22, 0xc3, 0x22]), 'BAD_UTF8', '$', 1],
    ['a surrogate in UTF-8', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), 'BAD_UTF8', '$', 1],
    ['a byte order mark', Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x7d]), 'BAD_UTF8', '$', 0],
    ['UTF-16 without a mark', Buffer.from('{}', 'utf16le'), 'BAD_UTF8', '$', 0],
    ['UTF-16 with a mark', Buffer.from('\ufeff{}', 'utf16le'), 'BAD_UTF8', '$', 0],
    ['a key twice', bytes('{"a":1,"a":1}'), 'DUP_KEY', '$.a', 7],
    ['a key twice, written differently', bytes('{"b":{"a":1,"\\u0061":1}}'), 'DUP_KEY', '$.b.a', 12],
    ['__proto__ twice', bytes('{"__proto__":1,"__proto__":2}'), 'DUP_KEY', '$.__proto__', 15],
    ['a key twice, once null', bytes('[{"a b":null,"a b":1}]'), 'DUP_KEY', "$[0]['a b']", 13],
    ['an integer above 2^53', bytes('{"size":9007199254740993}'), 'PRECISION', '$.size', 8],
    ['a number beyond a double', bytes('[1e400]'), 'PRECISION', '$[0]', 1],
    ['a number below a double', bytes('[1e-400]'), 'PRECISION', '$[0]', 1],
    ['more digits than a double has', bytes('[0.12345678901234567890]'), 'PRECISION', '$[0]', 1],
    ['an offset behind characters of several bytes', bytes('{"é😀":1 2}'), 'BAD_JSON', "$['é😀']", 12],
  ])('refuses %s and says where', (_, input, code, path, offsetBytes) => {
    expect(refusal(input)).toMatchObject({ code, path, offsetBytes });
  });

  it.each([
    '0',
    '-0',
    '0.1',
    '1.10',
    '1e2',
    '1E+2',
    '100e-2',
    '9007199254740991',
    '9007199254740992',
    '1e21',
    '5e-324',
    '0e999',
  ])('reads %s exactly', (text) => {
    expect(parseJson(bytes(text))).toBe(Number(text));
  });

  it('keeps a lone surrogate as it was written', () => {
    expect(parseJson(bytes('["\\ud800", "\\udc00x", "\\ud83d\\ude00"]'))).toEqual(['\ud800', '\udc00x', '😀']);
  });

  it('keeps keys that mean something to JavaScript as ordinary keys', () => {
    const keys = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'];
    const value = parseJson(bytes(`{${keys.map((key) => `"${key}":{"polluted":true}`).join(',')}}`));
    expect(Object.keys(value as object)).toEqual(keys);
    expect(Object.keys(parseJson(bytes('{}')) as object)).toEqual([]);
    expect('polluted' in {}).toBe(false);
  });

  it('makes objects that inherit nothing', () => {
    const value = parseJson(bytes('{"a":1}')) as object;
    for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) expect(name in value).toBe(false);
  });

  it('tolerates what it is told to, and keeps the last value', () => {
    expect(parseJson(bytes('{"a":1,"a":2}'), { tolerate: ['DUP_KEY'] })).toEqual({ a: 2 });
    expect(refusal(bytes('{"a":1,"a":1e400}'), { tolerate: ['DUP_KEY'] }).code).toBe('PRECISION');
  });
});

describe('the ceilings on JSON', () => {
  const nested = (depth: number): Uint8Array => bytes('['.repeat(depth) + ']'.repeat(depth));

  it('accepts depth 64 and refuses depth 65', () => {
    expect(() => parseJson(nested(CEILINGS.jsonDepth))).not.toThrow();
    expect(refusal(nested(CEILINGS.jsonDepth + 1))).toMatchObject({ code: 'TOO_DEEP', offsetBytes: 64 });
  });

  it('counts objects and arrays alike', () => {
    expect(refusal(bytes('{"a":['.repeat(33))).code).toBe('TOO_DEEP');
  });

  it('reads no further than the first level that is too deep', () => {
    expect(refusal(bytes('['.repeat(2_000_000)))).toMatchObject({ code: 'TOO_DEEP', offsetBytes: 64 });
  });

  it('accepts 150,000 values and refuses one more', () => {
    const flat = (count: number): Uint8Array =>
      bytes(
        `[${Array(count - 1)
          .fill('0')
          .join(',')}]`,
      );
    expect(() => parseJson(flat(CEILINGS.jsonValues))).not.toThrow();
    expect(refusal(flat(CEILINGS.jsonValues + 1)).code).toBe('TOO_LARGE');
  });
});

it('places each note and the error in the bytes, however many there are and whatever stands between them', () => {
  const text = `{"é":"😀","a":1,"a":"ü","a":[9007199254740993,"😀"],"a":nul}`;
  const input = Buffer.from(text);
  const rests = ({ offsetBytes }: JsonProblem): string => input.subarray(offsetBytes).toString();
  let error: unknown;
  try {
    readJson(input);
  } catch (thrown) {
    error = thrown;
  }
  if (!(error instanceof JsonError)) throw new Error('this is no JSON');
  expect(error.notes.map(rests)).toEqual([
    '"a":"ü","a":[9007199254740993,"😀"],"a":nul}',
    '"a":[9007199254740993,"😀"],"a":nul}',
    '9007199254740993,"😀"],"a":nul}',
    '"a":nul}',
  ]);
  expect(rests(error.problem)).toBe('nul}');
  const whole = Buffer.from(text.replace('nul}', '"ß"}'));
  expect(readJson(whole).notes.map(({ offsetBytes }) => offsetBytes)).toEqual(
    error.notes.map(({ offsetBytes }) => offsetBytes),
  );
});

const spansOf = (input: Uint8Array, property: string) => readJson(input, { spansOf: property }).spans ?? [];

describe('readJson, of the elements of an array', () => {
  const spans = (text: string): string[] =>
    spansOf(bytes(text), 'events').map(({ start, end }) => bytes(text).subarray(start, end).toString());

  it.each<[string, string, string[]]>([
    [
      'keeps the spelling of each element',
      '{"x":[0],"events": [ {"a" : 1} ,2, "é", [ 3 ] ], "y":{"events":[4]}}',
      ['{"a" : 1}', '2', '"é"', '[ 3 ]'],
    ],
    ['counts bytes behind wide characters', '{"é😀":"é","events":["é",{"é":1}]}', ['"é"', '{"é":1}']],
    ['gives nothing for an empty array', '{"events":[]}', []],
    ['gives nothing when it is no array', '{"events":{"0":1}}', []],
    ['takes the root where that is the array', ' [ {"events":[1]} ,"é"]', ['{"events":[1]}', '"é"']],
    ['gives nothing when there is no object', '7', []],
    ['follows the value when the property stands twice', '{"events":[1],"events":[2,3]}', ['2', '3']],
  ])('%s', (_, text, expected) => {
    expect(spans(text)).toEqual(expected);
  });

  it('gives spans that read as the elements themselves', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue({ noUnicodeString: false })), fc.constantFrom(0, 2), (events, indent) => {
        const input = bytes(JSON.stringify({ é: 1, events }, null, indent));
        const read = spansOf(input, 'events').map(
          ({ start, end }) => JSON.parse(Buffer.from(input.subarray(start, end)).toString()) as unknown,
        );
        expect(JSON.stringify(read)).toBe(JSON.stringify(events));
      }),
    );
  });
});

function attempt(read: () => unknown): unknown {
  try {
    return { value: read() };
  } catch {
    return 'refused';
  }
}
