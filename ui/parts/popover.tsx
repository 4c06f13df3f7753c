import { Popover as Primitive } from 'radix-ui';
import type { ReactNode, RefObject } from 'react';

export interface PopoverProps {
  /** What it hangs on: a press on it does not count as one beside the popover. */
  readonly anchor: RefObject<HTMLElement | null>;
  readonly close: () => void;
  readonly className: string;
  readonly children: ReactNode;
}

/**
 * A small window that hangs on a button and takes the focus, until Esc or a press beside it. Load it lazily: placing it
 * takes more code than most pages have.
 */
export function Popover({ anchor, close, className, children }: PopoverProps) {
  return (
    <Primitive.Root open onOpenChange={(open) => (open ? undefined : close())}>
      <Primitive.Anchor virtualRef={anchor as RefObject<HTMLElement>} />
      <Primitive.Portal>
        <Primitive.Content
          className={`popover ${className}`}
          sideOffset={4}
          align="end"
          collisionPadding={4}
          onInteractOutside={(event) => {
            if (anchor.current?.contains(event.target as Node) === true) event.preventDefault();
          }}
          onCloseAutoFocus={() => anchor.current?.focus()}
        >
          {children}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
