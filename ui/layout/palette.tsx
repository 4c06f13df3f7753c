export function Palette({ close }: { readonly close: () => void }) { return <button type="button" onClick={close}>x</button>; }
