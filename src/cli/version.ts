declare const __BAROGRAPH_VERSION__: string | undefined;

/** The version of package.json, put in by the build. */
export const VERSION: string = typeof __BAROGRAPH_VERSION__ === 'string' ? __BAROGRAPH_VERSION__ : 'dev';
