import '@fontsource-variable/atkinson-hyperlegible-next/wght.css';
import '@fontsource/atkinson-hyperlegible-mono/latin-400.css';
import { mount } from 'svelte';

import App from './App.svelte';
import { isKiosk, startKiosk } from './live/kiosk.ts';
import { openWall } from './live/open-wall.ts';
import './style/page.css';
import './style/tokens.css';

const target = document.getElementById('clusterwall');
if (target === null) throw new Error('index.html has no element #clusterwall to draw in');
if (isKiosk()) startKiosk();
// What stood there while the script was on its way.
target.replaceChildren();
mount(App, { target, props: { wall: openWall() } });
