import { createBuilder } from 'vite';

/** Builds the page alone, into dist/web. */
const builder = await createBuilder();
const client = builder.environments['client'];
if (client === undefined) throw new Error('vite.config.ts has no environment "client"');
await builder.build(client);
