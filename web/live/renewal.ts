/** What `Renewal` needs of the browser. */
export interface Browser {
  fetch: (path: string) => Promise<Response>;
  reload: () => void;
}

const browser: Browser = {
  fetch: (path) => fetch(path, { cache: 'no-store', signal: AbortSignal.timeout(5_000) }),
  reload: () => location.reload(),
};

/** Fetches the page anew when the server is of another build than at first, and never into an error page. */
export class Renewal {
  #first: string | null = null;
  #trying = false;
  readonly #browser: Browser;

  constructor(replacement: Browser = browser) {
    this.#browser = replacement;
  }

  /** Takes the build that the server says it is; tries again at every call until the new page can be had. */
  async seen(build: string): Promise<void> {
    this.#first ??= build;
    if (build === this.#first || this.#trying) return;
    this.#trying = true;
    try {
      if (await this.#pageIsThere()) this.#browser.reload();
    } catch (error) {
      console.warn('The new page cannot be fetched yet; it is tried again at the next heartbeat.', error);
    } finally {
      this.#trying = false;
    }
  }

  async #pageIsThere(): Promise<boolean> {
    const alive = await this.#browser.fetch('/healthz');
    const page = await this.#browser.fetch('/');
    // A proxy in between may answer 200 with a page of its own.
    return alive.ok && page.ok && (await page.text()).includes('id="clusterwall"');
  }
}
