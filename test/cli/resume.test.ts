import test from 'ava';
import { resumedSettings } from '../../cli/resume.ts';
import type { Asked } from '../../cli/resolve-settings.ts';
import { settingsToSave } from '../../cli/saved-settings.ts';
import type { SettingName, TrainSettings } from '../../cli/settings.ts';
import type { RunRecord } from '../../coordinator/record/record.ts';

const DEFAULTS = {
  ...{ folds: 3, epochs: 15, quiet: false, listen: 'here' },
  ...{ 'lease-ms': 15_000, 'max-attempts': 5, 'allow-partial': false },
};

/** A command line as it is read: what was given, and defaults. */
const asked = (given: Partial<Record<SettingName, unknown>>): Asked<TrainSettings> => ({
  values: { ...DEFAULTS, ...given } as unknown as TrainSettings,
  given: new Set(Object.keys(given) as SettingName[]),
});

/** What a run that was begun by one command line goes on with, resumed by another. */
function resumed(begun: Asked<TrainSettings>, now: Asked<TrainSettings>) {
  const settings = settingsToSave(begun, {});
  const header = { settings, plan: { run: 'first', threads: 1 } };
  return resumedSettings(now, { header } as unknown as Pick<RunRecord, 'header'>, 'out');
}

test('what a run was asked to put up with, it puts up with when it is resumed', (t) => {
  const begun = asked({ epochs: 2, 'allow-partial': true, 'max-attempts': 9, workers: 1 });
  const { values, given } = resumed(begun, asked({}));
  t.like(values, { epochs: 2, 'allow-partial': true, 'max-attempts': 9, workers: 1 });
  t.is(values['lease-ms'], 15_000);
  t.true(given.has('workers'));
  const others = resumed(begun, asked({ 'max-attempts': 3, workers: 2 })).values;
  t.like(others, { 'allow-partial': true, 'max-attempts': 3, workers: 2 });
});

test('what nobody asked for is as it is now', (t) => {
  const { values } = resumed(asked({ quiet: true }), asked({ listen: 'there' }));
  t.like(values, { quiet: false, listen: 'there', 'allow-partial': false, out: 'out' });
});
