import { defineSeries } from '#server/engine/define-series.ts';

/** How many nodes are ready. */
export const nodesReady = defineSeries({
  series: 'nodes/ready',
  unit: 'count',
  title: () => 'Nodes ready',
  needs: ['node'],
  read(snapshot) {
    const nodes = [...snapshot.facts('node').values()];
    return [{ subject: null, value: nodes.filter(({ conditions }) => conditions['Ready']?.status === 'True').length }];
  },
});
