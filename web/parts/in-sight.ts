import type { Attachment } from 'svelte/attachments';

/** What is nearly in sight is made ready, in px. */
const aheadPx = 200;

/** Tells whether an element is on the screen or close to it, now and whenever that changes. */
export function inSight(tell: (seen: boolean) => void): Attachment {
  return (element) => {
    // A test without layout has nothing in sight and nothing out of it.
    if (!('IntersectionObserver' in window)) {
      tell(true);
      return;
    }
    const observer = new IntersectionObserver((entries) => tell(entries.at(-1)?.isIntersecting === true), {
      rootMargin: `${aheadPx}px 0px`,
    });
    observer.observe(element);
    return () => observer.disconnect();
  };
}
