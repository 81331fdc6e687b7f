/** The folder with both programs, or undefined if they cannot be had. */
export function findPrometheus(): string | undefined;
