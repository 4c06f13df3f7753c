/** What panels use of a canvas: a screen's, or one whose drawing becomes a picture. Lengths are CSS pixels. */
export type Surface = Pick<
  CanvasRenderingContext2D,
  | ('fillStyle' | 'strokeStyle' | 'lineWidth' | 'globalAlpha' | 'font' | 'textAlign' | 'textBaseline')
  | ('save' | 'restore' | 'translate' | 'rotate' | 'beginPath' | 'closePath' | 'moveTo' | 'lineTo' | 'rect' | 'arc')
  | ('fillRect' | 'strokeRect' | 'fillText')
> & {
  fill(): void;
  stroke(): void;
  clip(): void;
  measureText(text: string): { readonly width: number };
};
