/** Whether an Accept-Encoding header allows this coding, by its name in lower case. */
export function acceptsCoding(accepted: string, coding: string): boolean {
  const offers = accepted
    .toLowerCase()
    .split(',')
    .map((offer) => offer.split(';').map((part) => part.trim()));
  const offer = offers.find(([name]) => name === coding) ?? offers.find(([name]) => name === '*');
  return offer !== undefined && !offer.some((part) => /^q=0(?:\.0*)?$/.test(part));
}
