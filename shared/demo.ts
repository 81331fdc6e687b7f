/** A scenario as it stands on the menu of the demo. */
export interface DemoScenario {
  name: string;
  /** A few plain words: "A node is lost and comes back". */
  title: string;
  /** A sentence: what happens. */
  about: string;
}

/** Answer of `GET /api/demo` and `POST /api/demo`, which only the demo has. */
export interface DemoAnswer {
  /** All that can be played: all well first, then the tour, then each scenario. */
  scenarios: readonly DemoScenario[];
  playing: {
    /** `calm`, `tour`, or the name of a scenario. */
    scenario: string;
    /** The scenario that is to be seen just now; null while the tour is calm. */
    shows: string | null;
    /** Epoch ms. */
    since: number;
  };
}
