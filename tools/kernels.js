// Compiles kernels/*.ts (AssemblyScript) to WebAssembly and writes each as a TypeScript module to its place below src/, so
// that sources, tests and the bundle find the bytes without reading a file. Does nothing when they are already right.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const options = ['--optimizeLevel', '3', '--noAssert', '--runtime', 'stub', '--importMemory', '--initialMemory', '1'];

/** For a kernel in memory of threads, which is created with the most pages that there can be. */
const sharedMemory = ['--enable', 'threads', '--sharedMemory', '--maximumMemory', '65536'];

/** Source and module of each kernel, the name under which the module exports it, and options of its own. */
const kernels = [
  ['kernels/xor.ts', 'src/chunkenc/xor-kernel.gen.ts', 'XOR_KERNEL'],
  ['kernels/resume.ts', 'src/chunkenc/resume-kernel.gen.ts', 'RESUME_KERNEL'],
  ['kernels/columns.ts', 'src/promql/fn/columns-kernel.gen.ts', 'COLUMNS_KERNEL', '--enable', 'simd'],
  ['kernels/floats.ts', 'src/promql/json/floats-kernel.gen.ts', 'FLOATS_KERNEL'],
  ['kernels/crc32c.ts', 'src/lib/crc32c-kernel.gen.ts', 'CRC32C_KERNEL'],
  ['kernels/inflate.ts', 'src/lib/inflate-kernel.gen.ts', 'INFLATE_KERNEL', '--enable', 'simd'],
  ['kernels/page.ts', 'src/exposition/page-kernel.gen.ts', 'PAGE_KERNEL', '--enable', 'simd'],
  ['kernels/snappy.ts', 'src/lib/snappy-kernel.gen.ts', 'SNAPPY_KERNEL'],
  ['kernels/samples.ts', 'src/tsdb/wal/samples-kernel.gen.ts', 'SAMPLES_KERNEL'],
  ['kernels/write.ts', 'src/remote/receive/write-kernel.gen.ts', 'WRITE_KERNEL', '--enable', 'simd'],
  ['kernels/head.ts', 'src/tsdb/head/head-kernel.gen.ts', 'HEAD_KERNEL', ...sharedMemory],
  ['kernels/newest.ts', 'src/tsdb/head/newest-kernel.gen.ts', 'NEWEST_KERNEL', ...sharedMemory],
];

for (const [source, module, name, ...own] of kernels) {
  const state = stateOf(source);
  const path = join(root, module);
  if (existsSync(path) && readFileSync(path, 'utf8').includes(state)) continue;
  console.error(`Compiling ${source} (only when it changed) …`);
  writeFileSync(path, moduleText({ source, state, name }, await compile(source, own)));
}

/** What the bytes depend on. */
function stateOf(source) {
  const hash = createHash('sha256');
  for (const path of [source, 'tools/kernels.js', 'package-lock.json']) hash.update(readFileSync(join(root, path)));
  return hash.digest('hex');
}

async function compile(source, own) {
  const { main } = await import('assemblyscript/asc');
  let bytes = null;
  const { error, stderr } = await main([source, '--outFile', 'kernel.wasm', ...options, ...own], {
    readFile: (name, folder) => {
      const path = join(root, folder === '.' ? '' : folder, name);
      return existsSync(path) ? readFileSync(path, 'utf8') : null;
    },
    writeFile: (_, contents) => {
      bytes = contents;
    },
    listFiles: () => [],
  });
  if (!error && bytes) return bytes;
  process.stderr.write(`${stderr.toString()}\n${source} could not be compiled: ${error?.message}\n`);
  process.exit(1);
}

function moduleText({ source, state, name }, bytes) {
  const text = Buffer.from(bytes).toString('base64');
  return `// Made from ${source} by tools/kernels.js.\n// ${state}\n\n/** The bytes of the WebAssembly module, in base64. */\nexport const ${name} =\n  '${text}';\n`;
}
