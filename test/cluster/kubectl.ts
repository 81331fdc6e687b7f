import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** Runs kubectl and returns what it printed. Throws with what it wrote to standard error. */
export async function runKubectl(program: string, args: readonly string[], input = ''): Promise<string> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  child.stdin.end(input);
  const [output, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')} failed: ${errors.trim()}`);
  return output;
}
