/** Tells what a machine made from what a person named: by the pairs of letters that words are made of. */

/** The pairs that make up most of English words and of identifiers; of random letters they are a third. */
const wordPairs = new Set(
  `ab ac ad ag ai al am an ap ar as at au aw ax ay bb be bl bo br bs bu by ca cc ce ch ck cl co cr
    cs ct da dd de di do ds du ea eb ec ed ee ef eg ei el em en ep er es et ev ew ex ey fa fe ff fi
    fl fo fr ft ga ge gg gh gi gn go gr gs gu ha he hi ho hr hs ht ib ic id ie if ig il im in io ip
    ir is it iv ix iz ja jo ju ke ki kn ks ky la ld le lf li lk ll lm lo lt lu lv lw ly ma mb me mi
    mm mo mp ms my na nc nd ne nf ng ni nk nn no ns nt nu nv ny oa ob oc od oe of og oi ol om on oo
    op or os ot ou ov ow ox oy pa pe ph pi pl po pp pr pt pu qu ra rc rd re rg ri rk rl rm rn ro rs
    rt ru ry sa sc se sh si sk sl sm sn so sp ss st su sw sy ta tc te th ti tl tm to tr ts tt tu tw
    ty ua ub uc ue uf ug ui uk ul um un up ur us ut va ve vi vo wa we wh wi wn wo wr ws xa xe xi xp
    xt ya ye yl ym yo yp ys za ze zi`.split(/\s+/),
);

/** A run of letters of one case, with its capital; digits; letters of other alphabets. */
const chunk = /[A-Z]?[a-z]+|[A-Z]+|\d+|[\u0080-\uFFFF]+/g;

/** The part of a value's letters and digits that stands in words, 0 to 1. */
export function wordShare(value: string): number {
  let all = 0;
  let inWords = 0;
  for (const [piece] of value.matchAll(chunk)) {
    all += piece.length;
    if (isWord(piece)) inWords += piece.length;
  }
  return all === 0 ? 0 : inWords / all;
}

function isWord(piece: string): boolean {
  if (/^\d/.test(piece) || piece.length < 3) return false;
  // No token has letters of other alphabets.
  if (/^[\u0080-\uFFFF]/.test(piece)) return true;
  const letters = piece.toLowerCase();
  let known = 0;
  for (let index = 1; index < letters.length; index++) {
    if (wordPairs.has(letters.slice(index - 1, index + 1))) known += 1;
  }
  return known / (letters.length - 1) >= 0.7;
}

/** Different characters. */
export function variety(value: string): number {
  return new Set(value).size;
}

/** Bits that a character tells, on average. */
export function entropy(value: string): number {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values())
    bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}

/** True for a value that a generator of keys makes, also where no name says so. */
export function isSurelyRandom(value: string): boolean {
  if (!/^[\w+/=.~-]{20,400}$/.test(value) || !/\d/.test(value) || !/[A-Za-z]/.test(value))
    return false;
  if (/^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})$/.test(value)) return entropy(value) > 3;
  return (
    /[a-z]/.test(value) && /[A-Z]/.test(value) && wordShare(value) < 0.4 && entropy(value) > 3.5
  );
}
