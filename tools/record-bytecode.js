// Runs a module of the program and, when the process is told to, writes the bytecode of the functions that it has called.
// Each thread of a rehearsal runs this instead of its module alone.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { BroadcastChannel, isMainThread } from 'node:worker_threads';

const channel = new BroadcastChannel('barograph-bytecode');

/** Runs the module whose file this is. */
export async function recordBytecode(url) {
  // Else V8 forgets what was not called for a while. Flags are those of all threads.
  if (isMainThread) setFlagsFromString('--no-flush-bytecode');
  const { bytecodePath, compileModule, runModule } = await import(new URL('./cached-module.js', url).href);
  const file = fileURLToPath(url);
  const script = compileModule(file);
  const record = () => ({ path: bytecodePath(file), bytes: script.createCachedData() });
  if (isMainThread) recordAll(record);
  else answer(record);
  runModule(file, script);
}

/** Writes the bytecode of all threads when the parent process asks for it; of threads with the same module the largest. */
function recordAll(record) {
  let workers = 0;
  const found = [];
  let isComplete = () => {};
  channel.onmessage = ({ data }) => {
    if (data === 'begun') workers++;
    else if (data.path !== undefined) found.push(data);
    isComplete();
  };
  channel.unref();
  process.once('message', async () => {
    // V8 refuses bytecode of other flags than its own.
    setFlagsFromString('--flush-bytecode');
    channel.postMessage('record');
    await new Promise((resolve) => {
      isComplete = () => found.length >= workers && resolve();
      isComplete();
    });
    found.sort((a, b) => a.bytes.length - b.bytes.length);
    for (const { path, bytes } of [...found, record()]) writeFileSync(path, bytes);
    process.send('recorded');
  });
}

function answer(record) {
  channel.onmessage = ({ data }) => {
    if (data === 'record') channel.postMessage(record());
  };
  channel.unref();
  channel.postMessage('begun');
}
