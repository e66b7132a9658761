import { describe, expect, it } from '@jest/globals';
import { ManifestError } from '../manifest/manifest-error.js';
import { parseImageConfig } from './parse-image-config.js';

const DIGEST = `sha256:${'1'.repeat(64)}`;
const CONFIG = { architecture: 'arm64', variant: 'v8', os: 'linux', rootfs: { type: 'layers', diff_ids: [DIGEST] } };
const parse = (document: unknown) =>
  parseImageConfig(Buffer.from(typeof document === 'string' ? document : JSON.stringify(document)));

function problems(document: unknown): string[] {
  try {
    parse(document);
  } catch (error) {
    if (error instanceof ManifestError) return error.problems.map(({ code, path }) => `${code} ${path}`);
    throw error;
  }
  return [];
}

describe('parseImageConfig', () => {
  it('reads everything that an image says about itself', () => {
    expect(
      parse({
        ...CONFIG,
        'os.version': '10.0.1',
        'os.features': ['b', 'a'],
        created: '2026-01-02T03:04:05.123456789Z',
        author: 'team',
        docker_version: '1.13.1',
        parent: DIGEST,
        comment: 'by hand',
        container: 'f'.repeat(64),
        config: {
          ArgsEscaped: true,
          Shell: ['cmd', '/S'],
          OnBuild: ['RUN a'],
          Hostname: 'h',
          Domainname: 'd',
          Healthcheck: { Test: ['CMD', 'a'], Interval: 5_000_000_000, Retries: 3, Timeout: null },
          User: '1000',
          Entrypoint: ['/e'],
          Cmd: ['c', 'd'],
          Env: ['A=1'],
          WorkingDir: '/w',
          ExposedPorts: { '80/tcp': {} },
          Volumes: { '/data': {} },
          StopSignal: 'SIGQUIT',
          Labels: { a: 'b' },
        },
        history: [
          { created: '2026-01-01T00:00:00+02:00', created_by: 'COPY', comment: 'buildkit', author: 'me' },
          { empty_layer: true },
        ],
      }),
    ).toEqual({
      platform: { os: 'linux', architecture: 'arm64', variant: null, osVersion: '10.0.1', osFeatures: ['a', 'b'] },
      createdAt: new Date('2026-01-02T03:04:05.123Z'),
      author: 'team',
      dockerVersion: '1.13.1',
      parentId: DIGEST,
      comment: 'by hand',
      diffIds: [DIGEST],
      history: [
        {
          createdAt: new Date('2025-12-31T22:00:00Z'),
          createdBy: 'COPY',
          comment: 'buildkit',
          author: 'me',
          emptyLayer: false,
        },
        { createdAt: null, createdBy: null, comment: null, author: null, emptyLayer: true },
      ],
      user: '1000',
      entrypoint: ['/e'],
      cmd: ['c', 'd'],
      env: ['A=1'],
      workingDir: '/w',
      exposedPorts: ['80/tcp'],
      volumes: ['/data'],
      stopSignal: 'SIGQUIT',
      labels: new Map([['a', 'b']]),
      argsEscaped: true,
      shell: ['cmd', '/S'],
      onBuild: ['RUN a'],
      hostname: 'h',
      domainname: 'd',
      healthcheck: {
        test: ['CMD', 'a'],
        intervalNs: 5_000_000_000,
        timeoutNs: null,
        startPeriodNs: null,
        startIntervalNs: null,
        retries: 3,
      },
      warnings: [],
    });
  });

  it.each<[string, object, string[]]>([
    ['does not say where the image runs', { os: null }, ['PLATFORM $']],
    ['counts other layers in its history than in its root filesystem', { history: [{}, {}] }, ['HISTORY $.history']],
    ['has no history', { history: [] }, []],
  ])('warns of a config that %s', (_, fields, expected) => {
    expect(parse({ ...CONFIG, ...fields }).warnings.map(({ code, path }) => `${code} ${path}`)).toEqual(expected);
  });

  it.each<[string, object]>([
    ['absent', {}],
    [
      'null',
      {
        created: null,
        author: null,
        variant: null,
        config: null,
        history: null,
        'os.version': null,
        'os.features': null,
      },
    ],
    [
      'null inside',
      {
        config: {
          User: null,
          Entrypoint: null,
          Cmd: null,
          Env: null,
          WorkingDir: null,
          ExposedPorts: null,
          Volumes: null,
          Labels: null,
        },
      },
    ],
    ['empty', { created: '', config: { User: '', Entrypoint: '', Env: [], Labels: {} }, history: [] }],
  ])('takes fields that are %s for nothing', (_, fields) => {
    expect(
      parse({ os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: null }, ...fields }),
    ).toMatchObject({
      platform: { os: 'linux', architecture: 'amd64', variant: null, osVersion: null },
      createdAt: null,
      author: null,
      diffIds: [],
      history: [],
      user: null,
      entrypoint: null,
      cmd: null,
      env: [],
      workingDir: null,
      exposedPorts: [],
      volumes: [],
      stopSignal: null,
      labels: new Map(),
    });
  });

  it('tolerates what Docker and Go tolerate', () => {
    const config = parse({
      ...CONFIG,
      history: [null],
      config: { Cmd: 'sh', Labels: { a: null }, Env: ['A=1', null], Hostname: 'x' },
      container_config: { Cmd: 1 },
    });
    expect(config).toMatchObject({ cmd: ['sh'], env: ['A=1', ''], history: [{ emptyLayer: false }] });
    expect([...config.labels]).toEqual([['a', '']]);
    expect(() => parse(JSON.stringify(CONFIG).replace('{', '{"config":{"Memory":9223372036854775807},'))).not.toThrow();
  });

  it('keeps labels under any key', () => {
    const config = parse(
      JSON.stringify(CONFIG).replace('{', '{"config":{"Labels":{"__proto__":"a","constructor":"b","toString":"c"}},'),
    );
    expect([...config.labels]).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
      ['toString', 'c'],
    ]);
  });

  it.each([
    ['unknown', 'unknown', { os: 'unknown', architecture: 'unknown' }],
    ['', '', null],
  ])('reads the platform %j/%j of a config that is none', (os, architecture, expected) => {
    const { platform } = parse({ ...CONFIG, os, architecture, variant: '' });
    expect(platform && { os: platform.os, architecture: platform.architecture }).toEqual(expected);
  });

  it.each<[string, unknown, string[]]>([
    ['not JSON', '', ['BAD_JSON $']],
    ['an array', [], ['SHAPE $']],
    ['without a root filesystem', { os: 'linux', architecture: 'amd64' }, ['SHAPE $.rootfs.type']],
    [
      'of another kind of root filesystem',
      { ...CONFIG, rootfs: { type: 'layers+base', diff_ids: [] } },
      ['SHAPE $.rootfs.type'],
    ],
    [
      'with diff_ids that are no digests',
      { ...CONFIG, rootfs: { type: 'layers', diff_ids: [DIGEST, 'x', null] } },
      ['BAD_DIGEST $.rootfs.diff_ids[1]', 'BAD_DIGEST $.rootfs.diff_ids[2]'],
    ],
    ['with a key twice', '{"rootfs":{"type":"layers"},"os":"linux","os":"windows"}', ['DUP_KEY $.os']],
    [
      'with fields in two spellings',
      {
        ...CONFIG,
        OS: 'windows',
        Config: {},
        rootfs: { ...CONFIG.rootfs, Diff_IDs: [] },
        history: [{ Empty_layer: true }],
        config: { user: 'root', Healthcheck: { test: [] } },
      },
      [
        'AMBIGUOUS $.OS',
        'AMBIGUOUS $.Config',
        'AMBIGUOUS $.rootfs.Diff_IDs',
        'AMBIGUOUS $.history[0].Empty_layer',
        'AMBIGUOUS $.config.user',
        'AMBIGUOUS $.config.Healthcheck.test',
      ],
    ],
    [
      'with a number that is text',
      { ...CONFIG, config: { Healthcheck: { Retries: '3' } } },
      ['SHAPE $.config.Healthcheck.Retries'],
    ],
    [
      'with values of the wrong kind',
      {
        ...CONFIG,
        os: 1,
        author: [],
        created: 5,
        config: { Env: 'A=1', Cmd: [1], Labels: { a: 1 }, Volumes: [], User: {} },
        history: [{ empty_layer: 'yes' }],
      },
      [
        "SHAPE $['os']",
        'SHAPE $.created',
        'SHAPE $.author',
        'SHAPE $.history[0].empty_layer',
        'SHAPE $.config.User',
        'SHAPE $.config.Cmd',
        'SHAPE $.config.Env',
        'SHAPE $.config.Volumes',
        'SHAPE $.config.Labels.a',
      ],
    ],
  ])('refuses a config %s, and names every place', (_, document, expected) => {
    expect(problems(document)).toEqual(expected);
  });
});
