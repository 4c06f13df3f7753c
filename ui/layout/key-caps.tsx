const NAMES: Readonly<Record<string, string>> = {
  left: '←',
  right: '→',
  up: '↑',
  down: '↓',
  mod: 'Ctrl',
  shift: 'Shift',
  enter: 'Enter',
  esc: 'Esc',
};

/** What is pressed at once, as it stands on the keys. */
function chordText(chord: string): string {
  if (chord === '-') return '-';
  return chord
    .split('+')
    .map((key) => NAMES[key] ?? key)
    .join(' ');
}

/** Keys as text: `d k`, `Ctrl z`. */
export function keysText(keys: string): string {
  return keys.split(' ').map(chordText).join(' ');
}

/** Keys as they look. */
export function KeyCaps({ keys }: { readonly keys: string }) {
  return (
    <span>
      {keys.split(' ').map((chord) => (
        <kbd key={chord}>{chordText(chord)}</kbd>
      ))}
    </span>
  );
}
