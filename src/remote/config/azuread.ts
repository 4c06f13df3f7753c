import { isSet } from '#lib/http-config';
import { defaulted, type ObjectOf, type ObjectSchema, object, optional } from '#lib/schema';
import type { Report } from '#lib/schema-decode';
import { bool, filePath, oneOf, secret, string } from '#lib/schema-scalars';

const certificateFields = {
  clientId: optional(string()),
  tenantId: optional(string()),
  certificatePath: optional(filePath()),
  certificateKeyPath: optional(filePath()),
  certificatePassword: optional(secret()),
  sendCertificateChain: defaulted(bool(), false),
};

const fields = {
  managedIdentity: optional(object('azuread.ManagedIdentityConfig', { clientId: optional(string()) })),
  workloadIdentity: optional(
    object('azuread.WorkloadIdentityConfig', {
      clientId: optional(string()),
      tenantId: optional(string()),
      tokenFilePath: optional(filePath()),
    }),
  ),
  oauth: optional(
    object('azuread.OAuthConfig', {
      clientId: optional(string()),
      clientSecret: optional(secret()),
      tenantId: optional(string()),
    }),
  ),
  sdk: optional(object('azuread.SDKConfig', { tenantId: optional(string()) })),
  certificate: optional(object('azuread.CertificateConfig', certificateFields)),
  cloud: defaulted(oneOf(['AzurePublic', 'AzureChina', 'AzureGovernment'], unknownCloud), 'AzurePublic'),
  scope: optional(string()),
};

/** `azuread`: exactly one way to get a token from Microsoft Entra. */
export interface AzureAdConfig extends ObjectOf<typeof fields> {}
export const azureAdConfigSchema: ObjectSchema<AzureAdConfig> = object('azuread.plain', fields, { check });

const UUID = /^(?:urn:uuid:)?\{?[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}\}?$/i;

function unknownCloud(): string {
  return 'must provide a cloud in the Azure AD config';
}

function check(config: AzureAdConfig, report: Report): void {
  const { managedIdentity, workloadIdentity, oauth, sdk, certificate } = config;
  const count = [managedIdentity, workloadIdentity, oauth, sdk, certificate].filter((way) => way !== undefined).length;
  if (count === 0) {
    report(
      'must provide an Azure Managed Identity, Azure Workload Identity, Azure OAuth, Azure Certificate or Azure SDK in the Azure AD config',
    );
  }
  if (count > 1) report('cannot provide multiple authentication methods in the Azure AD config');
  if (isSet(managedIdentity?.clientId)) checkUuid(managedIdentity?.clientId, 'managed_identity', report);
  const needs = [
    { key: 'workload_identity', values: workloadIdentity, keys: ['client_id', 'tenant_id'] },
    { key: 'oauth', values: oauth, keys: ['client_id', 'client_secret', 'tenant_id'] },
    { key: 'certificate', values: certificate, keys: ['client_id', 'tenant_id', 'certificate_path'] },
  ];
  for (const { key, values, keys } of needs) {
    if (values === undefined) continue;
    const written = { client_secret: oauth?.clientSecret, certificate_path: certificate?.certificatePath };
    const found = { ...written, client_id: values.clientId, tenant_id: values.tenantId };
    for (const name of keys) {
      if (isSet(found[name as keyof typeof found])) continue;
      report(`must provide an Azure ${NAMES[key]} ${name} in the Azure AD config`, [key, name]);
    }
    if (isSet(values.clientId)) checkUuid(values.clientId, key, report);
  }
  if (isSet(workloadIdentity?.tenantId) && !UUID.test(workloadIdentity?.tenantId ?? '')) {
    report('the provided Azure Workload Identity tenant_id is invalid', ['workload_identity', 'tenant_id']);
  }
  if (isSet(config.scope) && !/^[\w\s:/.-]+$/.test(config.scope ?? '')) {
    report('the provided scope contains invalid characters', 'scope');
  }
}

const NAMES: Readonly<Record<string, string>> = {
  managed_identity: 'Managed Identity',
  workload_identity: 'Workload Identity',
  oauth: 'OAuth',
  certificate: 'Certificate',
};

function checkUuid(id: string | undefined, key: string, report: Report): void {
  if (!UUID.test(id ?? '')) report(`the provided Azure ${NAMES[key]} client_id is invalid`, [key, 'client_id']);
}
