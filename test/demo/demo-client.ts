import { createDemo, type DemoCluster, type DemoOptions } from '#server/cluster/demo/create-demo.ts';
import { createHandClock, type HandClock } from './hand-clock.ts';

/** A parsed answer. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  text: string;
  // Tests look into answers of many shapes.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  json: any;
}

/** One line of a watch. */
export interface WatchLine {
  type: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  object: any;
}

/** A watch that collects what it is told. */
export interface OpenWatch {
  lines: WatchLine[];
  text: () => string;
  aliveAt: number[];
  /** null while open, "end" after a clean end, else the failure. */
  over: () => string | null;
  stop(): void;
}

/** A demo with a clock moved by hand, and a client for it. */
export interface DemoBench {
  demo: DemoCluster;
  clock: HandClock;
  get(path: string, headersTimeoutMs?: number): Promise<Answer>;
  watch(path: string): Promise<OpenWatch>;
}

export function createBench(options: Partial<DemoOptions> = {}): DemoBench {
  const clock = createHandClock();
  const demo = createDemo({ clock: clock.now, setTimer: clock.setTimer, seed: 7, ...options });
  const { transport } = demo.connection;

  async function get(path: string, headersTimeoutMs = 30_000): Promise<Answer> {
    const asked = transport.request({ path, signal: new AbortController().signal, headersTimeoutMs });
    const response = await clock.until(asked, headersTimeoutMs + 1000);
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body) text += decoder.decode(chunk, { stream: true });
    const json = response.headers['content-type'] === 'application/json' ? JSON.parse(text) : null;
    return { status: response.status, headers: response.headers, text, json };
  }

  async function watch(path: string): Promise<OpenWatch> {
    const control = new AbortController();
    const response = await clock.until(transport.request({ path, signal: control.signal, headersTimeoutMs: 30_000 }));
    const decoder = new TextDecoder();
    const aliveAt: number[] = [];
    response.onAlive((at) => aliveAt.push(at));
    let text = '';
    let over: string | null = null;
    async function read(): Promise<void> {
      for await (const chunk of response.body) text += decoder.decode(chunk, { stream: true });
    }
    read().then(
      () => (over = 'end'),
      (error: { failure?: string }) => (over = error.failure ?? String(error)),
    );
    await clock.pass(1);
    return {
      get lines() {
        return text
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line) as WatchLine);
      },
      text: () => text,
      aliveAt,
      over: () => over,
      stop: () => control.abort(),
    };
  }

  return { demo, clock, get, watch };
}
