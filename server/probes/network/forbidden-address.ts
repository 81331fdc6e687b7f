import { BlockList, isIPv4 } from 'node:net';
import type { TcpAsk } from '#server/cluster/network.ts';

const loopback = blockList(
  [
    ['127.0.0.0', 8],
    // Linux leads it to the machine itself.
    ['0.0.0.0', 8],
  ],
  [
    ['::1', 128],
    ['::', 128],
  ],
);
const linkLocal = blockList(
  [
    ['169.254.0.0', 16],
    ['0.0.0.0', 8],
    ['224.0.0.0', 4],
    ['255.255.255.255', 32],
  ],
  [
    ['fe80::', 10],
    ['::', 128],
    ['ff00::', 8],
    // Where a large cloud keeps its metadata beside 169.254.169.254.
    ['fd00:ec2::254', 128],
  ],
);

function blockList(four: readonly [string, number][], six: readonly [string, number][]): BlockList {
  const list = new BlockList();
  for (const [net, prefix] of four) list.addSubnet(net, prefix, 'ipv4');
  for (const [net, prefix] of six) list.addSubnet(net, prefix, 'ipv6');
  return list;
}

/**
 * Why this very address may not be connected to, "" if it may: that of the link, none at all, to many, or of the wall's own
 * machine, in whatever way IPv6 writes it. 0.0.0.0 is both none at all and the machine itself.
 */
export function whyForbidden(address: string, may: Pick<TcpAsk, 'linkLocal' | 'loopback'>): string {
  const ways = waysToWrite(address.replace(/%.*$/, ''));
  const isIn = (list: BlockList) => ways.some((each) => list.check(each, isIPv4(each) ? 'ipv4' : 'ipv6'));
  if (!may.linkLocal && isIn(linkLocal)) return 'an address of the link, of nobody or of many';
  if (!may.loopback && isIn(loopback)) return "an address of the wall's own machine";
  return '';
}

// ::/96 (long out of use), ::ffff:0:0/96 (IPv4 in IPv6), ::ffff:0:0:0/96 (translated), 64:ff9b::/96 (NAT64): the last 32 bits.
// Below 1.0.0.0 the first one is no IPv4 address but `::` and `::1`.
const holdsFour =
  /^(?:0:0:0:0:0:0(?!:[0-9a-f]{1,2}:)|0:0:0:0:0:ffff|0:0:0:0:ffff:0|64:ff9b:0:0:0:0):([0-9a-f]+):([0-9a-f]+)$/;
// 2002::/16 (6to4): the 32 bits behind.
const holdsFourBehind = /^2002:([0-9a-f]+):([0-9a-f]+):/;

/** The address, and the IPv4 address that it holds if it holds one. */
function waysToWrite(address: string): string[] {
  if (isIPv4(address)) return [address];
  const written = inFull(address);
  const [, high, low] = holdsFour.exec(written) ?? holdsFourBehind.exec(written) ?? [];
  if (high === undefined || low === undefined) return [address];
  const bits = Number.parseInt(high, 16) * 65_536 + Number.parseInt(low, 16);
  return [address, [24, 16, 8, 0].map((shift) => Math.floor(bits / 2 ** shift) % 256).join('.')];
}

/** All eight groups of an IPv6 address, without leading zeros, in small letters. */
function inFull(address: string): string {
  // WHATWG writes IPv4 parts as groups.
  const canonical = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  if (tail === undefined) return canonical;
  const missing = 8 - groups(head).length - groups(tail).length;
  return [...groups(head), ...Array<string>(missing).fill('0'), ...groups(tail)].join(':');
}
