import { BarographError } from '#lib/errors';
import type { Member, PeerRequest } from './message.ts';

/** Who is asked. */
export interface Asked {
  readonly self: Member;
  readonly label: string;
  readonly isLeaving: boolean;
}

/** Why a message of another instance is not answered; null when it is. */
export function refusal({ label, from }: PeerRequest, asked: Asked): BarographError | null {
  if (asked.isLeaving) return refused('peer-leaving', 'this instance is stopping');
  if (label !== asked.label) {
    const [ours, theirs] = [asked.label, label].map((each) => JSON.stringify(each));
    return refused('peer-label', `this instance belongs to the cluster with the label ${ours}, not ${theirs}`);
  }
  const isOtherOfSameName = from.name === asked.self.name && from.instance !== asked.self.instance;
  return isOtherOfSameName ? refused(NAME_TAKEN, `the peer name ${JSON.stringify(from.name)} is taken`) : null;
}

/** The code for an instance that has the name of this one. */
export const NAME_TAKEN = 'peer-name';

function refused(code: string, message: string): BarographError {
  return new BarographError(message, { kind: 'bad-request', code });
}
