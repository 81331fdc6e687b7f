import type { Attachment } from 'svelte/attachments';

/** Tells how large an element is inside, in px, whenever that changes. */
export function inSize(tell: (width: number, height: number) => void): Attachment {
  return (element) => {
    const observer = new ResizeObserver((entries) => {
      const { width, height } = entries.at(-1)!.contentRect;
      tell(width, height);
    });
    observer.observe(element);
    return () => observer.disconnect();
  };
}
