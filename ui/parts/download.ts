/** Hands a text to the person as a file. */
export function download(name: string, content: string, type: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name.replaceAll(/[^\w. -]/g, '_');
  link.click();
  URL.revokeObjectURL(url);
}
