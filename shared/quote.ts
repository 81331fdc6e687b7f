const harmless = /^[A-Za-z0-9_/:=.,@%+][A-Za-z0-9_/:=.,@%+-]*$/;

/**
 * Quotes one argument for a POSIX shell. Object names are strangers' input: control characters and direction marks
 * (which could make a command read other than it runs) are removed, all else is put in single quotes.
 */
export function quoteArgument(text: string): string {
  const visible = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '');
  return harmless.test(visible) ? visible : `'${visible.replaceAll("'", `'\\''`)}'`;
}

/** A command to copy: `command\`kubectl describe node ${name}\`` with every value quoted. */
export function command(parts: TemplateStringsArray, ...values: string[]): string {
  return parts.reduce((text, part, i) => text + quoteArgument(values[i - 1] ?? '') + part);
}
