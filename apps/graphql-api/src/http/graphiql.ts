import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { FastifyInstance } from 'fastify';

const require = createRequire(import.meta.url);

/** What the page loads, all of it from packages that are installed with us: it works where there is no internet. */
const ASSETS = [
  { path: 'react.js', of: 'react', file: 'umd/react.production.min.js', type: 'text/javascript' },
  { path: 'react-dom.js', of: 'react-dom', file: 'umd/react-dom.production.min.js', type: 'text/javascript' },
  { path: 'graphiql.js', of: 'graphiql', file: 'graphiql.min.js', type: 'text/javascript' },
  { path: 'graphiql.css', of: 'graphiql', file: 'graphiql.min.css', type: 'text/css' },
] as const;

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width" />
    <title>Strata: ask the catalog</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="/graphiql/graphiql.css" />
    <style>
      body { margin: 0; }
      #graphiql { height: 100vh; }
    </style>
  </head>
  <body>
    <div id="graphiql"></div>
    <script src="/graphiql/react.js"></script>
    <script src="/graphiql/react-dom.js"></script>
    <script src="/graphiql/graphiql.js"></script>
    <script src="/graphiql/start.js"></script>
  </body>
</html>
`;

const START = `const example = \`# Which tags lack arm64?
{
  tags(where: { platforms: { lacks: ["arm64"] } }) {
    totalCount
    nodes {
      reference
      platforms {
        name
      }
    }
  }
}

# Which images share a layer?
# {
#   layer(digest: "sha256:…") {
#     imageCount
#     images { nodes { digest platform { name } tags { nodes { reference } } } }
#   }
# }
\`;
ReactDOM.createRoot(document.getElementById('graphiql')).render(
  React.createElement(GraphiQL, {
    fetcher: GraphiQL.createFetcher({ url: '/graphql' }),
    defaultQuery: example,
    defaultEditorToolsVisibility: false,
  }),
);
`;

/** The page's rights: its own files and its own server. GraphiQL sets styles on elements and draws icons from data. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** A page at `/graphiql` for people to ask questions by hand. */
export function mountGraphiql(server: FastifyInstance): void {
  server.get('/graphiql', (_request, reply) =>
    reply
      .header('content-security-policy', POLICY)
      .header('x-content-type-options', 'nosniff')
      .header('referrer-policy', 'no-referrer')
      .type('text/html; charset=utf-8')
      .send(PAGE),
  );
  server.get('/graphiql/start.js', (_request, reply) => reply.type('text/javascript; charset=utf-8').send(START));
  for (const { path, of, file, type } of ASSETS) {
    let bytes: Buffer | undefined;
    server.get(`/graphiql/${path}`, (_request, reply) => {
      bytes ??= readFileSync(join(dirname(require.resolve(`${of}/package.json`)), file));
      return reply.type(`${type}; charset=utf-8`).header('cache-control', 'max-age=86400').send(bytes);
    });
  }
}
