import type { Attachment } from 'svelte/attachments';

/** Heights are fractions of pixels, the room is told in whole ones. */
const halfAPixel = 0.5;

interface Fitting {
  /** Is told how many of the children are left out. */
  tell?: (left: number) => void;
  /** Selects the children of which the first has its place before all else. */
  first?: string;
}

/**
 * For a column of a given height: leaves out the children that do not fit as a whole, in their order. `data-left` marks
 * them (with nothing of them to see, to reach by keyboard or to hear). The first child that `first` selects always stays:
 * in a short form (`data-short`) where its whole form does not fit, and then before all others.
 */
export function onlyWhatFits({ tell = () => undefined, first }: Fitting = {}): Attachment<HTMLElement> {
  return (box) => {
    const look = () => {
      const children = [...box.children].filter((child) => child instanceof HTMLElement);
      const chosen = first === undefined ? undefined : children.find((child) => child.matches(first));
      for (const child of children) leaveOut(child, false);
      chosen?.toggleAttribute('data-short', false);
      const room = box.clientHeight;
      // In a test without layout nothing has a height, and nothing is out of sight.
      if (room === 0) return tell(0);
      if (chosen !== undefined && heightOf(chosen) > room) chosen.toggleAttribute('data-short', true);
      const ranked = chosen === undefined ? children : [chosen, ...children.filter((child) => child !== chosen)];
      const kept = thatFit(ranked, first, room, parseFloat(getComputedStyle(box).rowGap) || 0);
      if (chosen !== undefined) kept.add(chosen);
      for (const child of children) leaveOut(child, !kept.has(child));
      tell(children.length - kept.size);
    };
    const sizes = new ResizeObserver(look);
    sizes.observe(box);
    const contents = new MutationObserver(look);
    contents.observe(box, { childList: true, subtree: true, characterData: true });
    // Letters of a font that came late have another size. A test without layout has no fonts.
    const fonts = document.fonts as FontFaceSet | undefined;
    fonts?.addEventListener('loadingdone', look);
    return () => {
      fonts?.removeEventListener('loadingdone', look);
      sizes.disconnect();
      contents.disconnect();
    };
  };
}

/** Those that fit in `room` px, in their rank. After one that does not, none of its kind: a third step needs the second. */
function thatFit(ranked: HTMLElement[], first: string | undefined, room: number, gap: number): Set<HTMLElement> {
  const kind = (child: HTMLElement) => first !== undefined && child.matches(first);
  const over = new Set<boolean>();
  const kept = new Set<HTMLElement>();
  let used = -gap;
  for (const child of ranked) {
    if (over.has(kind(child))) continue;
    const needed = used + gap + heightOf(child);
    if (needed > room + halfAPixel) over.add(kind(child));
    else {
      used = needed;
      kept.add(child);
    }
  }
  return kept;
}

function heightOf(child: HTMLElement): number {
  return child.getBoundingClientRect().height;
}

function leaveOut(child: HTMLElement, left: boolean): void {
  child.toggleAttribute('data-left', left);
  child.inert = left;
}
