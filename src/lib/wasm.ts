/** Memory of a kernel, of one thread. Growing it detaches the buffer. */
export interface KernelMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
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

/** Memory of so many pages, for kernels that are started with it. Throws when there is none. */
export function newKernelMemory(pages: number): KernelMemory {
  return new WebAssembly.Memory({ initial: pages });
}

/** Starts a kernel from its bytes in base64, in a memory of its own or with others. */
export function startKernelIn<Exports>(base64: string, memory: KernelMemory): Exports {
  return startModule<Exports, KernelMemory>(compileKernel(base64), memory);
}

/** A kernel that can be started in any number of memories. */
export type KernelModule = object;

export function compileKernel(base64: string): KernelModule {
  return new WebAssembly.Module(Buffer.from(base64, 'base64'));
}

/** Starts a compiled kernel in a memory of the kind that it was compiled for. */
export function startModule<Exports, Memory>(module: KernelModule, memory: Memory): Exports {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as Exports;
}
