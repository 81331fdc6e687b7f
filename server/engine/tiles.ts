import { areas, type Area } from '#shared/area.ts';
import type { Tile } from '#shared/board.ts';
import type { Finding } from '#shared/finding.ts';
import { worse, type TileLevel } from '#shared/level.ts';
import { render, say, type Say, type SayContext } from '#shared/say.ts';
import { cutText } from './bounded.ts';
import type { ShownFigure } from './figures.ts';
import { isCalm } from './ranking.ts';
import type { TileTimes } from './tile-times.ts';

/** What is known of one watched area when its tile is made. */
export interface AreaState {
  findings: readonly Finding[];
  figure: ShownFigure;
  /** Whether any check has said anything of any subject. */
  hasSubjects: boolean;
  /** Fine subjects that cannot be seen. */
  unseenCount: number;
  /** Optional sources that cannot be seen. */
  partlySeen: number;
}

/** The ten tiles in order; `times` is brought up to date. An area without a state is unwatched. */
export function makeTiles(states: ReadonlyMap<Area, AreaState>, times: TileTimes, context: SayContext): Tile[] {
  return areas.map((area) => {
    const state = states.get(area);
    const level = state === undefined ? 'unwatched' : levelOf(state);
    const since = times.since(area, level, context.now, () => oldest(state?.findings ?? [], level));
    if (state === undefined) return unwatchedTile(area, since);
    const detailSay = detailOf(state, level);
    return {
      area,
      level,
      figure: state.figure.figure,
      detail: cutText(render(detailSay, context), 500),
      detailSay,
      unknownCount: unknownCount(state),
      since,
    };
  });
}

function unwatchedTile(area: Area, since: number): Tile {
  const detailSay = say('not watched yet');
  return {
    area,
    level: 'unwatched',
    figure: { value: '–' },
    detail: detailSay.template,
    detailSay,
    unknownCount: 0,
    since,
  };
}

/** The worst over findings that are not acknowledged (law 6); without any subject and figure, absent. */
function levelOf({ findings, figure, hasSubjects }: AreaState): TileLevel {
  if (findings.length === 0 && !hasSubjects && figure.state === 'none') return 'absent';
  const start: TileLevel = figure.state === 'failed' ? 'unknown' : 'ok';
  return findings.reduce<TileLevel>((worst, finding) => {
    const { level } = finding;
    return level === 'notice' || isCalm(finding) ? worst : worse<TileLevel>(worst, level);
  }, start);
}

function unknownCount({ findings, unseenCount, partlySeen }: AreaState): number {
  return (
    findings.filter(({ level, check }) => level === 'unknown' && !check.endsWith('/unseen')).length +
    unseenCount +
    partlySeen
  );
}

function detailOf({ findings, figure, partlySeen }: AreaState, level: TileLevel): Say {
  if (level === 'absent') return say('not installed');
  const worst = findings.find((finding) => finding.level === level && !isCalm(finding));
  if (level === 'unknown') {
    const { asOf } = figure.figure;
    return asOf === undefined ? (worst?.say ?? figure.detail) : say('last known {at:at}', { at: asOf });
  }
  if (worst !== undefined) return worst.say;
  if (partlySeen === 0) return figure.detail;
  const { template, values } = figure.detail;
  return say(template === '' ? 'partly seen' : `${template}, partly seen`, values);
}

function oldest(findings: readonly Finding[], level: TileLevel): number | null {
  const times = findings.filter((finding) => finding.level === level && !isCalm(finding)).map(({ since }) => since);
  return times.length === 0 ? null : Math.min(...times);
}
