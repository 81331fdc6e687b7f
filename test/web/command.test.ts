import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import Command from '#web/parts/Command.svelte';
import { hostileNames } from './scenes.ts';

let written: string[];
let ranCopy: string[];

function browser(has: { secure: boolean; clipboard?: 'works' | 'refuses'; command: boolean }): void {
  Object.defineProperty(window, 'isSecureContext', { value: has.secure, configurable: true });
  const writeText = (text: string) => {
    if (has.clipboard === 'refuses') return Promise.reject(new Error('not allowed'));
    written.push(text);
    return Promise.resolve();
  };
  Object.defineProperty(navigator, 'clipboard', { value: has.clipboard && { writeText }, configurable: true });
  Object.defineProperty(document, 'execCommand', {
    value: () => {
      const field = document.querySelector('textarea');
      if (has.command && field !== null) ranCopy.push(field.value);
      return has.command;
    },
    configurable: true,
  });
}

beforeEach(() => {
  written = [];
  ranCopy = [];
  vi.spyOn(console, 'warn').mockReturnValue();
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

async function copyOf(command: string): Promise<string> {
  render(Command, { command });
  const button = screen.getByRole('button');
  await fireEvent.click(button);
  await vi.waitFor(() => expect(button.textContent).not.toBe('copy'));
  return button.textContent;
}

describe('copy', () => {
  test('uses the clipboard of a secure page', async () => {
    browser({ secure: true, clipboard: 'works', command: false });
    expect(await copyOf('kubectl get nodes')).toBe('copied');
    expect(written).toEqual(['kubectl get nodes']);
  });

  test('works on a plain address in the LAN, which has no clipboard', async () => {
    browser({ secure: false, command: true });
    expect(await copyOf('kubectl get nodes')).toBe('copied');
    expect(ranCopy).toEqual(['kubectl get nodes']);
    expect(document.querySelector('textarea')).toBeNull();
  });

  test('goes the old way when the clipboard refuses', async () => {
    browser({ secure: true, clipboard: 'refuses', command: true });
    expect(await copyOf('kubectl get nodes')).toBe('copied');
    expect(ranCopy).toEqual(['kubectl get nodes']);
  });

  test('where nothing works it marks the command and says what to press', async () => {
    browser({ secure: false, command: false });
    expect(await copyOf('kubectl get nodes')).toBe('press Ctrl+C');
    expect(window.getSelection()?.toString()).toBe('kubectl get nodes');
  });
});

test('a command is shown as it is, never as markup', () => {
  const command = `kubectl describe node '${hostileNames.html}'`;
  const { container } = render(Command, { command });
  expect(container.querySelector('code')?.textContent).toBe(command);
  expect(container.querySelector('img')).toBeNull();
});
