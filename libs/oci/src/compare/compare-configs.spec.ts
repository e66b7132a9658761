import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { JsonError } from '../json/json-error.js';
import { compareConfigs } from './compare-configs.js';

const bytes = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
/** One line per change: `field: left -> right`. */
const changes = (left: unknown, right: unknown): string[] =>
  compareConfigs(bytes(left), bytes(right)).map((change) => `${change.field}: ${change.left} -> ${change.right}`);
const settings = (config: unknown) => ({ os: 'linux', architecture: 'amd64', config });

describe('compareConfigs', () => {
  it.each<[string, unknown, unknown, string[]]>([
    ['nothing', settings({ User: 'app' }), settings({ User: 'app' }), []],
    ['a user', settings({ User: 'app' }), settings({ User: 'root' }), ['config.User: app -> root']],
    ['a user that is new', settings({}), settings({ User: 'root' }), ['config.User: null -> root']],
    ['null, empty and absent', settings({ Cmd: null, User: '', Env: [], Labels: {}, Tty: false }), settings(null), []],
    [
      'a command, as a whole',
      settings({ Cmd: ['/bin/sh', '-c', 'a'] }),
      settings({ Cmd: ['/bin/sh', '-c', 'b'] }),
      ['config.Cmd: ["/bin/sh","-c","a"] -> ["/bin/sh","-c","b"]'],
    ],
    [
      'variables, by name',
      settings({ Env: ['PATH=/bin', 'A=1', 'GONE=x', 'EMPTY='] }),
      settings({ Env: ['A=1', 'PATH=/usr/bin', 'NEW=a=b'] }),
      [
        'config.Env.EMPTY:  -> null',
        'config.Env.GONE: x -> null',
        'config.Env.NEW: null -> a=b',
        'config.Env.PATH: /bin -> /usr/bin',
      ],
    ],
    ['of a repeated variable the last', settings({ Env: ['A=1', 'A=2'] }), settings({ Env: ['A=2'] }), []],
    [
      'labels',
      settings({ Labels: { a: '1', 'org.example/x': 'old', __proto__x: 'p' } }),
      settings({ Labels: { 'org.example/x': 'new', b: '2' } }),
      [
        'config.Labels.__proto__x: p -> null',
        'config.Labels.a: 1 -> null',
        'config.Labels.b: null -> 2',
        "config.Labels['org.example/x']: old -> new",
      ],
    ],
    [
      'ports and volumes, as sets',
      settings({ ExposedPorts: { '80/tcp': {}, '81/tcp': {} }, Volumes: { '/data': {} } }),
      settings({ ExposedPorts: { '80/tcp': {} }, Volumes: null }),
      ["config.ExposedPorts['81/tcp']: 81/tcp -> null", "config.Volumes['/data']: /data -> null"],
    ],
    [
      'what only Docker writes',
      settings({ Healthcheck: { Test: ['CMD', 'a'], Retries: 3 }, OnBuild: ['RUN a'] }),
      settings({ Healthcheck: { Test: ['CMD', 'a'], Retries: 4 } }),
      ['config.Healthcheck.Retries: 3 -> 4', 'config.OnBuild: ["RUN a"] -> null'],
    ],
    [
      'history, step by step',
      { history: [{ created_by: 'a' }, { created_by: 'b', empty_layer: true }] },
      { history: [{ created_by: 'a' }, { created_by: 'c' }, { created_by: 'd' }] },
      ['history[1].created_by: b -> c', 'history[1].empty_layer: true -> null', 'history[2].created_by: null -> d'],
    ],
    [
      'the platform',
      { os: 'linux', architecture: 'arm64' },
      { os: 'linux', architecture: 'arm64', variant: 'v8' },
      ['variant: null -> v8'],
    ],
    [
      'another kind of value',
      settings({ Cmd: 'a' }),
      settings({ Cmd: { b: 'c' } }),
      ['config.Cmd.b: null -> c', 'config.Cmd: a -> null'],
    ],
    ['layers, which are compared elsewhere', { rootfs: { diff_ids: ['a'] } }, { rootfs: { diff_ids: ['b'] } }, []],
    ['a document that is no object', [], { os: 'linux' }, ['os: null -> linux']],
  ])('tells %s', (_, left, right, expected) => {
    expect(changes(left, right)).toEqual(expected);
  });

  it('tells more than ten steps of history in their order', () => {
    const history = (word: string) => ({ history: Array.from({ length: 12 }, () => ({ created_by: word })) });
    expect(changes(history('a'), history('b')).map((line) => line.split('.')[0])).toEqual(
      Array.from({ length: 12 }, (_, index) => `history[${index}]`),
    );
  });

  it('tells long keys apart that begin alike', () => {
    const label = (end: string) => settings({ Labels: { [`${'k'.repeat(120)}${end}`]: 'v' } });
    expect(changes(label('1'), label('2'))).toHaveLength(2);
  });

  it('refuses bytes that are no JSON with the declared error', () => {
    expect(() => compareConfigs(Buffer.from('{'), bytes({}))).toThrow(JsonError);
  });

  it('finds nothing between a config and itself, and the same fields with the sides swapped', () => {
    const word = fc.string({ maxLength: 4 });
    const config = fc.record(
      {
        created: word,
        os: word,
        config: fc.record(
          {
            User: word,
            Env: fc.array(word, { maxLength: 3 }),
            Labels: fc.dictionary(word, word, { maxKeys: 3 }),
            Cmd: fc.array(word),
          },
          { requiredKeys: [] },
        ),
        history: fc.array(fc.record({ created_by: word, empty_layer: fc.boolean() }), { maxLength: 3 }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(config, config, (left, right) => {
        expect(changes(left, left)).toEqual([]);
        const swapped = compareConfigs(bytes(right), bytes(left)).map((change) => ({
          field: change.field,
          left: change.right,
          right: change.left,
        }));
        expect(swapped).toEqual(compareConfigs(bytes(left), bytes(right)));
      }),
    );
  });
});
