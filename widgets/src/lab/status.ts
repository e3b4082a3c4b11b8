// The status bar's line: what is at work and how far, else the budget that is left.
import { Widget } from "@lumino/widgets";
import messages from "../messages/lab.json";
import { type Language, text } from "../panel/text";
import type { Known } from "./known";
import type { Key } from "./sidebar";

export class Status extends Widget {
  private language: Language = "en";

  constructor(private readonly known: Known) {
    super();
    this.addClass("wb-status");
    known.changed.connect(this.draw, this);
  }

  speak(language: Language): void {
    this.language = language;
    this.draw();
  }

  private draw(): void {
    const words = text<Key>(messages, this.language);
    const working = this.known.working;
    const budget = this.known.stores?.find((store) => store.budget)?.budget;
    const share = working.reduce((sum, job) => sum + (job.share ?? 0), 0) / (working.length || 1);
    const left = budget && { left: words.number(Math.max(0, budget.epsilon - budget.spent), 2), all: words.number(budget.epsilon, 2) };
    this.node.textContent = working.length ? words.say("status.jobs", { n: working.length, share: words.percent(share, 0) }) : left ? words.say("budget.left", left) : "";
  }
}
