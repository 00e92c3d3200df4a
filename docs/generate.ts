import { writeFileSync } from 'node:fs';
import { pages } from './pages.ts';

// npm run docs: writes the pages that are made from the code; a test says when that is due.
for (const [path, page] of Object.entries(pages)) {
  writeFileSync(new URL(`../${path}`, import.meta.url), page());
  console.log(`wrote ${path}`);
}
