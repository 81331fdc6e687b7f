/** Path of a Chromium, or undefined if none can be had. */
export function findBrowser(): string | undefined;
