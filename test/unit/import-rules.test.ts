import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What the files of a folder may import, besides files of the same folder: see docs/ARCHITECTURE.md. */
const RULES: Readonly<
  Record<string, { readonly folders: readonly string[]; readonly packages: 'any' | readonly string[] }>
> = {
  'src/protocol': { folders: [], packages: [] },
  'src/search': { folders: ['src/protocol'], packages: ['fuse.js'] },
  'src/catalogue': { folders: ['src/protocol'], packages: [] },
  'src/runtime': { folders: ['src/protocol'], packages: 'any' },
  'src/tape': { folders: ['src/protocol'], packages: 'any' },
  'src/main': { folders: ['src/protocol', 'src/runtime', 'src/tape'], packages: 'any' },
  'src/upstream': { folders: ['src/protocol', 'src/runtime', 'src/catalogue'], packages: 'any' },
  'src/workers/shard': { folders: ['src/protocol', 'src/runtime'], packages: 'any' },
  'src/workers/recorder': { folders: ['src/protocol', 'src/runtime', 'src/tape'], packages: 'any' },
  'src/workers/tasks': {
    folders: ['src/protocol', 'src/runtime', 'src/catalogue', 'src/tape', 'src/search'],
    packages: 'any',
  },
  pwa: { folders: ['src/protocol', 'src/search'], packages: 'any' },
};

/** Decisions: no socket, no timer, no `node:` module, no clock and no chance of their own. */
const PURE = [
  /^src\/protocol\//,
  /^src\/search\//,
  /^src\/catalogue\//,
  /^src\/upstream\/(?:attempts|backoff|bar-gather|book|conflation|gather|health|numbering|outbox|pacer|status)\.ts$/,
  /^src\/main\/(?:ledger|ledger-[a-z]+|fair-share|setting|wanted-bars)\.ts$/,
  /^src\/workers\/recorder\/(?:intake|held|rows|trades-in)\.ts$/,
  /^src\/workers\/shard\/(?:ring|tape|interests|budget|encoding)\.ts$/,
  /^pwa\/chart\/(?:formats|precision|time-map)\.ts$/,
  /^pwa\/look\/look\.ts$/,
  /^pwa\/page\/aloud\/reader\.ts$/,
  /^pwa\/page\/install\/advice\.ts$/,
  /^pwa\/page\/standing\.ts$/,
  /^pwa\/page\/alerts\/(?:alerts|price)\.ts$/,
  /^pwa\/page\/kept\/snapshot\.ts$/,
  /^pwa\/page\/watch\/(?:row-words|spark|wants)\.ts$/,
  /^pwa\/page\/finder\/keystrokes\.ts$/,
  /^pwa\/page\/search-box\/(?:keys|pieces|results|words)\.ts$/,
  /^pwa\/search\/(?:choose-list|decode-[a-z]+|limits|messages|parse-list)\.ts$/,
];
const IMPURE = /\b(?:setTimeout|setInterval|setImmediate|Date\.now|Math\.random|performance\.now|new Date\(\))\b/;

interface Source {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly string[];
}

function sources(dir: string): Source[] {
  return readdirSync(join(ROOT, dir), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => {
      const file = join(entry.parentPath, entry.name);
      const text = readFileSync(file, 'utf8');
      const found = text.matchAll(
        /(?:^|\n)\s*(?:import|export)\b[^'"`;]*?from\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g,
      );
      const side = text.matchAll(/(?:^|\n)import\s+['"]([^'"]+)['"]/g);
      const imports = [...found, ...side].map(([, a, b]) => a ?? b ?? '');
      return { path: relative(ROOT, file), text, imports };
    });
}

const all = [...sources('src'), ...sources('pwa')];
const folderOf = (path: string): string | undefined =>
  Object.keys(RULES).find((folder) => path.startsWith(`${folder}/`));

describe('the import rules', () => {
  it('know every folder that has code', () => {
    expect(all.length).toBeGreaterThan(60);
    expect(all.filter(({ path }) => folderOf(path) === undefined).map(({ path }) => path)).toEqual([]);
  });

  it('let folders import only what the architecture allows', () => {
    const violations: string[] = [];
    for (const { path, imports } of all) {
      const folder = folderOf(path);
      const rule = folder === undefined ? undefined : RULES[folder];
      if (!rule || folder === undefined) continue;
      for (const each of imports) {
        if (each.startsWith('.')) {
          const target = relative(ROOT, join(ROOT, dirname(path), each));
          if (![folder, ...rule.folders].some((allowed) => target.startsWith(`${allowed}/`))) {
            violations.push(`${path} imports ${target}`);
          }
        } else if (
          rule.packages !== 'any' &&
          !rule.packages.some((name) => each === name || each.startsWith(`${name}/`))
        ) {
          violations.push(`${path} imports ${each}`);
        }
      }
    }
    expect(violations).toEqual([]);
  });

  it('keep decisions free of sockets, timers, clocks and chance', () => {
    const pure = all.filter(({ path }) => PURE.some((pattern) => pattern.test(path)));
    expect(pure.length).toBeGreaterThan(30);
    const builtin = new Set(builtinModules);
    for (const { path, text, imports } of pure) {
      const outside = imports.filter((each) => each.startsWith('node:') || builtin.has(each) || each === 'ws');
      expect(outside, path).toEqual([]);
      const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
      expect(IMPURE.exec(code)?.[0], path).toBeUndefined();
    }
  });

  it("keep Finnhub's simulator out of the rest of the upstream worker", () => {
    const leaks = all
      .filter(({ path }) => /^src\/upstream\/[^/]+\.ts$/.test(path))
      .filter(({ imports }) => imports.some((each) => each.includes('simulator') || each.includes('catalogue')));
    expect(leaks.map(({ path }) => path)).toEqual([]);
  });
});
