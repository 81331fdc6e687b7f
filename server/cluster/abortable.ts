/** The promise, or a rejection with the signal's reason as soon as it aborts; what the promise brings later is dropped. */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    const forget = () => signal.removeEventListener('abort', abort);
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).then(forget, forget);
    if (signal.aborted) abort();
  });
}
