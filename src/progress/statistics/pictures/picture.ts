import type { ElementContent } from 'hast';
import { toHtml } from 'hast-util-to-html';
import { s } from 'hastscript';
import { STYLE } from './style.js';

export type Shape = ElementContent;

/** What every picture is made of. */
export interface Picture {
  /** Makes its ids its own, where several pictures stand in one page. */
  name: string;
  height: number;
  /** One line, shown above the picture and read out. */
  title: string;
  /** What it shows in numbers: the line below the title. */
  summary: string;
  /** For those who do not see it: what one would read off it. */
  description: string;
  content: Shape[];
}

/** All pictures are equally wide, so that they stand one below the other as one. */
export const WIDTH = 880;
export const MARGIN = 28;

/**
 * One SVG document, complete in itself: no script, no font, nothing from elsewhere. Every text is escaped, and the same
 * picture is always the same text.
 */
export function drawn({ name, height, title, summary, description, content }: Picture): string {
  const [titleId, descriptionId] = [`${name}-title`, `${name}-description`];
  const svg = s(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      ...{ viewBox: `0 0 ${WIDTH} ${height}`, width: WIDTH, height },
      ...{ role: 'img', ariaLabelledBy: [titleId, descriptionId], lang: 'en' },
    },
    [
      s('title', { id: titleId }, title),
      s('desc', { id: descriptionId }, `${summary} ${description}`.trim()),
      s('style', STYLE),
      s('rect', { class: 'paper', x: 0.5, y: 0.5, width: WIDTH - 1, height: height - 1, rx: 8 }),
      label(title, MARGIN, 36, 'heading'),
      label(summary, MARGIN, 56, 'note'),
      ...content,
    ],
  );
  return toHtml(svg, { space: 'svg', closeEmptyElements: true });
}

/** Text that begins at x, or as its class says (see the style). */
export function label(text: string, x: number, y: number, className: string): Shape {
  return s('text', { class: className, x: px(x), y: px(y) }, text);
}

/** What a browser shows beside the pointer. */
export function tip(text: string): Shape {
  return s('title', text);
}

/** A sentence in the middle of a picture that has nothing to show. */
export function nothing(text: string, y: number): Shape {
  return label(text, WIDTH / 2, y, 'nothing');
}

/** A line across the picture, with its value to the left. */
export function gridLine(y: number, left: number, right: number, text: string): Shape[] {
  const line = Math.round(y) + 0.5; // on whole pixels lines are crisp
  return [
    s('line', { class: 'grid', x1: left, x2: right, y1: line, y2: line }),
    label(text, left - 10, y + 4, 'small end'),
  ];
}

/** Wide enough for a letter of every system font. */
const LETTER = 6.6;

/** What the colours mean, at the right of the heading. @param entries text and class of each mark */
export function legend(
  entries: [text: string, className: string][],
  mark: (className: string, x: number) => Shape,
) {
  let x = WIDTH - MARGIN;
  return entries.toReversed().flatMap(([text, className]) => {
    x -= text.length * LETTER;
    const place = px(x);
    x -= 40;
    return [mark(className, place - 24), label(text, place, 36, 'small')];
  });
}

/** A hundredth of a pixel is more than anyone can see. */
export function px(number: number): number {
  return Math.round(number * 100) / 100;
}
