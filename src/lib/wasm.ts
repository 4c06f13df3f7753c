/** Memory of a kernel, of one thread. Growing it detaches the buffer. */
export interface KernelMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** A WebAssembly module at work, with its memory. */
export interface Kernel<Exports> {
  readonly exports: Exports;
  readonly memory: KernelMemory;
}

declare const WebAssembly: {
  readonly Memory: new (limits: { initial: number }) => KernelMemory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
};

export const PAGE_BYTES = 65_536;

/** Whether kernels are wanted: not with BAROGRAPH_KERNELS=off in the environment, nor where numbers lie the other way round. */
export function kernelsWanted(): boolean {
  const isLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
  return isLittleEndian && process.env['BAROGRAPH_KERNELS'] !== 'off';
}

/** Starts a kernel from its bytes in base64, with memory of so many pages. */
export function startKernel<Exports>(base64: string, pages: number): Kernel<Exports> {
  const memory = new WebAssembly.Memory({ initial: pages });
  const module = new WebAssembly.Module(Buffer.from(base64, 'base64'));
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return { exports: exports as Exports, memory };
}
