// Several departments of the fake gateway, among which a page's visitor chooses, and the answer before the click.
import { readFile } from 'node:fs/promises';

const BEST = ['chat', 'away', 'dnd', 'unavailable'];
const listed = (ids) => ids.split(' ').filter(Boolean);

/** One that is not listed is the gateway's only one. */
export const departmentOf = ({ availability, form, departments }, id) => ({ name: 'Sales', availability, form, ...departments[id] });

/** What belongs to that one, or to no one in particular. */
export const isOf = ({ departments }, { at }, id) => !departments[at] || at === id;

/** Whether there are all that a page names. */
export const isKnown = ({ knows, departments }, ids) => knows && (!ids.includes(' ') || listed(ids).every((id) => departments[id]));

/** As component/appearance.c. @param {string} asked language */
export async function appearance(gateway, asked, ids) {
  const { languages } = JSON.parse(await readFile(new URL('../../widget/dist/words.json', import.meta.url), 'utf8'));
  const lang = asked?.toLowerCase() in languages ? asked.toLowerCase() : 'en';
  const { dir, launcher } = languages[lang];
  const all = { domain: gateway.domain, ...gateway.look, lang, dir, texts: { ...launcher, ...gateway.texts } };
  if (!ids.includes(' ')) {
    const { availability, color, greeting } = departmentOf(gateway, ids);
    return { ...all, availability, ...(color && { color }), ...(greeting && { greeting }) };
  }
  const departments = listed(ids).map((id) => {
    const { name, availability, opens } = gateway.departments[id];
    return { id, name, availability, opens };
  });
  return { ...all, availability: BEST.find((word) => departments.some((one) => one.availability === word)), departments };
}
