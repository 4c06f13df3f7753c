import { ProtobufReader } from '#lib/protobuf';
import { readTimestamp } from '#lib/protobuf-messages';
import type { NotificationEntry } from '#meta/notification-log';
import { hashName } from './alert-hash.ts';

type Draft = { -readonly [Key in keyof NotificationEntry]: NotificationEntry[Key] };

/**
 * The notifications of the file `nflog` that Alertmanager writes into its data folder: messages MeshEntry of
 * nflogpb/nflog.proto, each behind its length. Alerts have their hashes for names (`recognize`). Throws `bad-request` when
 * the bytes are something else.
 */
export function readNflogFile(bytes: Uint8Array): NotificationEntry[] {
  const reader = new ProtobufReader(bytes);
  const entries: NotificationEntry[] = [];
  while (reader.at < bytes.length) entries.push(readMeshEntry(reader));
  return entries;
}

function readMeshEntry(reader: ProtobufReader): NotificationEntry {
  const end = reader.delimited();
  const draft: Draft = {
    ...{ groupKey: '', receiver: '', integration: '', index: 0, sentAt: 0, expiresAt: 0 },
    ...{ firing: [], resolved: [], receiverData: {} },
  };
  while (reader.nextField(end)) {
    if (reader.field === 1) readEntry(reader, draft);
    else if (reader.field === 2) draft.expiresAt = readTimestamp(reader);
    else reader.skip();
  }
  return draft;
}

function readEntry(reader: ProtobufReader, draft: Draft): void {
  const end = reader.nested();
  const firing: string[] = [];
  const resolved: string[] = [];
  while (reader.nextField(end)) {
    if (reader.field === 6) reader.packed(() => firing.push(hashName(reader.uint64())));
    else if (reader.field === 7) reader.packed(() => resolved.push(hashName(reader.uint64())));
    else readField(reader, draft);
  }
  Object.assign(draft, { firing, resolved });
}

function readField(reader: ProtobufReader, draft: Draft): void {
  switch (reader.field) {
    case 1:
      draft.groupKey = reader.string();
      return;
    case 2:
      readReceiver(reader, draft);
      return;
    case 5:
      draft.sentAt = readTimestamp(reader);
      return;
    case 8:
      draft.receiverData = { ...draft.receiverData, ...readDatum(reader) };
      return;
    default:
      reader.skip();
  }
}

function readReceiver(reader: ProtobufReader, draft: Draft): void {
  const end = reader.nested();
  while (reader.nextField(end)) {
    if (reader.field === 1) draft.receiver = reader.string();
    else if (reader.field === 2) draft.integration = reader.string();
    else if (reader.field === 3) draft.index = reader.uint();
    else reader.skip();
  }
}

function readDatum(reader: ProtobufReader): Record<string, string> {
  const end = reader.nested();
  let name = '';
  let value = '';
  while (reader.nextField(end)) {
    if (reader.field === 1) name = reader.string();
    else if (reader.field === 2) value = readValue(reader);
    else reader.skip();
  }
  return { [name]: value };
}

function readValue(reader: ProtobufReader): string {
  const end = reader.nested();
  let value = '';
  while (reader.nextField(end)) {
    if (reader.field === 1) value = reader.string();
    else if (reader.field === 2) value = String(reader.int());
    else if (reader.field === 3) value = String(reader.double());
    else reader.skip();
  }
  return value;
}
