import { useVirtualizer, useWindowVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';

export interface VirtualListProps<T> {
  readonly items: readonly T[];
  /** Stable across refreshes: an item keeps its measured height and its open details by it. */
  readonly keyOf: (item: T, index: number) => string;
  /** The height of an item that was not drawn yet, in CSS pixels. */
  readonly estimate: number;
  readonly children: (item: T, index: number) => ReactNode;
  readonly className?: string;
}

/** A list as long as the page that draws only the items in sight; the page itself scrolls. */
export function VirtualList<T>({ items, keyOf, estimate, children, className }: VirtualListProps<T>) {
  const root = useRef<HTMLDivElement>(null);
  const [offset, setOffset] = useState(0);
  useLayoutEffect(() => {
    const top = (root.current?.getBoundingClientRect().top ?? 0) + window.scrollY;
    setOffset((before) => (Math.abs(before - top) < 1 ? before : top));
  });
  const virtual = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => estimate,
    getItemKey: (index) => keyOf(items[index]!, index),
    overscan: 12,
    scrollMargin: offset,
  });
  return (
    <div ref={root} className={className} style={{ position: 'relative', height: virtual.getTotalSize() }}>
      {virtual.getVirtualItems().map(({ key, index, start }) => (
        <div
          key={key}
          data-index={index}
          ref={virtual.measureElement}
          className="virtual-item"
          style={{ transform: `translateY(${start - offset}px)` }}
        >
          {children(items[index]!, index)}
        </div>
      ))}
    </div>
  );
}

/** The same inside a box that scrolls by itself; `className` gives the box its height. */
export function VirtualBox<T>({ items, keyOf, estimate, children, className }: VirtualListProps<T>) {
  const root = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => root.current,
    estimateSize: () => estimate,
    getItemKey: (index) => keyOf(items[index]!, index),
    overscan: 12,
  });
  return (
    <div ref={root} className={className}>
      <div style={{ position: 'relative', height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ key, index, start }) => (
          <div
            key={key}
            data-index={index}
            ref={virtual.measureElement}
            className="virtual-item"
            style={{ transform: `translateY(${start}px)` }}
          >
            {children(items[index]!, index)}
          </div>
        ))}
      </div>
    </div>
  );
}
