/** What a look at the cluster saw. */
export interface SettleLook {
  readonly members: number;
  /** Every configured peer was asked at least once, and every member has given its state. */
  readonly isComplete: boolean;
}

/** How many looks in a row have seen the same. */
export interface SettleState {
  readonly members: number;
  readonly same: number;
}

export const UNSETTLED: SettleState = { members: 0, same: 0 };

const SAME_UNTIL_SETTLED = 3;

/** What is known after one more look. */
export function look(state: SettleState, { members, isComplete }: SettleLook): SettleState {
  return { members, same: isComplete && members === state.members ? state.same + 1 : 0 };
}

/** The number of members has been the same for three looks, and the state of all of them is here. */
export function isSettled({ same }: SettleState): boolean {
  return same >= SAME_UNTIL_SETTLED;
}
