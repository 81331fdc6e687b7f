import type { Check } from './define-check.ts';
import type { EngineConfig } from './engine-config.ts';
import type { SettingValues, Setting } from './setting.ts';

/** The settings a check is judged by: its defaults, and over them what the configuration says. */
export function settingsOf(check: Check, config: EngineConfig): SettingValues<Record<string, Setting>> {
  const overrides = config.checks[check.check] ?? {};
  return Object.fromEntries(
    Object.entries(check.settings).map(([name, setting]) => [name, overrides[name] ?? setting.default]),
  );
}
