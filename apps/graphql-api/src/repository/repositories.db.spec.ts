import { describe, expect, it } from '@jest/globals';
import { askSmallCatalog } from '../testing/ask-small-catalog.js';

const { answer, api } = askSmallCatalog();

const ONE = 'one.example';

describe('repositories and registries', () => {
  it('are listed with their counts and contents', async () => {
    const data = await answer(`{
      registries { host repositoryCount tagCount repositories(where: { name: { glob: "library/*" } }) { nodes { name tags { totalCount } } } }
      repositories(where: { empty: false }, orderBy: NAME_DESC, first: 1) { totalCount nodes { name } }
      repository(name: "team/web") { name updatedAt tags { nodes { name } } }
    }`);
    expect(data).toEqual({
      registries: [
        {
          host: ONE,
          repositoryCount: 8,
          tagCount: 9,
          repositories: {
            nodes: [
              { name: 'library/base', tags: { totalCount: 2 } },
              { name: 'library/legacy', tags: { totalCount: 1 } },
            ],
          },
        },
        {
          host: 'two.example',
          repositoryCount: 1,
          tagCount: 1,
          repositories: { nodes: [{ name: 'library/base', tags: { totalCount: 1 } }] },
        },
      ],
      repositories: { totalCount: 9, nodes: [{ name: 'win/app' }] },
      repository: { name: 'team/web', updatedAt: '2026-11-21T09:08:00.000Z', tags: { nodes: [{ name: 'stable' }] } },
    });
  });

  it('of one name in several registries are refused until one is named', async () => {
    const { errors } = await api().ask('{ repository(name: "library/base") { id } }');
    expect(errors).toMatchObject([{ extensions: { code: 'AMBIGUOUS' } }]);
    expect(await answer('{ repository(name: "library/base", registry: "two.example") { registry { host } } }')).toEqual(
      {
        repository: { registry: { host: 'two.example' } },
      },
    );
  });
});
