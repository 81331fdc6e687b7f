const minute = 60_000;
/** A page that someone opened on the wall gives way to the wall again. */
const idleMs = minute;
/** How far the picture wanders from its place, in px; no wider than the margin of the smallest wall allows. */
const reach = 4;
/** Minutes for one way to and fro across and down: with no common measure, so that the picture visits every place. */
const across = 23;
const down = 31;

/** A screen without keyboard and mouse: no pointer, no sleep, no burn-in, and always back to the wall. */
export function startKiosk(): void {
  document.documentElement.classList.add('kiosk');
  shiftSlowly();
  returnToTheWall();
  const lock = new ScreenLock();
  void lock.hold();
  document.addEventListener('visibilitychange', () => void lock.hold());
}

/** True if the address asks for it: `/?kiosk`. */
export function isKiosk(view: Pick<Window, 'location'> = window): boolean {
  return new URLSearchParams(view.location.search).has('kiosk');
}

/** Where the picture stands after so many minutes, in px, never further off than `reach`. */
export function placeAfter(minutes: number): { x: number; y: number } {
  const between = (period: number) => Math.round(reach * Math.sin((2 * Math.PI * minutes) / period));
  return { x: between(across), y: between(down) };
}

function shiftSlowly(): void {
  let minutes = 0;
  setInterval(() => {
    minutes += 1;
    const { x, y } = placeAfter(minutes);
    document.documentElement.style.setProperty('--shift-x', `${x}px`);
    document.documentElement.style.setProperty('--shift-y', `${y}px`);
  }, minute);
}

function returnToTheWall(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const touched = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (location.hash.replace(/^#?\/?$/, '') !== '') location.hash = '#/';
    }, idleMs);
  };
  for (const event of ['pointerdown', 'keydown', 'wheel', 'hashchange']) addEventListener(event, touched);
  // A kiosk that begins on another page than the wall goes there as well.
  touched();
}

/** Keeps the screen awake. The browser lets go of the lock when the page is hidden; only secure pages have one. */
class ScreenLock {
  #held: WakeLockSentinel | null = null;

  /** Asks for the lock unless it is held; a refusal is told on the console, and asked again when the page is shown again. */
  async hold(): Promise<void> {
    if (document.visibilityState !== 'visible' || !('wakeLock' in navigator)) return;
    if (this.#held?.released === false) return;
    try {
      this.#held = await navigator.wakeLock.request('screen');
    } catch (error) {
      console.warn('The screen may go to sleep: the browser gives no wake lock.', error);
    }
  }
}
