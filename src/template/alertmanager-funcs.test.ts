import { describe, expect, it } from 'vitest';
import { errorMessage } from '#lib/errors';
import type { Alert } from '#model/alert';
import { Labels } from '#model/labels';
import { notificationData } from './alertmanager-data.ts';
import { alertmanagerFunctions } from './alertmanager-funcs.ts';
import { createTemplate } from './template.ts';

const NOW = Date.parse('2026-01-02T03:04:05Z');
const functions = alertmanagerFunctions({ now: () => NOW, routeLabel: (name) => `<${name}>` });
const templates = createTemplate({ mode: 'text', functions, missingKey: 'zero' });

const alert = (instance: string, endsAt: number): Alert => ({
  labels: Labels.from({ alertname: 'A', instance }),
  annotations: Labels.from({ summary: 's' }),
  startsAt: NOW - 90_000,
  endsAt,
  updatedAt: NOW,
  timeout: false,
  generatorURL: 'http://x',
});

const data = notificationData({
  receiver: 'team.x+y',
  alerts: [alert('a', NOW + 1), alert('b', NOW)],
  groupLabels: Labels.from({ alertname: 'A' }),
  externalURL: 'http://am',
  now: NOW,
  reason: 'repeat',
});

// Go 1.26 gave these.
describe('functions that amtool 0.33 does not have', () => {
  it.each([
    ['{{ toDate "2006-01-02" "2024-05-06" }}', '2024-05-06 00:00:00 +0000 UTC'],
    ['{{ toDate "2006-01-02" "x" }}', '0001-01-01 00:00:00 +0000 UTC'],
    ['{{ toDate "2006-01-02" "2024-02-30" }}', '0001-01-01 00:00:00 +0000 UTC'],
    ['{{ (toDate "2006-01-02T15:04:05Z07:00" "2024-05-06T07:08:09+02:00").Unix }}', '1714972089'],
    ['{{ (toDate "Jan 2, 2006 at 3:04PM" "Feb 3, 2013 at 7:54PM").Format "2006-01-02 15:04" }}', '2013-02-03 19:54'],
    ['{{ base64encode "hi?>there" }}', 'aGk_PnRoZXJl'],
    ['{{ base64decode "aGk_PnRoZXJl" }}', 'hi?>there'],
    ['{{ (stringSlice "a" "b") | join ":" }} {{ .GroupLabels.Names.Join ":" }}', 'a:b alertname'],
    ['{{ routeLabels "team" }}', '<team>'],
    ['{{ .NotificationReason }}', 'repeat'],
    ['{{ now.Unix }} {{ since (index .Alerts 0).StartsAt }}', '1767323045 1m30s'],
  ])('%s', (text, want) => {
    expect(templates.renderText(text, data)).toBe(want);
  });

  it.each([
    ['{{ mustToDate "2006" "x" }}', 'error calling mustToDate: parsing time "x" as "2006"'],
    ['{{ base64decode "a*" }}', 'error calling base64decode: illegal base64 data at input byte 1'],
  ])('%s fails', (text, message) => {
    let failed = '';
    try {
      templates.renderText(text, data);
    } catch (error) {
      failed = errorMessage(error);
    }
    expect(failed).toContain(message);
  });
});

describe('notification data', () => {
  it.each([
    ['{{ .Receiver }}', String.raw`team\.x\+y`],
    ['{{ .Status }} {{ len .Alerts.Firing }} {{ len .Alerts.Resolved }}', 'firing 1 1'],
    [
      '{{ range .Alerts }}{{ .Labels.instance }} {{ .Status }} {{ .EndsAt.IsZero }};{{ end }}',
      'a firing true;b resolved false;',
    ],
    ['{{ .CommonLabels }}|{{ .CommonAnnotations }}', 'alertname=A|summary=s'],
    ['{{ (index .Alerts 0).Fingerprint | len }}', '16'],
  ])('%s', (text, want) => {
    expect(templates.renderText(text, data)).toBe(want);
  });

  it('is resolved when all alerts are', () => {
    const resolved = notificationData({
      receiver: 'r',
      alerts: [alert('a', NOW)],
      groupLabels: Labels.EMPTY,
      externalURL: '',
      now: NOW,
    });
    expect(templates.renderText('{{ .Status }}', resolved)).toBe('resolved');
  });
});
