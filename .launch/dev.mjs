// Runs the server as it is (type stripping, started anew when a file of it changes) and the page on Vite's dev server,
// which passes the doors on to it. One address, and both end together.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

// The page fetches itself anew when the server is of another build; here both are always of the same.
process.env.CLUSTERWALL_BUILD = 'dev';
process.env.HOST ||= '127.0.0.1';
process.env.PORT ||= '8080';

const { createServer } = await import('vite');
const page = await createServer({ clearScreen: false, logLevel: 'warn' });
await page.listen();

const flags = ['--watch', '--watch-preserve-output', '--enable-source-maps'];
const server = spawn(process.execPath, [...flags, 'server/main.ts'], { stdio: ['ignore', 'pipe', 'inherit'] });
createInterface(server.stdout).on('line', (line) => {
  // The server's own address shows the page as it was last built: only Vite's is to be opened.
  if (!line.startsWith('clusterwall: open ')) console.log(line);
});
console.log(`clusterwall: open ${page.resolvedUrls.local[0]}`);

let ending = false;
async function end(code) {
  if (ending) return;
  ending = true;
  server.kill('SIGTERM');
  await page.close();
  process.exit(code);
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => end(0));
server.on('exit', (code) => end(code ?? 1));
