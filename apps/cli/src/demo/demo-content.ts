import { anArtifact, anImage, anIndex, type ManifestFixture } from '@strata/oci/testing';
import { AMD64, SIX, TWO, build, indexOf, onlyImageOf, type Build, type Family } from './demo-bases.js';

/** One step of the demonstration, in the order in which a registry would see it. */
export interface DemoPush {
  readonly repository: string;
  /** Null: pushed by digest, as clients do with what is attached to an image. */
  readonly tag: string | null;
  readonly manifest: ManifestFixture;
}

/** Everything that is pushed; the same bytes on every machine. Where a tag comes twice, it moves. */
export function demoPushes(): readonly DemoPush[] {
  const alpine = alpines();
  const debian = debians();
  const node = build({ name: 'library/node', version: '24-alpine', platforms: TWO, from: alpine.v322, layers: 3 });
  return [
    ...alpine.pushes,
    ...debian.pushes,
    ...runtimes(alpine.v322, debian.trixie, node),
    ...teamA(alpine.v322, node),
    ...teamB(alpine.v322, debian.bookworm),
    ...platformTeam(debian.trixie),
  ];
}

const push = (repository: string, manifest: ManifestFixture, ...tags: readonly string[]): readonly DemoPush[] =>
  tags.map((tag) => ({ repository, tag, manifest }));

function alpines() {
  const repository = 'library/alpine';
  const version = (text: string) => build({ name: repository, version: text, platforms: SIX, layers: 1 });
  const [v320, v321, v322] = [version('3.20'), version('3.21'), version('3.22')];
  return {
    v322,
    pushes: [
      ...push(repository, indexOf(v320), '3.20'),
      ...push(repository, indexOf(v321), '3.21', 'latest'),
      ...push(repository, indexOf(v322, 'classic'), '3.22', 'latest'), // and so `latest` moves
      ...push(repository, indexOf(version('edge'), 'artifact'), 'edge'),
    ],
  };
}

function debians() {
  const repository = 'library/debian';
  const platforms = SIX.filter((platform) => platform !== 'linux/386');
  const version = (text: string) => build({ name: repository, version: text, platforms, layers: 1, format: 'docker' });
  const [bookworm, trixie] = [version('bookworm'), version('trixie')];
  return {
    bookworm,
    trixie,
    pushes: [
      ...push(repository, indexOf(bookworm), 'bookworm', '12'),
      ...push(repository, indexOf(trixie), 'trixie', 'latest'),
    ],
  };
}

function runtimes(alpine: Family, debian: Family, node: Family): readonly DemoPush[] {
  const of = (options: Build) => indexOf(build(options));
  const older = { name: 'library/node', version: '22-alpine', platforms: TWO, from: alpine, layers: 3 };
  const onDebian = {
    name: 'library/node',
    version: '24',
    platforms: TWO,
    from: debian,
    layers: 4,
    format: 'docker',
  } as const;
  const three = ['linux/amd64', 'linux/arm64/v8', 'linux/arm/v7'];
  const nginx = { name: 'library/nginx', platforms: three, layers: 3 };
  const postgres = { name: 'library/postgres', layers: 5 };
  return [
    ...push('library/node', of(older), '22-alpine'),
    ...push('library/node', indexOf(node, 'artifact'), '24-alpine'),
    ...push('library/node', of(onDebian), '24', 'latest'),
    ...push('library/nginx', of({ ...nginx, version: '1.28-alpine', from: alpine }), '1.28-alpine'),
    ...push('library/nginx', of({ ...nginx, version: '1.28', from: debian, format: 'docker' }), '1.28'),
    ...push('library/nginx', of({ ...nginx, version: '1.29', from: debian, format: 'docker' }), '1.29', 'latest'),
    ...push(
      'library/postgres',
      of({ ...postgres, version: '17', platforms: TWO, from: debian, format: 'docker' }),
      '17',
    ),
    ...push(
      'library/postgres',
      of({ ...postgres, version: '18-alpine', platforms: SIX, from: alpine }),
      '18-alpine',
      'latest',
    ),
  ];
}

function teamA(alpine: Family, node: Family): readonly DemoPush[] {
  const checkout = (version: string, platforms: readonly string[]) =>
    build({ name: 'team-a/checkout', version, platforms, from: node, layers: 2 });
  const storefront = { name: 'team-a/storefront', from: node, layers: 2 };
  const search = { name: 'team-a/search', platforms: AMD64, from: alpine, layers: 2, format: 'docker' } as const;
  const current = indexOf(checkout('2.2.0', TWO), 'artifact');
  const sbom = anArtifact({ seed: 'team-a/checkout 2.2.0 sbom', subject: current });
  return [
    ...push('team-a/checkout', onlyImageOf(checkout('2.0.0', AMD64)), '2.0.0'),
    ...push('team-a/checkout', indexOf(checkout('2.1.0', AMD64), 'classic'), '2.1.0'),
    ...push('team-a/checkout', current, '2.2.0', 'latest'),
    { repository: 'team-a/checkout', tag: null, manifest: sbom },
    ...push('team-a/storefront', indexOf(build({ ...storefront, version: '5.4.1', platforms: TWO })), '5.4.1'),
    ...push('team-a/storefront', indexOf(build({ ...storefront, version: '5.5.0', platforms: AMD64 })), '5.5.0-rc.1'),
    ...push('team-a/search', onlyImageOf(build({ ...search, version: '0.8.0' })), '0.8.0'),
    ...push('team-a/search', onlyImageOf(build({ ...search, version: '0.9.0' })), '0.9.0', 'stable'),
  ];
}

function teamB(alpine: Family, debian: Family): readonly DemoPush[] {
  const payments = { name: 'team-b/payments', version: '2026.11', layers: 2 };
  const linux = indexOf(build({ ...payments, platforms: TWO, from: alpine }));
  const windows = anImage({ seed: 'team-b/payments 2026.11', platform: 'windows/amd64:10.0.20348.2227', layers: 3 });
  const reports = { name: 'team-b/reports', platforms: AMD64, from: debian, layers: 3, format: 'docker' } as const;
  const mailer = { name: 'team-b/mailer', from: alpine, layers: 1 };
  const before = build({ ...payments, version: '2026.10', platforms: AMD64, from: alpine });
  return [
    ...push('team-b/payments', onlyImageOf(before), '2026.10'),
    ...push('team-b/payments', anIndex({ entries: [linux, windows] }), '2026.11', 'latest'),
    ...push('team-b/reports', onlyImageOf(build({ ...reports, version: '1' })), '1'),
    ...push('team-b/reports', onlyImageOf(build({ ...reports, version: '2' })), '2', 'latest'),
    ...push(
      'team-b/mailer',
      indexOf(build({ ...mailer, version: '3.1', platforms: ['linux/amd64', 'linux/arm/v7'] })),
      '3.1',
    ),
    ...push('team-b/mailer', indexOf(build({ ...mailer, version: '3.2', platforms: TWO }), 'classic'), '3.2'),
  ];
}

function platformTeam(debian: Family): readonly DemoPush[] {
  const toolbox = { name: 'platform/toolbox', layers: 4, from: debian };
  const mainframe = ['linux/ppc64le', 'linux/s390x'];
  return [
    ...push('platform/toolbox', indexOf(build({ ...toolbox, version: 'main', platforms: TWO })), 'main'),
    ...push(
      'platform/toolbox',
      indexOf(build({ ...toolbox, version: 'mainframe', platforms: mainframe })),
      'mainframe',
    ),
    ...push(
      'platform/toolbox',
      indexOf(build({ ...toolbox, version: 'nightly', platforms: TWO }), 'artifact'),
      'nightly',
    ),
  ];
}
