const NAME = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const PREFIX = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;

/**
 * What is wrong with a label selector of Kubernetes (`app=x,tier in (a,b),!legacy`), or undefined. Keys and values follow
 * the rules for labels of the Kubernetes API.
 */
export function labelSelectorProblem(text: string): string | undefined {
  for (const part of splitOutsideParentheses(text)) {
    const problem = part.trim() === '' ? undefined : requirementProblem(part.trim());
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function splitOutsideParentheses(text: string): string[] {
  return text.split(/,(?![^()]*\))/);
}

function requirementProblem(text: string): string | undefined {
  const set = /^(\S+?)\s+(in|notin)\s*\(([^()]*)\)$/.exec(text);
  if (set !== null) return keyProblem(set[1]!) ?? firstProblem(set[3]!.split(',').map((value) => value.trim()));
  const order = /^(\S+?)\s*[<>]\s*(\S+)$/.exec(text);
  if (order !== null) return keyProblem(order[1]!) ?? (/^-?\d+$/.test(order[2]!) ? undefined : notAnInteger(order[2]!));
  const equality = /^([^\s=!]+)\s*(?:==|!=|=)\s*(\S*)$/.exec(text);
  if (equality !== null) return keyProblem(equality[1]!) ?? valueProblem(equality[2]!);
  const existence = /^!?\s*([^\s=!(),]+)$/.exec(text);
  return existence === null ? `unable to parse requirement: ${JSON.stringify(text)}` : keyProblem(existence[1]!);
}

function firstProblem(values: readonly string[]): string | undefined {
  return values.map(valueProblem).find((problem) => problem !== undefined);
}

function keyProblem(key: string): string | undefined {
  const [name = '', prefix, ...rest] = key.split('/').reverse();
  const valid = NAME.test(name) && rest.length === 0 && (prefix === undefined || PREFIX.test(prefix));
  return valid
    ? undefined
    : `unable to parse requirement: <nil>: Invalid value: ${JSON.stringify(key)}: not a label name`;
}

function valueProblem(value: string): string | undefined {
  if (value === '' || NAME.test(value)) return undefined;
  return `unable to parse requirement: Invalid value: ${JSON.stringify(value)}: a valid label value has at most 63 letters, digits, '-', '_' or '.'`;
}

function notAnInteger(value: string): string {
  return `unable to parse requirement: Invalid value: ${JSON.stringify(value)}: for 'Gt', 'Lt' operators, the value must be an integer`;
}
