import { describe, expect, it } from 'vitest';
import { draftOf, draftProblem, NEW_DRAFT, requestOf, type SourceJson, withHeader } from './source-draft.ts';

const KEPT: SourceJson = {
  ...{ uid: 'p', name: 'Peer', type: 'prometheus', url: 'http://peer:9090', access: 'proxy', user: '', database: '' },
  ...{ basicAuth: true, basicAuthUser: 'me', withCredentials: false, isDefault: true, readOnly: false, version: 4 },
  jsonData: {
    ...{ timeInterval: '30s', httpHeaderName1: 'X-Scope', httpHeaderName3: 'X-Team', tlsSkipVerify: true },
    exemplarTraceIdDestinations: [{ name: 'trace_id', datasourceUid: 'tempo' }],
  },
  secureJsonFields: { basicAuthPassword: true, httpHeaderValue1: true, httpHeaderValue3: true },
};

describe('the form of a data source', () => {
  it('begins with what there is, without its secrets', () => {
    expect(draftOf(KEPT)).toEqual({
      ...{ name: 'Peer', type: 'prometheus', url: 'http://peer:9090', isDefault: true, basicAuth: true },
      ...{ basicAuthUser: 'me', password: null, skipVerify: true, serverName: '', ca: { used: false, pem: '' } },
      headers: [
        { number: 1, name: 'X-Scope', value: null },
        { number: 3, name: 'X-Team', value: null },
      ],
      client: { used: false, certificate: '', key: '' },
      traces: [{ label: 'trace_id', url: '', sourceUid: 'tempo', title: '' }],
    });
  });

  it('saves what was changed; kept secrets are not sent, and what it does not show stays', () => {
    const request = requestOf({ ...draftOf(KEPT), name: ' Other ', password: 'new', headers: [] }, KEPT);
    expect(request).toEqual({
      ...{ uid: 'p', version: 4, name: 'Other', type: 'prometheus', url: 'http://peer:9090', access: 'proxy' },
      ...{ user: '', database: '', isDefault: true, withCredentials: false, basicAuth: true, basicAuthUser: 'me' },
      jsonData: {
        ...{ timeInterval: '30s', tlsSkipVerify: true, serverName: '', tlsAuthWithCACert: false, tlsAuth: false },
        exemplarTraceIdDestinations: [{ name: 'trace_id', datasourceUid: 'tempo' }],
      },
      secureJsonData: {
        ...{ basicAuthPassword: 'new', tlsCACert: '', tlsClientCert: '', tlsClientKey: '' },
        ...{ httpHeaderValue1: '', httpHeaderValue3: '' },
      },
    });
  });

  it('keeps headers at their places with their values, and adds others behind them', () => {
    const draft = draftOf(KEPT);
    const headers = withHeader(draft.headers.slice(1)).map((header) => {
      return header.name === '' ? { ...header, name: 'X-New', value: 'v' } : header;
    });
    const { jsonData, secureJsonData } = requestOf({ ...draft, headers }, KEPT) as Record<string, object>;
    expect(jsonData).toMatchObject({ httpHeaderName3: 'X-Team', httpHeaderName4: 'X-New' });
    expect(jsonData).not.toHaveProperty('httpHeaderName1');
    expect(secureJsonData).toEqual({
      ...{ tlsCACert: '', tlsClientCert: '', tlsClientKey: '', httpHeaderValue1: '', httpHeaderValue4: 'v' },
    });
  });

  it.each([
    [{}, 'Give it a name.'],
    [{ name: 'x', url: 'peer:9090' }, 'Write its URL in full, e.g. http://prometheus:9090.'],
    [{ name: 'x', url: 'http://p', basicAuth: true }, 'Basic authentication needs a user.'],
    [{ name: 'x', url: 'http://p', headers: [{ number: 1, name: 'a b', value: '' }] }, 'A header needs a name.'],
    [
      { name: 'x', url: 'http://p', traces: [{ label: 'id', url: '', sourceUid: '', title: '' }] },
      'A trace link needs an address or a data source.',
    ],
    [{ name: 'x', url: 'http://p' }, null],
  ])('%j: %s', (fields, problem) => expect(draftProblem({ ...NEW_DRAFT, ...fields })).toBe(problem));
});
