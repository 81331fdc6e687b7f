/** A canvas that takes all and shows nothing, since jsdom has none. Returns the texts that were written on it, in their order. */
export function standInCanvas(): string[] {
  const written: string[] = [];
  HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement) {
    const own: Record<string | symbol, unknown> = {
      canvas: this,
      measureText: (text: string) => ({ width: 10 * text.length }),
      fillText: (text: string) => written.push(text),
    };
    return new Proxy(own, {
      get: (target, name) => (name in target ? target[name] : () => undefined),
      set: (target, name, value) => ((target[name] = value), true),
    });
  } as unknown as typeof HTMLCanvasElement.prototype.getContext;
  globalThis.Path2D ??= class {} as typeof Path2D;
  return written;
}
