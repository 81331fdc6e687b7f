import type { Board } from '#shared/board.ts';
import type { SayContext } from '#shared/say.ts';
import { toldSentence } from './told.ts';

/** What the headline says beside its finding that no finding says, such as what still answers while the API refuses us; "" if nothing. */
export function stillAnswers({ headline, findings }: Board, context: SayContext): string {
  const { alsoSay = [] } = headline;
  if (alsoSay.length === 0) return '';
  const said = new Set(findings.map(({ say }) => say.template));
  const still = alsoSay.filter(({ template }) => !said.has(template));
  return still.map((each) => toldSentence(each, context)).join(' · ');
}
