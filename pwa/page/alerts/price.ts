/**
 * A price as people write it: `1,234.50`, `1 234,5`, `0,5`. Of two kinds of marks the last is the decimal one; a mark alone,
 * with three digits after each of it, groups thousands, but for a point that stands once. `undefined`: it is none.
 */
export function priceIn(text: string): number | undefined {
  const marks = text.replace(/[\s\u00a0\u202f'’]/g, '');
  if (!/^[\d.,]*\d[\d.,]*$/.test(marks)) return undefined;
  const decimal = decimalMark(marks);
  const group = decimal === '.' ? ',' : '.';
  const [whole = '', fraction, ...rest] = decimal === undefined ? [marks] : marks.split(decimal);
  if (rest.length > 0 || fraction?.includes(group)) return undefined;
  if (!/^\d*$|^\d{1,3}(?:[.,]\d{3})+$/.test(whole)) return undefined;
  const price = Number(`${whole.replace(/[.,]/g, '') || '0'}.${fraction || '0'}`);
  return Number.isFinite(price) && price > 0 ? price : undefined;
}

function decimalMark(marks: string): '.' | ',' | undefined {
  const [point, comma] = [marks.lastIndexOf('.'), marks.lastIndexOf(',')];
  if (point >= 0 && comma >= 0) return point > comma ? '.' : ',';
  const mark = point >= 0 ? '.' : ',';
  if (point < 0 && comma < 0) return undefined;
  if (/^\d{1,3}(?:[.,]\d{3}){2,}$/.test(marks)) return undefined;
  return mark === ',' && /^[1-9]\d{0,2},\d{3}$/.test(marks) ? undefined : mark;
}
