/** Loads a part of the page when it is first asked for; from then on it is there at once, so that nothing is drawn without it. */
export function loadedOnce<Part>(load: () => Promise<Part>): () => Part | Promise<Part> {
  let loaded: Part | undefined;
  return () =>
    loaded ??
    load().then((part) => {
      loaded = part;
      return part;
    });
}
