/** Passwords that everyone tries first, and the keys that lie in a line. */
export interface KnownPasswords {
  /** The 49,233 most common ones, in lower case. */
  words: ReadonlySet<string>;
  /** For two characters on neighbouring keys, in lower case: on which keyboard, and which way it goes. */
  neighbours: ReadonlyMap<string, string[]>;
}

type Keyboards = Record<string, Record<string, (string | null)[]>>;

let known: Promise<KnownPasswords> | undefined;

/** Read at the first use: it takes a tenth of a second and 17 MB, which not every process needs. */
export function knownPasswords(): Promise<KnownPasswords> {
  return (known ??= load());
}

async function load(): Promise<KnownPasswords> {
  const { dictionary, adjacencyGraphs } = await import('@zxcvbn-ts/language-common');
  return { words: new Set(dictionary['passwords-common']), neighbours: neighboursOn(adjacencyGraphs) };
}

/** The lists of a keyboard name for each key its neighbours, always in the same order of directions, shifted or not. */
function neighboursOn(keyboards: Keyboards): Map<string, string[]> {
  const neighbours = new Map<string, string[]>();
  const all = Object.entries(keyboards).flatMap(([keyboard, keys]) =>
    Object.entries(keys).flatMap(([key, around]) =>
      around.map((characters, direction) => ({ key, characters, way: `${keyboard} ${direction}` })),
    ),
  );
  for (const { key, characters, way } of all) {
    for (const character of characters ?? '') {
      const pair = key.toLowerCase() + character.toLowerCase();
      neighbours.set(pair, [...(neighbours.get(pair) ?? []), way]);
    }
  }
  return neighbours;
}
