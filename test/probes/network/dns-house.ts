import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** What a name has: addresses of each family, null for a question that is never answered. */
export interface Named {
  four: readonly string[] | null;
  /** All eight groups, as there is no need to read them otherwise. */
  six: readonly string[] | null;
}

/** A real DNS server of one UDP port. */
export interface DnsHouse {
  /** `127.0.0.1:port`, as `resolver` takes it. */
  resolver: string;
  /** Names and families in the order in which they were asked for: "git.example A". */
  readonly asked: string[];
}

/** A DNS server that knows what `named` says, and nothing (NXDOMAIN) where that says undefined. */
export async function dnsHouse(named: (name: string, time: number) => Named | undefined): Promise<DnsHouse> {
  const server = createSocket('udp4');
  const asked: string[] = [];
  server.on('message', (query, { port, address }) => {
    const { name, isFour, question } = readQuery(query);
    const key = `${name} ${isFour ? 'A' : 'AAAA'}`;
    asked.push(key);
    const known = named(name, asked.filter((each) => each === key).length);
    const addresses = known === undefined ? [] : isFour ? known.four : known.six;
    if (addresses === null) return;
    server.send(answer(query, question, known !== undefined, isFour, addresses), port, address);
  });
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { resolver: `127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

function readQuery(query: Buffer): { name: string; isFour: boolean; question: Buffer } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at]!; length > 0; length = query[at]!) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const question = query.subarray(12, at + 5);
  return { name: labels.join('.'), isFour: question.readUInt16BE(question.length - 4) === 1, question };
}

function answer(
  query: Buffer,
  question: Buffer,
  known: boolean,
  isFour: boolean,
  addresses: readonly string[],
): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt16BE(query.readUInt16BE(0), 0);
  header.writeUInt16BE(known ? 0x8180 : 0x8183, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(addresses.length, 6);
  const records = addresses.map((address) => {
    const bytes = isFour
      ? address.split('.').map(Number)
      : address.split(':').flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]);
    return Buffer.from([0xc0, 12, 0, isFour ? 1 : 28, 0, 1, 0, 0, 0, 60, 0, bytes.length, ...bytes]);
  });
  return Buffer.concat([header, question, ...records]);
}
