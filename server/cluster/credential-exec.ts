import type { CredentialFact } from '#server/facts/api-door.ts';
import type { ConnectLimits } from './connect-limits.ts';
import { aboutPresented } from './credential-check.ts';
import { samePresented, type Credential } from './credential.ts';
import type { ExecAnswer } from './exec-answer.ts';
import { runExecPlugin } from './exec-plugin.ts';
import type { Environment } from './find-kubeconfig.ts';
import { singleFlight } from './single-flight.ts';
import { TransportError } from './transport.ts';
import type { Presented, WayIn } from './way-in.ts';

/** With what a plugin's credential is made. */
export interface ExecCredentialOptions {
  env: Environment;
  clock: () => number;
  limits: Pick<ConnectLimits, 'pluginMs' | 'pluginPauseMs'>;
}

// Asked for anew so long before it expires, or in the last tenth of a short life.
const mostMarginMs = 60_000;
const nothing: Presented = { token: null, certificate: null };

/**
 * A plugin's credential: one run at a time, its answer kept until shortly before it expires and dropped on a 401. Shortly
 * before, a new one is fetched beside the requests, which go on with the old one until it has expired.
 */
export function execCredential({ endpoint, user }: WayIn, options: ExecCredentialOptions): Credential {
  const { env, clock, limits } = options;
  const plugin = user.plugin!;
  const stop = new AbortController();
  let kept: { answer: ExecAnswer; presented: Presented; at: number } | null = null;
  const renewing = singleFlight(run);
  let about = aboutPresented(nothing);
  let problem = '';
  // By the machine's own timer: a clock that is set back must not make the pause last.
  let endedAt = -Infinity;

  async function run(): Promise<void> {
    const answer = await runExecPlugin(plugin, { env, endpoint, limitMs: limits.pluginMs, stop: stop.signal });
    endedAt = performance.now();
    if ('problem' in answer) {
      problem = answer.problem;
      return;
    }
    problem = '';
    const { token, certificate } = answer;
    // Its own certificate is what it presents; one of the kubeconfig beside a token says nothing of the token.
    about = aboutPresented({ token, certificate });
    kept = { answer, at: clock(), presented: { token, certificate: certificate ?? user.presented.certificate } };
  }

  /** A failing plugin is not run for every request: it may cost the owner a log-in or a locked account. */
  const pausing = () => !renewing.busy && performance.now() - endedAt < limits.pluginPauseMs;

  async function present(): Promise<Presented> {
    const left = kept === null ? -1 : leftOf(kept.answer, clock());
    if (kept === null || left <= 0) {
      if (!pausing()) await renewing.run();
    } else if (left < marginOf(kept.answer, kept.at) && !pausing()) {
      void renewing.run();
    }
    // One that has just come and has expired already is presented all the same: clocks differ.
    if (kept !== null && (problem === '' || leftOf(kept.answer, clock()) > 0)) return kept.presented;
    throw new TransportError('no-credentials', problem);
  }

  return {
    present,
    async refused(presented) {
      const another = () => kept !== null && !samePresented(kept.presented, presented);
      if (another() || pausing()) return another();
      if (!renewing.busy) kept = null;
      await renewing.run();
      return another();
    },
    fact: (): CredentialFact => ({
      kind: 'exec',
      from: user.from,
      expiresAt: kept?.answer.expiresAt ?? null,
      ...(kept === null ? aboutPresented(nothing) : about),
      problem,
    }),
    close: () => stop.abort(),
  };
}

function leftOf({ keepUntil }: ExecAnswer, now: number): number {
  return keepUntil === null ? Infinity : keepUntil - now;
}

function marginOf({ keepUntil }: ExecAnswer, at: number): number {
  return keepUntil === null ? 0 : Math.min(mostMarginMs, (keepUntil - at) / 10);
}
