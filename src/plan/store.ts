import type { KubeObject } from '../kube/resource.js';
import { type ReadonlyStore, Store } from '../kube/store.js';

export function storeOf<T extends KubeObject>(objects: readonly T[]): ReadonlyStore<T> {
  const store = new Store<T>({});
  for (const object of objects) store.set(object);
  return store;
}
