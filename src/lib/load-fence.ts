const word = new Int32Array(1);

/** What was read from shared memory before it was read before anything that is read after it. Dear: for many reads at once. */
export function loadFence(): void {
  // Adding nothing keeps the order, which a mere load would not.
  Atomics.add(word, 0, 0);
}
