import type { Attachment } from 'svelte/attachments';

/**
 * For a box whose children wrap into a column that nobody sees when they do not fit as a whole: takes those out of reach
 * of keyboard and screen reader, and tells how many there are.
 */
export function onlyWhatFits(tell: (left: number) => void = () => undefined): Attachment<HTMLElement> {
  return (box) => {
    const look = () => {
      const edge = box.getBoundingClientRect().right;
      const children = [...box.children].filter((child) => child instanceof HTMLElement);
      // A child of no width (in a test without layout) is not out of sight.
      for (const child of children) child.inert = edge > 0 && child.getBoundingClientRect().left >= edge;
      tell(children.filter(({ inert }) => inert).length);
    };
    const sizes = new ResizeObserver(look);
    sizes.observe(box);
    const contents = new MutationObserver(look);
    contents.observe(box, { childList: true, subtree: true, characterData: true });
    return () => {
      sizes.disconnect();
      contents.disconnect();
    };
  };
}
