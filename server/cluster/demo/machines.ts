/** The computer under a node. */
export interface Machine {
  name: string;
  address: string;
  controlPlane: boolean;
  cpus: number;
  memoryKi: number;
  diskKi: number;
  osImage: string;
  kernel: string;
  /** Since when it belongs to the cluster, and runs since its last boot, in hours before the demo began. */
  ageHours: number;
  upHours: number;
}

/** The four machines of the demo: a small one in front, three NUCs with disks. */
export const machines: readonly Machine[] = [
  {
    ...{ name: 'kmaster', address: '192.168.1.10', controlPlane: true, cpus: 4, memoryKi: 8_053_064 },
    ...{ diskKi: 122_497_332, ageHours: 9912, upHours: 1129, ...debian() },
  },
  {
    ...{ name: 'nuc0', address: '192.168.1.11', controlPlane: false, cpus: 4, memoryKi: 16_251_908 },
    ...{ diskKi: 479_148_900, ageHours: 9911, upHours: 1127, ...debian() },
  },
  {
    ...{ name: 'nuc1', address: '192.168.1.12', controlPlane: false, cpus: 4, memoryKi: 16_251_912 },
    ...{ diskKi: 479_148_900, ageHours: 9911, upHours: 1126, ...debian() },
  },
  {
    ...{ name: 'nuc2', address: '192.168.1.13', controlPlane: false, cpus: 8, memoryKi: 32_768_240 },
    ...{ diskKi: 959_218_776, ageHours: 5343, upHours: 1125, ...debian() },
  },
];

/** The box with the disks, which is no node: it keeps the photos, and runs the registry of the homelab's own images. */
export const NAS = { name: 'nas', address: '192.168.1.5' } as const;

/** The machine of this name, or one bought today. */
export function machineOf(name: string): Machine {
  const known = machines.find((machine) => machine.name === name);
  if (known) return known;
  const number = [...name].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 200, 7);
  const address = `192.168.1.${20 + number}`;
  return { name, address, controlPlane: false, cpus: 4, memoryKi: 16_251_904, diskKi: 479_148_900, ...newborn() };
}

function debian() {
  return { osImage: 'Debian GNU/Linux 13 (trixie)', kernel: '6.12.48+deb13-amd64' };
}

function newborn() {
  return { ageHours: 0, upHours: 0, ...debian() };
}
