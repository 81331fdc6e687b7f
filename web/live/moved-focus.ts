/**
 * After one page gave way to another: the focus goes to the link that leads back to where one came from, if the new page
 * has it, else to the new page's heading, from which a screen reader reads on.
 */
export function moveFocus(cameFrom: string): void {
  const links = [...document.querySelectorAll<HTMLElement>('main a')];
  // Every page has a link to the wall: that one came from there is no reason to go back.
  const way = links.find(
    (link) => cameFrom !== '#/' && link.getAttribute('href') === cameFrom && !link.closest('[inert]'),
  );
  (way ?? document.querySelector<HTMLElement>('main h1'))?.focus({ preventScroll: way === undefined });
}
