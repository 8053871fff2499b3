// Who checks in, by a token and what a website has signed: as component/visitors/checkin.c with devices: shared.
const isTalking = (v) => v.chat && v.chat.state !== 'closed';

/** @returns {{refused?: string, claims?: object, visitor?: object}} visitor: none, a new one */
export function whoComes(gateway, stream, token, jwt) {
  const { identity, visitors, used } = gateway;
  if (jwt && !identity) return { refused: 'feature-not-implemented' };
  const claims = jwt ? identity.judge(jwt) : undefined;
  if (jwt && !claims) return { refused: 'not-authorized' };
  const known = visitors.find(({ tokens }) => tokens.has(token));
  const isBacked = claims && [known, stream.visitor].some((v) => v?.subject === claims.sub);
  if (claims && !isBacked && (claims.expired || used.has(claims.jti))) return { refused: 'not-authorized' };
  if (claims?.jti) used.add(claims.jti);
  const mayBe = (v) => (claims ? v.subject === claims.sub || (!v.subject && isTalking(v)) : !v.subject || v === stream.visitor);
  const visitor = [known, stream.visitor].find((v) => v && mayBe(v)) || (claims && visitors.find(({ subject }) => subject === claims.sub));
  if (known && claims && known !== visitor) known.tokens.delete(token);
  if (identity?.required && !claims && !visitor?.subject) return { refused: 'registration-required' };
  return { claims, visitor };
}
