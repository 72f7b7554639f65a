/** What the reference's page needs beside its text. A style sheet and a script of its own: its policy allows no others. */

export const referenceStyle = `:root { color-scheme: light dark; --line: light-dark(#d8dce2, #3a3f47); --dim: light-dark(#5b6470, #a0a8b4); }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 0 1rem 4rem; font: 16px/1.5 system-ui, sans-serif; }
header { padding: 2rem 0 1rem; }
h1 { margin: 0; font-size: 1.6rem; }
h1 small { color: var(--dim); font-size: 1rem; font-weight: normal; }
h2 { margin: 2rem 0 .5rem; font-size: 1.2rem; text-transform: capitalize; }
h3 { margin: 1rem 0 .25rem; font-size: .9rem; }
input { width: 100%; padding: .6rem .8rem; font: inherit; border: 1px solid var(--line); border-radius: .4rem; }
nav { display: flex; flex-wrap: wrap; gap: .25rem .9rem; }
nav i { color: var(--dim); font-style: normal; font-size: .8rem; }
details { border: 1px solid var(--line); border-radius: .4rem; margin: .4rem 0; padding: .4rem .8rem; }
summary { cursor: pointer; display: flex; flex-wrap: wrap; gap: .2rem .7rem; align-items: baseline; }
summary b { min-width: 4.2rem; font: 600 .8rem ui-monospace, monospace; }
summary span { color: var(--dim); }
.get { color: light-dark(#06559b, #74b9ff); } .post { color: light-dark(#17663a, #6fd08c); }
.patch { color: light-dark(#7a4b00, #f0b95b); } .delete { color: light-dark(#a11b1b, #ff8f8f); }
code { font-family: ui-monospace, monospace; font-size: .9em; overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
td em { color: light-dark(#a11b1b, #ff8f8f); font-size: .8rem; }
@media (max-width: 40rem) { table, tbody, tr, td { display: block; } thead { display: none; } td { border: 0; padding: 0; } tr { border-top: 1px solid var(--line); padding: .3rem 0; } }
`;

export const referenceScript = `const search = document.getElementById('search');
const all = [...document.querySelectorAll('details')].map((node) => ({ node, text: node.textContent.toLowerCase() }));
search.addEventListener('input', () => {
  const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
  for (const { node, text } of all) node.hidden = !words.every((word) => text.includes(word));
  for (const section of document.querySelectorAll('section')) section.hidden = !section.querySelector('details:not([hidden])');
  document.getElementById('nothing').hidden = all.some(({ node }) => !node.hidden);
});
const open = () => {
  const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (named instanceof HTMLDetailsElement) named.open = true;
};
addEventListener('hashchange', open);
open();
`;
