export { histogramText } from './fn/native/text.ts';
export { goQuote } from './syntax/quote.ts';
