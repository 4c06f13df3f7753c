import { Dialog as Primitive } from 'radix-ui';
import { type ReactNode, useState } from 'react';
import { Icon } from './icon.tsx';

export interface DialogProps {
  readonly title: string;
  readonly close: () => void;
  readonly wide?: boolean;
  readonly testId?: string;
  readonly children: ReactNode;
}

/** A window over the page that keeps the focus until it is closed with Esc, its button or a click beside it. */
export function Dialog({ title, close, wide = false, testId, children }: DialogProps) {
  const giveBack = useFocusBack();
  return (
    <Primitive.Root open onOpenChange={(open) => (open ? undefined : close())}>
      <Primitive.Portal>
        <Primitive.Overlay className="dialog-shade" />
        <Primitive.Content
          className={wide ? 'dialog wide' : 'dialog'}
          aria-describedby={undefined}
          onCloseAutoFocus={giveBack}
          data-testid={testId ?? 'dialog'}
        >
          <div className="dialog-head">
            <Primitive.Title>{title}</Primitive.Title>
            <Primitive.Close className="button icon quiet" aria-label="Close">
              <Icon name="close" />
            </Primitive.Close>
          </div>
          {children}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

/** What a window does when it closes: it gives the focus back to what had it, for those who go on with keys. */
export function useFocusBack(): (event: Event) => void {
  const [before] = useState(() => document.activeElement);
  return (event) => {
    event.preventDefault();
    if (before instanceof HTMLElement) before.focus();
  };
}
