import { type KubeObject, objectKey } from './resource.js';

/** The values under which an index finds an object. */
export type IndexFunction<T> = (object: T) => readonly string[];

/** What a reflector has seen. Objects are shared: they are read, never changed. */
export interface ReadonlyStore<T extends KubeObject, Index extends string = never> {
  get(key: string): T | undefined;
  list(): T[];
  by(index: Index, value: string): T[];
}

/** Objects by key (see objectKey), and by the values of named indexes. */
export class Store<T extends KubeObject, Index extends string = never> implements ReadonlyStore<T, Index> {
  readonly #objects = new Map<string, T>();
  readonly #functions: Record<Index, IndexFunction<T>>;
  /** index -> value -> keys */
  readonly #indexes = new Map<string, Map<string, Set<string>>>();

  constructor(indexes: Record<Index, IndexFunction<T>>) {
    this.#functions = indexes;
    for (const name of Object.keys(indexes)) this.#indexes.set(name, new Map());
  }

  get(key: string): T | undefined {
    return this.#objects.get(key);
  }

  list(): T[] {
    return [...this.#objects.values()];
  }

  keys(): string[] {
    return [...this.#objects.keys()];
  }

  by(index: Index, value: string): T[] {
    const keys = this.#indexes.get(index)?.get(value) ?? [];
    return [...keys].map((key) => this.#objects.get(key)).filter((object) => object !== undefined);
  }

  /** @returns the object that was there before */
  set(object: T): T | undefined {
    const key = objectKey(object.metadata);
    const before = this.delete(key);
    this.#objects.set(key, object);
    for (const [values, value] of this.#entries(object)) {
      const keys = values.get(value) ?? new Set();
      values.set(value, keys.add(key));
    }
    return before;
  }

  /** @returns the object that was there */
  delete(key: string): T | undefined {
    const object = this.#objects.get(key);
    if (!object) return undefined;
    this.#objects.delete(key);
    for (const [values, value] of this.#entries(object)) {
      const keys = values.get(value);
      keys?.delete(key);
      if (keys?.size === 0) values.delete(value);
    }
    return object;
  }

  *#entries(object: T): Generator<[Map<string, Set<string>>, string]> {
    for (const [name, values] of this.#indexes) {
      for (const value of this.#functions[name as Index](object)) yield [values, value];
    }
  }
}
