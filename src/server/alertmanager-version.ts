/** The Alertmanager whose API and configuration this one follows. */
export const ALERTMANAGER_VERSION = '0.33.0';
