/** What jsdom lacks, since it lays nothing out: sizes never change, and the screen is as wide as a test says. */
class NoSizes implements ResizeObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}
globalThis.ResizeObserver ??= NoSizes;

let width = 1920;
let height = 1080;

/** Sets the screen that `matchMedia` answers for; before the module that asks is loaded. */
export function setScreen(toWidth: number, toHeight: number): void {
  width = toWidth;
  height = toHeight;
}

window.matchMedia = (query) => {
  const narrow = /width < (\d+)px/.exec(query);
  const high = /height >= (\d+)px/.exec(query);
  const matches = narrow !== null ? width < Number(narrow[1]) : high !== null && height >= Number(high[1]);
  return Object.assign(new EventTarget(), {
    matches,
    media: query,
    onchange: null,
    addListener: () => undefined,
    removeListener: () => undefined,
  });
};
window.scrollTo = () => undefined;
