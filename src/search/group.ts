/** Values by key: those of key `k` are `values[starts[k]]` up to `values[starts[k + 1]]`, in the order in which they were given. */
export interface Groups {
  readonly starts: Uint32Array;
  readonly values: Uint32Array;
}

/** Groups values by their keys, which are all below `groups`. */
export function groupByKey(keys: Uint32Array, values: Uint32Array, groups: number): Groups {
  const starts = startsOf(keys, groups);
  const next = starts.slice();
  const grouped = new Uint32Array(keys.length);
  for (let i = 0; i < keys.length; i += 1) {
    const key = keys[i] ?? 0;
    const to = next[key] ?? 0;
    grouped[to] = values[i] ?? 0;
    next[key] = to + 1;
  }
  return { starts, values: grouped };
}

function startsOf(keys: Uint32Array, groups: number): Uint32Array {
  const starts = new Uint32Array(groups + 1);
  for (let i = 0; i < keys.length; i += 1) {
    const after = (keys[i] ?? 0) + 1;
    starts[after] = (starts[after] ?? 0) + 1;
  }
  let sum = 0;
  for (let key = 0; key <= groups; key += 1) {
    sum += starts[key] ?? 0;
    starts[key] = sum;
  }
  return starts;
}
