const minute = 60_000;
/** Where the picture stands, in px, one place after the other, so that no edge burns in. */
const places = [
  [0, 0],
  [1, 0],
  [2, 1],
  [1, 2],
  [0, 1],
  [-1, 2],
  [-2, 1],
  [-1, 0],
] as const;
/** A page that someone opened on the wall gives way to the wall again. */
const idleMs = 3 * minute;

/** A screen without keyboard and mouse: no pointer, no sleep, no burn-in, and always back to the wall. */
export function startKiosk(): void {
  document.documentElement.classList.add('kiosk');
  shiftSlowly();
  returnToTheWall();
  void stayAwake();
  document.addEventListener('visibilitychange', () => void stayAwake());
}

function shiftSlowly(): void {
  let turn = 0;
  setInterval(() => {
    turn = (turn + 1) % places.length;
    const [x, y] = places[turn] ?? places[0];
    document.documentElement.style.setProperty('--shift-x', `${x}px`);
    document.documentElement.style.setProperty('--shift-y', `${y}px`);
  }, minute);
}

function returnToTheWall(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const touched = () => {
    clearTimeout(timer);
    timer = setTimeout(() => (location.hash = '#/'), idleMs);
  };
  for (const event of ['pointerdown', 'keydown', 'wheel', 'hashchange']) addEventListener(event, touched);
}

/** The browser lets go of the lock when the page is hidden; only secure contexts have one. */
async function stayAwake(): Promise<void> {
  if (document.visibilityState !== 'visible' || !('wakeLock' in navigator)) return;
  try {
    await navigator.wakeLock.request('screen');
  } catch (error) {
    console.warn('The screen may go to sleep: the browser gives no wake lock.', error);
  }
}
