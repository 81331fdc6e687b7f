import { defineSeries } from '#server/engine/define-series.ts';

/** How long the API takes to answer; nothing while it does not. */
export const apiLatency = defineSeries({
  series: 'control-plane/latency',
  unit: 'ms',
  title: () => 'The API answers in',
  needs: ['apiDoor'],
  limitsOf: 'control-plane/api-slow',
  read(snapshot) {
    const door = snapshot.facts('apiDoor').get('api');
    const answered = door?.outcome === 'ready' || door?.outcome === 'not-ready';
    return answered && door.latencyMs !== null ? [{ subject: null, value: door.latencyMs }] : [];
  },
});
