import { dirname, resolve } from 'node:path';
import { BarographError, invariant, type SourcePosition } from './errors.ts';
import { nodeAt, nodePosition, parseYaml, type YamlNode, YamlSource } from './yaml.ts';

/** The answer of a decoder that has reported why there is no value. */
export const INVALID: unique symbol = Symbol('invalid');
export type Invalid = typeof INVALID;

/** One step of a key path: a key of a map or an index of a list. */
export type PathStep = string | number;

/** Says that something is wrong at a key (or deeper path) of the object being checked, or at the object as a whole. */
export type Report = (message: string, at?: PathStep | readonly PathStep[], hint?: string) => void;

/** One thing wrong with a configuration file. */
export interface Problem {
  readonly at: SourcePosition;
  /** The key path from the top of the file, `scrape_configs[2].scrape_timeout`; empty for the file as a whole. */
  readonly path: string;
  /** What is wrong; holds upstream's words where people search for them. */
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string | undefined;
}

/** Where a decoded object or list stood in its file. */
export interface Origin {
  readonly at: SourcePosition;
  readonly path: string;
}

interface Place {
  readonly node: YamlNode;
  readonly steps: readonly PathStep[];
}

/** Places of decoded objects and lists, so that what is found out later can still be shown in the file. */
const places = new WeakMap<object, Place>();

/** Where a decoded object or list came from; undefined for values that were not decoded from a file. */
export function originOf(value: object): Origin | undefined {
  const place = places.get(value);
  return place === undefined ? undefined : { at: nodePosition(place.node), path: formatPath(place.steps) };
}

/** Gives `value`, built from the decoded `original`, the same origin. Returns `value`. */
export function withOrigin<T extends object>(value: T, original: object): T {
  const place = places.get(original);
  if (place !== undefined) places.set(value, place);
  return value;
}

/** How a text is decoded. */
export interface DecodingOptions {
  /** The file the text came from: named in positions, and references to files start in its directory. */
  readonly file?: string | undefined;
  readonly ignoreUnknownKeys?: boolean | undefined;
  /** For schemas of texts that can be read in more than one way: which one. */
  readonly dialect?: string | undefined;
}

/**
 * The state of decoding one file: where references to files are resolved, where in the tree the decoder stands, and
 * every problem found so far, in the order they were found. One use, not shared.
 */
export class Decoding {
  readonly problems: Problem[] = [];
  /** Absolute directory against which file references are resolved. */
  readonly directory: string;
  /** Keys nobody knows are passed over instead of reported. */
  readonly ignoreUnknownKeys: boolean;
  /** '' unless it was chosen. */
  readonly dialect: string;
  readonly #path: PathStep[] = [];

  constructor(options: DecodingOptions) {
    this.directory = options.file === undefined ? process.cwd() : dirname(resolve(options.file));
    this.ignoreUnknownKeys = options.ignoreUnknownKeys ?? false;
    this.dialect = options.dialect ?? '';
  }

  /** Notes a problem at `node`, with the path of the decoder plus `steps`. */
  report(
    node: YamlNode,
    message: string,
    details: { hint?: string | undefined; steps?: readonly PathStep[] } = {},
  ): void {
    const path = formatPath([...this.#path, ...(details.steps ?? [])]);
    this.problems.push({ at: nodePosition(node), path, message, hint: details.hint });
  }

  /** Notes a problem at a key of an object decoded earlier, or at the object itself. */
  reportAt(value: object, message: string, steps: readonly PathStep[] = [], hint?: string): void {
    const place = places.get(value);
    invariant(place !== undefined, 'a problem is reported of a value that no file holds');
    const at = nodePosition(nodeAt(place.node, steps));
    this.problems.push({ at, path: formatPath([...place.steps, ...steps]), message, hint });
  }

  /** A way to report problems of an object decoded earlier, with paths inside it. */
  reportOn(value: object): Report {
    return (message, at, hint) =>
      this.reportAt(value, message, at === undefined ? [] : typeof at === 'object' ? at : [at], hint);
  }

  /**
   * As `reportOn`, but silent when something inside the object was wrong already: what was left out of it may be the
   * only reason for a further complaint.
   */
  reportOnSound(value: object): Report {
    const path = originOf(value)?.path;
    return path !== undefined && this.hasProblemsUnder(path) ? () => {} : this.reportOn(value);
  }

  /** True when something at or under a key path was wrong: what is missing there may not be missing. */
  hasProblemsUnder(key: string): boolean {
    return !isSound(this.problems, key);
  }

  /** Where the decoder stands. */
  get path(): readonly PathStep[] {
    return this.#path;
  }

  /** Runs `decode` one step deeper in the tree. */
  within<T>(step: PathStep, decode: () => T): T {
    this.#path.push(step);
    try {
      return decode();
    } finally {
      this.#path.pop();
    }
  }

  /** Remembers where a decoded object stands, for `reportAt` and `originOf`. Returns the object. */
  locate<T extends object>(value: T, node: YamlNode): T {
    places.set(value, { node, steps: [...this.#path] });
    return value;
  }
}

/** True when none of the problems stands at or under a key path. */
export function isSound(problems: readonly Problem[], key: string): boolean {
  return !problems.some(({ path }) => path === key || path.startsWith(`${key}.`) || path.startsWith(`${key}[`));
}

/** `['a', 2, 'b']` as `a[2].b`. */
function formatPath(steps: readonly PathStep[]): string {
  let out = '';
  for (const step of steps) {
    if (typeof step === 'number') out += `[${step}]`;
    else out += out === '' ? step : `.${step}`;
  }
  return out;
}

/** `file:line:column: path: message (hint)`, the one line a person sees. */
export function formatProblem(problem: Problem): string {
  const { file, line, column } = problem.at;
  const place = `${file === undefined ? '' : `${file}:`}${line}:${column}: `;
  const path = problem.path === '' ? '' : `${problem.path}: `;
  const hint = problem.hint === undefined ? '' : ` (${problem.hint})`;
  return `${place}${path}${problem.message}${hint}`;
}

/**
 * What decoding a text gave: a value when one could be built, and what was wrong, in the order of the file. Use the
 * value only without problems.
 */
export interface Decoded<T> {
  readonly value: T | undefined;
  readonly problems: readonly Problem[];
}

/**
 * Parses a text and hands its first document (undefined for an empty text) to `decode`. A text that is not YAML gives
 * one problem. Never throws for bad input.
 */
export function decodeText<T>(
  text: string,
  options: DecodingOptions,
  decode: (document: YamlNode | undefined, decoding: Decoding, others: number) => T | Invalid,
): Decoded<T> {
  const decoding = new Decoding(options);
  let documents: YamlNode[];
  try {
    documents = parseYaml(text, options.file);
  } catch (error) {
    if (!(error instanceof BarographError) || error.at === undefined) throw error;
    return { value: undefined, problems: [{ at: error.at, path: '', message: error.message, hint: error.hint }] };
  }
  const value = decode(documents[0], decoding, documents.length - 1);
  return { value: value === INVALID ? undefined : value, problems: inFileOrder(decoding.problems) };
}

function inFileOrder(problems: readonly Problem[]): Problem[] {
  return [...problems].sort((a, b) => a.at.line - b.at.line || a.at.column - b.at.column);
}

/** A null at the start of a file, for a document that is not there: what is missing in it can then be reported. */
export function emptyDocument(file?: string): YamlNode {
  const source = new YamlSource('', file);
  return { kind: 'scalar', text: '', style: 'plain', tag: '', source, start: 0, contentStart: 0, contentEnd: 0 };
}

/** All problems as one `bad-config` error: one line for each, positioned at the first. Nothing when there are none. */
export function throwProblems(problems: readonly Problem[], what: string): void {
  const [first] = problems;
  if (first === undefined) return;
  throw new BarographError([what, ...problems.map(formatProblem)].join('\n'), {
    kind: 'bad-config',
    code: 'invalid-config',
    hint: 'correct the places named above and load the file again',
    at: first.at,
  });
}
