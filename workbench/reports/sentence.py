"""The answer in one sentence, kept apart from tables and charts so that a page can put it first."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from workbench.reports.figure import RELEASE_MIME

__all__ = ["SENTENCE_MIME", "Sentence"]

SENTENCE_MIME = "application/vnd.workbench.sentence+json"


@dataclass(frozen=True)
class Sentence:
    """An answer in words.

    Attributes:
        text: Plain text, one or two sentences.
        release: Where it rests on a released answer: the release's id and what to say of it; a shared report says it
            anew from the ledger's answer.
    """

    text: str
    release: Mapping[str, object] | None = None

    def __str__(self) -> str:
        return self.text

    def __add__(self, other: "Sentence") -> "Sentence":
        """Join two sentences of an internal report; a shared one has no place for what is joined."""
        return Sentence(" ".join(part for part in (self.text, other.text) if part))

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, object]:
        bundle: dict[str, object] = {"text/plain": self.text, SENTENCE_MIME: {"text": self.text}}
        if self.release is not None:
            bundle[RELEASE_MIME] = dict(self.release)
        return {
            mime: content
            for mime, content in bundle.items()
            if (not include or mime in include) and (not exclude or mime not in exclude)
        }
