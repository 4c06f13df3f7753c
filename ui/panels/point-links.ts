import { displayValue, type FieldConfig } from '#dashboards/field-config';
import type { Link, LinkContext } from '#dashboards/links';
import { formattedText } from '#dashboards/units';
import { type LinkedValue, valueLinks } from '#dashboards/value-links';

/** What leads on from a value of a series. */
export function linksOfPoint(
  point: Omit<LinkedValue, 'text' | 'config'> & { readonly config: FieldConfig },
  context: LinkContext,
): readonly Link[] {
  return valueLinks({ ...point, text: formattedText(displayValue(point.config, point.value)) }, context);
}
