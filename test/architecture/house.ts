import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, posix, relative, resolve, sep } from 'node:path';

/** The rows of the house, lowest first: a folder imports folders of lower rows only. */
export const ROWS: readonly (readonly string[])[] = [
  ['lib'],
  ['model'],
  ['chunkenc', 'exposition', 'wire', 'template'],
  ['storage'],
  ['block', 'meta'],
  ['tsdb', 'bucket', 'promql', 'discovery', 'alertmanager', 'dashboards', 'host'],
  ['scrape', 'rules', 'remote'],
  ['config'],
  ['api'],
  ['server'],
  ['cli'],
];

/** The highest row the browser may import from. */
const HIGHEST_UI_ROW = 5;
const MAY_USE_NODE = /^src\/(lib|server\/threads|cli)\//;

export interface SourceFile {
  /** Relative to the repository, with forward slashes: `src/tsdb/db.ts`. */
  readonly path: string;
  readonly text: string;
}

export interface Violation {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
}

/** All TypeScript sources below the given folders, tests left out. */
export function readSources(root: string, folders: readonly string[]): SourceFile[] {
  return folders
    .flatMap((folder) => walk(join(root, folder)))
    .map((file) => ({
      path: relative(root, file).split(sep).join('/'),
      text: readFileSync(file, 'utf8'),
    }));
}

function walk(path: string): string[] {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return /\.tsx?$/.test(path) && !/\.test\.tsx?$/.test(path) ? [path] : [];
  return readdirSync(path)
    .sort()
    .flatMap((name) => walk(join(path, name)));
}

/** What a file imports, type-only imports and re-exports included, as written. */
export function importsOf(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  const statements = /(?:^|[\n;])\s*(?:import|export)\s(?:[^'"`;]*?\sfrom\s*)?['"]([^'"]+)['"]/g;
  const calls = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;
  return [...code.matchAll(statements), ...code.matchAll(calls)].map((match) => match[1]!);
}

type Graph = ReadonlyMap<string, readonly string[]>;

/** Where an import leads: a file of this repository, or the name of a package or Node module. */
function resolveImport(from: string, specifier: string): string {
  if (specifier.startsWith('#')) return `src/${specifier.slice(1)}.ts`;
  if (!specifier.startsWith('.')) return specifier;
  return posix.normalize(posix.join(posix.dirname(from), specifier));
}

/** Every broken rule of the house, in the order of the files. */
export function violations(sources: readonly SourceFile[]): Violation[] {
  const graph: Graph = new Map(
    sources.map(({ path, text }) => [path, importsOf(text).map((specifier) => resolveImport(path, specifier))]),
  );
  const edges = [...graph].flatMap(([from, targets]) => targets.map((to) => ({ from, to })));
  return [
    ...edges.flatMap(({ from, to }) =>
      RULES.filter(([, broken]) => broken(from, to)).map(([rule]) => ({ rule, from, to })),
    ),
    ...unlayered(sources),
    ...cycles(graph),
    ...browserUnsafe(graph),
  ];
}

const RULES: readonly (readonly [string, (from: string, to: string) => boolean])[] = [
  ['row', (from, to) => bothPlaced(from, to) && folderOf(from) !== folderOf(to) && rowOf(to) >= rowOf(from)],
  [
    'private-subfolder',
    (from, to) => to.startsWith('src/') && to.split('/').length > 3 && folderOf(from) !== folderOf(to),
  ],
  ['node-only-in', (from, to) => from.startsWith('src/') && to.startsWith('node:') && !MAY_USE_NODE.test(from)],
  ['ui-low', (from, to) => from.startsWith('ui/') && to.startsWith('src/') && rowOf(to) > HIGHEST_UI_ROW],
  ['no-ui-in-src', (from, to) => from.startsWith('src/') && to.startsWith('ui/')],
];

function folderOf(path: string): string {
  return path.startsWith('src/') ? path.split('/')[1]! : '';
}

function rowOf(path: string): number {
  return ROWS.findIndex((row) => row.includes(folderOf(path)));
}

function bothPlaced(from: string, to: string): boolean {
  return rowOf(from) >= 0 && rowOf(to) >= 0;
}

function unlayered(sources: readonly SourceFile[]): Violation[] {
  return sources
    .filter(({ path }) => path.startsWith('src/') && rowOf(path) < 0)
    .map(({ path }) => ({ rule: 'no-unlayered', from: path, to: `src/${folderOf(path)}` }));
}

/** Import cycles, each named once by the edge that closes it in a depth-first walk. */
function cycles(graph: Graph): Violation[] {
  const found: Violation[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const visit = (file: string): void => {
    state.set(file, 'open');
    for (const to of graph.get(file) ?? []) {
      if (state.get(to) === 'open') found.push({ rule: 'no-cycle', from: file, to });
      else if (graph.has(to) && !state.has(to)) visit(to);
    }
    state.set(file, 'done');
  };
  for (const file of graph.keys()) if (!state.has(file)) visit(file);
  return found;
}

/** Node modules that a file of the browser reaches over any number of hops. */
function browserUnsafe(graph: Graph): Violation[] {
  return [...graph.keys()]
    .filter((file) => file.startsWith('ui/') && !file.endsWith('.config.ts'))
    .flatMap((file) => {
      const reached = reachable(graph, file).filter((to) => to.startsWith('node:'));
      return reached.map((to) => ({ rule: 'browser-safe', from: file, to }));
    });
}

function reachable(graph: Graph, start: string): string[] {
  const seen = new Set<string>([start]);
  for (const file of seen) for (const to of graph.get(file) ?? []) seen.add(to);
  return [...seen];
}

/** The rows with the folders that exist, as Mermaid, with the imports between folders: the drawing in ARCHITECTURE.md. */
export function drawing(sources: readonly SourceFile[]): string {
  const folders = new Set(sources.map(({ path }) => folderOf(path)).filter((folder) => folder !== ''));
  const rows = [...ROWS].reverse().map((row, i) => {
    const present = row.filter((folder) => folders.has(folder));
    return `  subgraph row${ROWS.length - 1 - i}["row ${ROWS.length - 1 - i}"]\n${present.map((folder) => `    ${folder}`).join('\n')}\n  end`;
  });
  const arrows = new Set<string>();
  for (const { path, text } of sources) {
    for (const specifier of importsOf(text)) {
      const to = folderOf(resolveImport(path, specifier));
      // lib and model are imported by nearly everything: their arrows would hide the others.
      if (to !== '' && to !== folderOf(path) && folderOf(path) !== '' && to !== 'lib' && to !== 'model') {
        arrows.add(`  ${folderOf(path)} --> ${to}`);
      }
    }
  }
  return ['```mermaid', 'flowchart TB', ...rows, ...[...arrows].sort(), '```'].join('\n');
}

export const repositoryRoot = resolve(dirname(new URL(import.meta.url).pathname), '../..');
