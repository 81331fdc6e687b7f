import type { DemoAnswer, DemoScenario } from '#shared/demo.ts';
import { demoPlay, TOUR, type DemoPlay } from './demo-play.ts';
import type { Homelab } from './homelab.ts';
import { playScenario, type Play } from './play-scenario.ts';
import { playTour } from './play-tour.ts';
import type { Random } from './random.ts';
import type { Scenario, Stage } from './scenario.ts';
import { scenarios } from './scenarios.ts';
import type { Schedule } from './schedule.ts';

/** Plays scenarios on the demo, one at a time. */
export interface DemoPlayer {
  /** All that can be played, "all well" first, then the tour. */
  offers(): readonly DemoScenario[];
  playing(): DemoAnswer['playing'];
  /** Ends what plays, mends all that it broke at once, and plays this; false if there is no such. */
  play(name: string): boolean;
  stop(): void;
}

/** What a player works with. */
export interface PlayerParts {
  stage: Stage;
  homelab: Homelab;
  schedule: Schedule;
  random: Random;
  first: DemoPlay | null;
  /** Told of a scenario that asks for what the demo does not have. */
  failed: (error: unknown) => void;
}

export function createDemoPlayer({ stage, homelab, schedule, random, first, failed }: PlayerParts): DemoPlayer {
  let playing: DemoAnswer['playing'] = { scenario: 'calm', shows: 'calm', since: schedule.now() };
  let control = new AbortController();

  function begin(play: DemoPlay): void {
    const how: Play = { after: schedule.after, signal: control.signal, calmMs: play.calmMs };
    const since = schedule.now();
    if (play.kind === 'scenario') {
      playing = { scenario: play.scenario.name, shows: play.scenario.name, since };
      playScenario(stage, play.scenario, how).catch(failed);
      return;
    }
    const of = (stop: Scenario | null) => ({ scenario: TOUR, shows: stop?.name ?? null, since: schedule.now() });
    playing = { ...of(null), since };
    playTour(stage, play.stops, { ...how, random, shows: (stop) => (playing = of(stop)) }).catch(failed);
  }

  if (first !== null) begin(first);

  return {
    offers: () => [...menu],
    playing: () => playing,
    play(name) {
      const play = demoPlay(name);
      if (play === null) return false;
      control.abort();
      control = new AbortController();
      homelab.restore();
      // Who asks for a scenario wants to see it; who asks for the tour is shown first what all well looks like.
      begin(play.kind === 'scenario' ? { ...play, calmMs: 0 } : play);
      return true;
    },
    stop: () => control.abort(),
  };
}

const tour: DemoScenario = {
  name: TOUR,
  title: 'The tour',
  about: 'Calm for a while, then one fault after the other, each for a few minutes.',
};

const offers: DemoScenario[] = Object.values(scenarios).map(({ name, title, about }) => ({ name, title, about }));
const menu: readonly DemoScenario[] = [
  ...offers.filter(({ name }) => name === 'calm'),
  tour,
  ...offers.filter(({ name }) => name !== 'calm'),
];
