import { expect, it } from '@jest/globals';
import { Store } from '../../../src/kube/store.js';
import { configMap } from './config-maps.js';

it('finds objects by key and by index, as they are now', () => {
  const store = new Store({
    team: (object: ReturnType<typeof configMap>) => object.metadata.labels?.team?.split('.') ?? [],
  });
  const names = (team: string) => store.by('team', team).map(({ metadata }) => metadata.name);
  store.set(configMap('a', { labels: { team: 'x.y' } }));
  store.set(configMap('b', { labels: { team: 'y' } }));
  store.set(configMap('c'));
  expect([names('x'), names('y'), names('z')]).toEqual([['a'], ['a', 'b'], []]);

  expect(store.set(configMap('a', { labels: { team: 'z' } }))?.metadata.labels).toEqual({ team: 'x.y' });
  store.delete('default/b');
  expect([names('x'), names('y'), names('z')]).toEqual([[], [], ['a']]);
  expect(store.get('default/b')).toBeUndefined();
  expect(store.list()).toHaveLength(2);
});
