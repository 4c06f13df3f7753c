/** Fills a folder with what a picture thread needs. */
export function buildPicture(folder: string): Promise<void>;
